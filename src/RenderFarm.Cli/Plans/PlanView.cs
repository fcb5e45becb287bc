using RenderFarm.Cli.Watching;
using RenderFarm.Models;
using RenderFarm.Plans;
using Spectre.Console;

namespace RenderFarm.Cli.Plans;

/// <summary>A plan for people.</summary>
internal static class PlanView
{
    public static void Write(IAnsiConsole console, PlanDocument document, ModelDescriptor model, DeviceRate rate)
    {
        RenderPlan plan = document.Plan;
        foreach (string line in StoryboardLines.Of(document.Storyboard, plan))
        {
            console.WriteLine(line);
        }

        console.WriteLine();
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row("film", $"{plan.Frames} frames of {plan.Size} at {plan.Fps} fps: {Show.Number((double)plan.Frames / plan.Fps)} s");
        Row("timeline", $"{plan.LatentFrames} latent frames of [{plan.LatentChannels}, {plan.LatentHeight}, {plan.LatentWidth}]");
        if (plan.Windows[0].IsKeyframes)
        {
            Row("keyframes", Keyframes(plan));
        }

        int length = plan.Windows[^1].Length;
        Row("windows", $"{plan.FilmWindows.Count()} of {length} latent frames [{plan.LatentChannels}, {length}, {plan.LatentHeight}, {plan.LatentWidth}]"
            + $"\noverlap {Overlaps(plan.FilmWindows)}, {plan.Strategy.ToString().ToLowerInvariant()}, blend {plan.Blend.ToString().ToLowerInvariant()}");
        Row("steps", $"{plan.Steps} of {plan.Sampler}, shift {Show.Number(plan.Shift)}, guidance {Show.Number(plan.Guidance)}: {plan.Windows.Count * plan.Steps} in all");
        Row("seed", $"{plan.Seed}: 'render --seed {plan.Seed}' makes this film");
        if (document.EstimatedSeconds is { } seconds)
        {
            string source = rate.IsMeasured ? "as measured by jobs on this machine" : "a guess until the first job on this machine";
            Row("time", $"about {Show.Time(TimeSpan.FromSeconds(seconds))} of denoising on one device\n{source}");
        }

        console.Write(grid);
        console.WriteLine();
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("window", "latent frames", "film time", "shot");
        if (document.ReusableWindows is not null)
        {
            table.AddColumn("re-usable");
        }

        foreach (PlannedWindow window in plan.Windows)
        {
            List<string> cells =
            [
                $"{window.Index + 1}", LatentFrames(window), FilmTime(plan, model, window), $"{window.Shot + 1}",
            ];
            if (document.ReusableWindows is { } reusable)
            {
                cells.Add(reusable.Contains(window.Index) ? "yes" : "no");
            }

            table.AddRow([.. cells]);
        }

        console.Write(table);
        if (document.ReusableWindows is { } windows)
        {
            console.WriteLine($"{windows.Count} of {plan.Windows.Count} windows can be re-used{(windows.Count == 0 ? "" : ": " + string.Join(", ", windows.Select(i => i + 1)))}");
        }

        void Row(string name, string text) => grid.AddRow(new Text(name), new Text(text));
    }

    private static string FilmTime(RenderPlan plan, ModelDescriptor model, PlannedWindow window)
    {
        (int first, int end) = (FirstFrame(window.Start), FirstFrame(window.End));
        return $"{Show.Number((double)first / plan.Fps)} to {Show.Number((double)Math.Min(end, plan.Frames) / plan.Fps)} s";

        // The first latent frame holds one frame, each other one a whole stride.
        int FirstFrame(int latentFrame) => latentFrame == 0 ? 0 : ((latentFrame - 1) * model.TemporalStride) + 1;
    }

    private static string LatentFrames(PlannedWindow window) =>
        $"{window.Start} to {window.End - 1}{(window.IsKeyframes ? $" by {window.Spacing}" : "")}";

    private static string Keyframes(RenderPlan plan)
    {
        int spacing = plan.Windows[0].Spacing;
        int count = plan.KeyframeWindows.Sum(window => window.Length - window.OverlapBefore);
        return $"{count}, one every {spacing} latent frames, in {plan.KeyframeWindows.Count()} windows before the film's\noverlap {Overlaps(plan.KeyframeWindows)}";
    }

    private static string Overlaps(IEnumerable<PlannedWindow> windows)
    {
        // A shot's first window of keyframes overlaps with none.
        int[] overlaps = [.. windows.Select(window => window.OverlapBefore).Where(overlap => overlap > 0).Distinct().Order()];
        return overlaps.Length == 0 ? "none" : string.Join(" or ", overlaps);
    }
}
