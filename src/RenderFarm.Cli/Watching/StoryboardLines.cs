using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Cli.Watching;

/// <summary>A storyboard in plain lines: each shot's time, caption and notes.</summary>
internal static class StoryboardLines
{
    public static IEnumerable<string> Of(Storyboard storyboard, RenderPlan plan)
    {
        for (int i = 0; i < storyboard.Shots.Count; i++)
        {
            Shot shot = storyboard.Shots[i];
            yield return $"shot {i + 1}  {Show.Time(BeginOf(i, plan))} to {Show.Time(BeginOf(i + 1, plan))}  {shot.Caption}";
            foreach (string note in shot.Notes)
            {
                yield return $"        note: {note}";
            }

            if (!plan.FilmWindows.Any(window => window.Shot == i))
            {
                yield return "        note: too short for a window of its own, so it will not be seen; make the film longer";
            }
        }
    }

    /// <summary>When the first window of a shot, or of one after it, takes over from the window before it; the film's end after the last.</summary>
    private static TimeSpan BeginOf(int shot, RenderPlan plan)
    {
        PlannedWindow? first = plan.FilmWindows.FirstOrDefault(window => window.Shot >= shot);
        double at = first is null ? 1 : (first.Start + (first.OverlapBefore / 2.0)) / plan.LatentFrames;
        return TimeSpan.FromSeconds(at * plan.Frames / plan.Fps);
    }
}
