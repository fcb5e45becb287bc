using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>What the network makes of B looks; borrowed from the scope that it was made in.</summary>
/// <param name="Scores">Logits of all attributes, float32 [B, <see cref="JudgedAttributes.Width"/>].</param>
/// <param name="Subject">Logits of where the subject is, float32 [B, rows, columns].</param>
/// <param name="Occluder">Logits of where the occluder is, float32 [B, rows, columns].</param>
/// <param name="Motion">As in <see cref="LookTruth.Motion"/>, float32 [B, 7].</param>
internal readonly record struct JudgeView(Tensor Scores, Tensor Subject, Tensor Occluder, Tensor Motion)
{
    /// <summary>Cells around a map's peak that its mean is taken over: what lies further is another thing.</summary>
    private const int Reach = 2;

    /// <summary>Where a map's peak is, float32 [B, 2]: across and down, as shares of the frame.</summary>
    public static Tensor PlaceOf(Tensor map)
    {
        long batch = map.shape[0], rows = map.shape[1], columns = map.shape[2];
        Tensor shares = nn.functional.softmax(map.reshape(batch, rows * columns), 1);
        Tensor peak = shares.argmax(1, keepdim: true);
        Tensor cells = arange(rows * columns, ScalarType.Int64).unsqueeze(0);
        Tensor row = cells.div(columns, rounding_mode: RoundingMode.floor), column = cells.remainder(columns);
        Tensor peakRow = peak.div(columns, rounding_mode: RoundingMode.floor), peakColumn = peak.remainder(columns);
        Tensor isNear = (row - peakRow).abs().le(Reach).logical_and((column - peakColumn).abs().le(Reach));
        shares = shares * isNear.to_type(ScalarType.Float32);
        shares = shares / shares.sum(1, keepdim: true);
        Tensor across = (shares * (column.to_type(ScalarType.Float32) + 0.5)).sum(1) / columns;
        Tensor down = (shares * (row.to_type(ScalarType.Float32) + 0.5)).sum(1) / rows;
        return stack([across, down], 1);
    }

    /// <summary>The map that a judge shall give: a place's share in each of the four cells around it, [rows x columns].</summary>
    public static void Mark(Span<float> map, int rows, int columns, float across, float down)
    {
        float x = Math.Clamp((across * columns) - 0.5f, 0, columns - 1), y = Math.Clamp((down * rows) - 0.5f, 0, rows - 1);
        int left = Math.Min((int)x, columns - 2), top = Math.Min((int)y, rows - 2);
        (float u, float v) = (x - left, y - top);
        map[(top * columns) + left] = (1 - u) * (1 - v);
        map[(top * columns) + left + 1] = u * (1 - v);
        map[((top + 1) * columns) + left] = (1 - u) * v;
        map[((top + 1) * columns) + left + 1] = u * v;
    }
}
