using RenderFarm.Plans;
using RenderFarm.Segments;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Windows;

/// <summary>
/// Makes neighbouring windows' predictions one on their overlap (MultiDiffusion, arXiv 2302.08113, over time). Both sides do the same
/// operations in the same order, so that the results are the same bits.
/// </summary>
public static class Agreement
{
    /// <summary>left x (1 - w) + right x w, [C, O, H, W], owned by the caller.</summary>
    /// <param name="left">The left window's prediction on the overlap, float32 [C, O, H, W].</param>
    /// <param name="right">The right window's.</param>
    /// <param name="rightWeights">From <see cref="BlendWeights"/>, one a latent frame.</param>
    public static Tensor Blend(Tensor left, Tensor right, float[] rightWeights)
    {
        if (left.dim() != 4 || left.shape[1] != rightWeights.Length || !left.shape.AsSpan().SequenceEqual(right.shape))
        {
            throw new ArgumentException(
                $"an overlap is [C, {rightWeights.Length}, H, W] on both sides, not [{string.Join(", ", left.shape)}] and [{string.Join(", ", right.shape)}]");
        }

        using IDisposable scope = NewDisposeScope();
        float[] leftWeights = Array.ConvertAll(rightWeights, weight => 1 - weight);
        Tensor leftShare = left * tensor(leftWeights, device: left.device).view(1, -1, 1, 1);
        Tensor rightShare = right * tensor(rightWeights, device: right.device).view(1, -1, 1, 1);
        return (leftShare + rightShare).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The window's raw prediction on one of its overlaps: what its neighbour needs, a copy [C, O, H, W] owned by the caller. Take it
    /// before <c>Apply</c>.
    /// </summary>
    public static Tensor Offer(Tensor prediction, PlannedWindow window, HaloSide side)
    {
        using Tensor view = side == HaloSide.Before
            ? prediction.narrow(1, 0, window.OverlapBefore)
            : prediction.narrow(1, window.Length - window.OverlapAfter, window.OverlapAfter);
        return empty(view.shape, view.dtype, view.device).copy_(view);
    }

    /// <summary>Replaces a window's prediction on its overlaps, in place, by what it and its neighbours agree on.</summary>
    /// <param name="prediction">The window's own, float32 [C, T, H, W].</param>
    /// <param name="beforeHalo">The raw prediction of the window before on the overlap, [C, O, H, W]; null for the first window.</param>
    /// <param name="afterHalo">That of the window after; null for the last.</param>
    /// <param name="beforeWeights">This window's weights against the window before: there it is the right one.</param>
    /// <param name="afterWeights">The next window's weights against this one.</param>
    public static void Apply(Tensor prediction, Tensor? beforeHalo, Tensor? afterHalo, float[]? beforeWeights, float[]? afterWeights)
    {
        using IDisposable scope = NewDisposeScope();
        if (beforeHalo is not null)
        {
            ArgumentNullException.ThrowIfNull(beforeWeights);
            Tensor own = prediction.narrow(1, 0, beforeHalo.shape[1]);
            own.copy_(Blend(beforeHalo, own, beforeWeights));
        }

        if (afterHalo is not null)
        {
            ArgumentNullException.ThrowIfNull(afterWeights);
            Tensor own = prediction.narrow(1, prediction.shape[1] - afterHalo.shape[1], afterHalo.shape[1]);
            own.copy_(Blend(own, afterHalo, afterWeights));
        }
    }

    /// <summary>The same, with the weights that the plan gives to this window in this step.</summary>
    public static void Apply(Tensor prediction, RenderPlan plan, int index, int step, Tensor? beforeHalo, Tensor? afterHalo) =>
        Apply(
            prediction,
            beforeHalo,
            afterHalo,
            beforeHalo is null ? null : BlendWeights.Right(plan, index - 1, step),
            afterHalo is null ? null : BlendWeights.Right(plan, index, step));
}
