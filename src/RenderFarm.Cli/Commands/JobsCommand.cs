using System.CommandLine;
using System.Globalization;
using RenderFarm.Cli.Watching;
using RenderFarm.Jobs;
using RenderFarm.Queue;
using Spectre.Console;

namespace RenderFarm.Cli.Commands;

internal static class JobsCommand
{
    private const int TitleLength = 24;

    public static Command Create()
    {
        var command = new Command("jobs", "Lists the jobs of this machine's farm, newest first; with an id, shows that one.");
        var job = new Argument<string?>("job") { Description = "A job's id.", Arity = ArgumentArity.ZeroOrOne };
        command.Add(job);
        var farm = new FarmOptions(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, farm, parsed.GetValue(job), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, FarmOptions farm, string? jobId, CancellationToken cancellationToken)
    {
        await using FarmSession session = await FarmSession.OpenAsync(farm.Read(parsed), cancellationToken);
        if (jobId is not null)
        {
            JobProgress job = await session.Job(jobId).GetProgress();
            if (farm.Json(parsed))
            {
                Console.WriteLine(JsonJobView.Line(job));
            }
            else
            {
                WriteJob(job);
            }

            return ExitCode.Done;
        }

        IReadOnlyList<JobSummary> jobs = await session.Grains.GetGrain<IDispatcherGrain>(Pools.Default).List();
        if (farm.Json(parsed))
        {
            foreach (JobSummary job in jobs)
            {
                Console.WriteLine(JsonJobView.Line(job));
            }
        }
        else
        {
            WriteList(jobs, isRunning: !session.IsOwn);
        }

        return ExitCode.Done;
    }

    private static void WriteList(IReadOnlyList<JobSummary> jobs, bool isRunning)
    {
        if (jobs.Count == 0)
        {
            Console.WriteLine("no jobs yet: renderfarm render \"a red ball bounces along a beach\" -o film.mp4");
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in (string[])["job", "state", "done", "film", "submitted", "title"])
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        foreach (JobSummary job in jobs)
        {
            table.AddRow(
                job.JobId,
                isRunning || job.State.IsTerminal() ? job.State.ToString().ToLowerInvariant() : "interrupted",
                Show.Percent(job.Done),
                $"{Show.Number(job.Seconds)} s",
                job.SubmittedAt.ToLocalTime().ToString("MM-dd HH:mm", CultureInfo.InvariantCulture),
                Markup.Escape(Terminal.Shorten(job.Title, TitleLength)));
        }

        Terminal.Console.Write(table);
    }

    private static void WriteJob(JobProgress job)
    {
        Console.WriteLine($"job {job.JobId} is {job.State.ToString().ToLowerInvariant()}{(job.WaitingFor is { } wait ? $" and waits for {wait}" : "")}");
        if (job.ErrorMessage is { } error)
        {
            Console.WriteLine($"error {job.ErrorCode}: {error}");
        }

        if (job is { Storyboard: { } storyboard, Plan: { } plan })
        {
            foreach (string line in StoryboardLines.Of(storyboard, plan))
            {
                Console.WriteLine(line);
            }

            int keyframes = plan.KeyframeWindows.Count();
            string ofKeyframes = keyframes == 0 ? "" : $", {keyframes} of them of keyframes";
            Console.WriteLine($"{plan.Windows.Count} windows{ofKeyframes}, {plan.Steps} steps, seed {plan.Seed}");
        }

        if (job.LatentsHash is { } hash)
        {
            Console.WriteLine($"latents {hash}");
        }
    }
}
