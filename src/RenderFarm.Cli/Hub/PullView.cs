using RenderFarm.Cli.Watching;
using Spectre.Console;

namespace RenderFarm.Cli.Hub;

/// <summary>Shows a pull: a bar on a terminal, else a line for each file that is there.</summary>
internal static class PullView
{
    public static async Task ShowAsync(string source, bool json, Func<Action<PullProgress>, Task> pull)
    {
        if (json || !Terminal.IsLive)
        {
            await pull(progress => Write(progress, json));
            return;
        }

        await Terminal.Console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(source));
                await pull(progress =>
                {
                    // The component: names of shards are longer than a line has room for.
                    bar.Description = Markup.Escape(progress.File.Split('/')[0]);
                    bar.MaxValue = Math.Max(progress.Total, 1);
                    bar.Value = progress.Bytes;
                });
            });
    }

    private static void Write(PullProgress progress, bool json)
    {
        if (progress.IsWhole)
        {
            Console.WriteLine(json
                ? JsonJobView.Line(new { Event = "file", progress.File, progress.Size, progress.Bytes, progress.Total })
                : $"{progress.File} ({Show.Size(progress.Size)})");
        }
    }
}
