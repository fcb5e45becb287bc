using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Diffusion.Plans;

/// <summary>Cuts a film's latent frames into windows, and before them its keyframes where the strategy has any.</summary>
/// <param name="storyboard">The film's shots, at least one.</param>
/// <param name="latentFrames">Of the timeline.</param>
/// <param name="windowLength">The model's window.</param>
/// <param name="overlap">Wanted overlap, 1 to half a window, of which <paramref name="lead"/> is no part.</param>
/// <param name="lead">Latent frames of the window before that each of the film's windows also looks at, 0 or 1.</param>
internal sealed class WindowPlanner(Storyboard storyboard, int latentFrames, int windowLength, int overlap, int lead)
{
    /// <summary>The windows in the order of <see cref="RenderPlan.Windows"/>.</summary>
    public IReadOnlyList<PlannedWindow> Plan(Strategy strategy)
    {
        // With its lead a window is still no longer than what the model was trained on.
        int alone = latentFrames > windowLength ? windowLength - lead : windowLength;
        var film = WindowGeometry.Cover(latentFrames, alone, Math.Min(overlap, alone / 2));
        int[] shots = ShotsOf(film);
        var windows = new List<PlannedWindow>();
        if (strategy == Strategy.Anchored && film.Starts.Count > 1)
        {
            AddKeyframes(windows, film, shots);
        }

        Add(windows, film, start: 0, spacing: 1, lead, i => shots[i]);
        return [.. windows];
    }

    /// <summary>
    /// Each window's shot: that at the window's middle. Where there are as many windows as shots, each shot gets one at least, and a
    /// transition exactly one.
    /// </summary>
    private int[] ShotsOf(WindowGeometry film)
    {
        int windows = film.Starts.Count, count = storyboard.Shots.Count;
        int[] shots = [.. film.Starts.Select(start => ShotAt(start + (film.Length / 2.0)))];
        if (windows < count)
        {
            return shots;
        }

        int[] firsts = new int[count];
        for (int shot = 1; shot < count; shot++)
        {
            int least = firsts[shot - 1] + 1, most = windows - (count - shot);
            firsts[shot] = IsTransition(shot - 1) ? least : Math.Clamp(shots.Count(other => other < shot), least, most);
        }

        return [.. Enumerable.Range(0, windows).Select(window => Array.FindLastIndex(firsts, first => first <= window))];
    }

    /// <summary>
    /// As far apart as the windows' beginnings are at most: less than a window's length, so that every window holds a keyframe, and
    /// usually two. In windows of two frames, which begin one frame apart, it is 2, since keyframes of every frame would be the film.
    /// </summary>
    private static int SpacingOf(WindowGeometry film) => Math.Max(2, film.Starts.Zip(film.Starts.Skip(1), (a, b) => b - a).Max());

    /// <summary>
    /// The keyframes are the frames 0, n, 2n, ... of the timeline. Those of each shot are covered on their own and do not overlap with
    /// the next shot's: one caption speaks for all of a window of keyframes, however far they reach, and nothing of one shot flows into
    /// another. The film's windows around a cut then hold keyframes of both shots, between which the cut lies.
    /// </summary>
    private void AddKeyframes(List<PlannedWindow> windows, WindowGeometry film, int[] shots)
    {
        int spacing = SpacingOf(film), count = (latentFrames + spacing - 1) / spacing;
        foreach (IGrouping<int, int> shot in Enumerable.Range(0, count).GroupBy(keyframe => ShotOfKeyframe(film, shots, keyframe * spacing)))
        {
            var geometry = WindowGeometry.Cover(shot.Count(), windowLength, overlap);
            Add(windows, geometry, shot.First() * spacing, spacing, lead: 0, _ => shot.Key);
        }
    }

    /// <summary>
    /// That of the latest of the film's windows that hold the frame. A transition has no keyframes: what only its window holds is the
    /// shot before's up to the window's middle, and the shot after's from there on.
    /// </summary>
    private int ShotOfKeyframe(WindowGeometry film, int[] shots, int frame)
    {
        int[] holders = [.. Enumerable.Range(0, shots.Length).Where(i => film.Starts[i] <= frame && frame < film.Starts[i] + film.Length)];
        int still = Array.FindLastIndex(holders, window => !IsTransition(shots[window]));
        if (still >= 0)
        {
            return shots[holders[still]];
        }

        int last = holders[^1], own = shots[last], neighbour = own + (frame < film.Starts[last] + (film.Length / 2.0) ? -1 : 1);
        return neighbour < 0 || neighbour == storyboard.Shots.Count || IsTransition(neighbour) ? own : neighbour;
    }

    private bool IsTransition(int shot) => storyboard.Shots[shot].IsTransition;

    /// <summary>Adds windows that overlap with each other, but not with those that are there already.</summary>
    private void Add(List<PlannedWindow> windows, WindowGeometry geometry, int start, int spacing, int lead, Func<int, int> shotOf)
    {
        int[] leads = [.. geometry.Starts.Select((own, i) => HasRoomFor(i, own) ? lead : 0)];
        for (int i = 0; i < geometry.Starts.Count; i++)
        {
            int own = geometry.Starts[i] - leads[i], end = geometry.Starts[i] + geometry.Length, shot = shotOf(i);
            windows.Add(new PlannedWindow
            {
                Index = windows.Count,
                Start = start + (own * spacing),
                Length = end - own,
                Lead = leads[i],
                OverlapBefore = i == 0 ? 0 : geometry.Starts[i - 1] + geometry.Length - own,
                OverlapAfter = i == geometry.Starts.Count - 1 ? 0 : end - (geometry.Starts[i + 1] - leads[i + 1]),
                Shot = shot,
                Caption = storyboard.Shots[shot].Caption,
                Spacing = spacing,
            });
        }

        // At most two windows over a frame, the lead too.
        bool HasRoomFor(int window, int own) => window > 0 && (window == 1 || own - lead >= geometry.Starts[window - 2] + geometry.Length);
    }

    /// <summary>Index of the shot at a time in latent frames.</summary>
    private int ShotAt(double time)
    {
        // Shares may be as large as a double goes; relative to the largest their sum cannot overflow.
        double largest = storyboard.Shots.Max(shot => shot.Share);
        double total = storyboard.Shots.Sum(shot => shot.Share / largest);
        double end = 0;
        for (int i = 0; i < storyboard.Shots.Count - 1; i++)
        {
            end += storyboard.Shots[i].Share / largest / total;
            if (time / latentFrames < end)
            {
                return i;
            }
        }

        return storyboard.Shots.Count - 1;
    }
}
