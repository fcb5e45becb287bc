using RenderFarm.Diffusion.Windows;
using RenderFarm.Jobs;
using RenderFarm.Plans;

namespace RenderFarm.Diffusion.Plans;

/// <summary>What two plans of one film have in common, so that a change of one shot need not cost the whole film.</summary>
public static class PlanDifference
{
    /// <summary>
    /// Indices of the windows whose finished latents a render of <paramref name="after"/> may take over from <paramref name="before"/>.
    /// None where anything but captions differs (size, windows, seed, sampler, ...).
    /// </summary>
    /// <remarks>
    /// <para>Relay: every window before the first whose caption changed. These are the same bits as in a render from nothing, since
    /// nothing flows backwards in time.</para>
    /// <para>Parallel: every <em>untouched</em> window: its own caption and its neighbours' are unchanged. Agreement carries a change
    /// one window further in every step, so a render from nothing would differ a little in these as well; they are re-used as frozen
    /// neighbours with which the changed windows and those beside them agree, and the film has no seam.</para>
    /// <para>Anchored: the same for both kinds of windows, and a window of the film only with all of its keyframes. Windows of keyframes
    /// agree within a shot only, so those of other shots are the same bits as in a render from nothing.</para>
    /// </remarks>
    public static IReadOnlyList<int> ReusableWindows(RenderPlan before, RenderPlan after)
    {
        if (before with { Windows = after.Windows } != after || !SameGeometry(before, after))
        {
            return [];
        }

        bool[] changed = [.. before.Windows.Zip(after.Windows, (b, a) => b.Caption != a.Caption)];
        var reusable = new HashSet<int>();
        foreach (PlannedWindow window in after.Windows)
        {
            bool untouched = !changed[window.Index] && (after.Strategy == Strategy.Relay
                || ((window.OverlapBefore == 0 || !changed[window.Index - 1]) && (window.OverlapAfter == 0 || !changed[window.Index + 1])));
            if (untouched && KnownFrames.Of(after, window).All(known => reusable.Contains(known.Source)))
            {
                reusable.Add(window.Index);
            }
        }

        return [.. reusable.Order()];
    }

    private static bool SameGeometry(RenderPlan before, RenderPlan after) =>
        before.Windows.Count == after.Windows.Count
        && before.Windows.Zip(after.Windows).All(pair => pair.First with { Caption = "", Shot = 0 } == pair.Second with { Caption = "", Shot = 0 });
}
