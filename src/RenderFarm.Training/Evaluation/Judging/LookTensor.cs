using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>Frames as the judge's eye wants them; the results belong to the caller's scope.</summary>
internal static class LookTensor
{
    /// <summary>Looks, float32 [B, 9, H', W'] in [-1, 1], of a rendered batch.</summary>
    public static Tensor Of(LookBatch batch) => Seen(
        tensor(batch.Pixels, [batch.Truths.Length, Look.Frames * 3, batch.Height, batch.Width]), batch.Width, batch.Height);

    /// <summary>Looks, float32 [B, 9, H', W'] in [-1, 1], of a clip, uint8 [F, H, W, 3] on the CPU.</summary>
    /// <param name="frames">The clip.</param>
    /// <param name="at">The frames that are looked at, B of them.</param>
    public static Tensor Of(Tensor frames, IReadOnlyList<int> at)
    {
        long count = frames.shape[0], height = frames.shape[1], width = frames.shape[2];
        long[] indices = [.. at.SelectMany(frame => Look.At(frame, (int)count)).Select(index => (long)index)];
        Tensor planes = frames.index_select(0, tensor(indices)).permute(0, 3, 1, 2).reshape(at.Count, Look.Frames * 3, height, width);
        return Seen(planes, (int)width, (int)height);
    }

    /// <summary>
    /// Does to the first half what a decoder might do to frames and a caption does not ask for: some blur, some noise, cells that are a
    /// little off, another exposure. The judge shall look past it.
    /// </summary>
    public static Tensor SpoilHalf(Tensor looks)
    {
        long half = looks.shape[0] / 2;
        return half == 0 ? looks : cat([Spoil(looks.narrow(0, 0, half)), looks.narrow(0, half, looks.shape[0] - half)]);
    }

    private static Tensor Spoil(Tensor looks)
    {
        long batch = looks.shape[0], channels = looks.shape[1], height = looks.shape[2], width = looks.shape[3];
        Tensor Strength(double most) => rand(batch, 1, 1, 1) * most;
        Tensor blur = (rand(batch, 1, 1, 1) * 2 - 1).clamp_min(0);
        Tensor blurred = nn.functional.avg_pool2d(looks, [3, 3], [1, 1], [1, 1], count_include_pad: false);
        Tensor cells = randn(batch, channels, height / 16, width / 16) * Strength(0.06);
        cells = nn.functional.interpolate(cells, [height, width], mode: InterpolationMode.Nearest);
        return ((looks.lerp(blurred, blur) + cells + ((rand_like(looks) - 0.5) * Strength(0.2))) * (1 + ((rand(batch, 1, 1, 1) - 0.5) * 0.08)))
            + ((rand(batch, 1, 1, 1) - 0.5) * 0.06);
    }

    private static Tensor Seen(Tensor planes, int width, int height)
    {
        (int seenWidth, int seenHeight) = Look.SeenSize(width, height);
        Tensor looks = (planes.to_type(ScalarType.Float32) / 127.5) - 1;
        return (seenWidth, seenHeight) == (width, height)
            ? looks
            : nn.functional.interpolate(looks, [seenHeight, seenWidth], mode: InterpolationMode.Bilinear, align_corners: false);
    }
}
