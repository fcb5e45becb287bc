using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Cli.Watching;

/// <summary>A storyboard in plain lines: each shot's time, caption and notes.</summary>
internal static class StoryboardLines
{
    public static IEnumerable<string> Of(Storyboard storyboard, RenderPlan plan)
    {
        double seconds = (double)plan.Frames / plan.Fps;
        double total = storyboard.Shots.Sum(shot => shot.Share);
        double begin = 0;
        for (int i = 0; i < storyboard.Shots.Count; i++)
        {
            Shot shot = storyboard.Shots[i];
            double end = begin + (shot.Share / total * seconds);
            yield return $"shot {i + 1}  {Show.Time(TimeSpan.FromSeconds(begin))} to {Show.Time(TimeSpan.FromSeconds(end))}  {shot.Caption}";
            foreach (string note in shot.Notes)
            {
                yield return $"        note: {note}";
            }

            if (!plan.Windows.Any(window => window.Shot == i))
            {
                yield return "        note: too short for a window of its own, so it will not be seen; make the film longer";
            }

            begin = end;
        }
    }
}
