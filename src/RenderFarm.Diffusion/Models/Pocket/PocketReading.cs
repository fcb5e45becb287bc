using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>
/// What a caption says, as the transformer takes it: for each attribute a probability of "not said" and of each value, one after the
/// other, [B, <see cref="Width"/>].
/// </summary>
public static class PocketReading
{
    /// <summary>Where each attribute begins in a reading.</summary>
    public static IReadOnlyList<int> Offsets { get; } = OffsetsOf();

    /// <summary>Entries of a reading.</summary>
    public static int Width { get; } = Offsets[^1] + Choices(PocketVocabulary.Attributes[^1]);

    /// <summary>An attribute's entries: its values, and "not said" before them.</summary>
    public static int Choices(PocketAttribute attribute) => PocketVocabulary.Of(attribute).Count + 1;

    /// <summary>For each attribute 0 for "not said", or one more than the value's index.</summary>
    /// <exception cref="ArgumentException">A value is not of the vocabulary.</exception>
    public static long[] ChoicesOf(PocketCaption caption) => [.. PocketVocabulary.Attributes.Select(attribute =>
    {
        string? value = caption[attribute];
        int index = value is null ? -1 : PocketVocabulary.Of(attribute).ToList().IndexOf(value);
        return value is null || index >= 0
            ? index + 1L
            : throw new ArgumentException($"{attribute} '{value}' is not allowed: {string.Join(", ", PocketVocabulary.Of(attribute))}", nameof(caption));
    })];

    /// <summary>A sure reading, float32 [B, Width], of choices, int64 [B, attributes].</summary>
    public static Tensor Sure(Tensor choices)
    {
        using Tensor starts = tensor(Offsets.Select(offset => (long)offset).ToArray(), device: choices.device);
        using Tensor at = choices + starts;
        using Tensor one = ones(at.shape, ScalarType.Float32, choices.device);
        return zeros([choices.shape[0], Width], ScalarType.Float32, choices.device).scatter_(1, at, one);
    }

    private static int[] OffsetsOf()
    {
        int[] offsets = new int[PocketVocabulary.Attributes.Count];
        for (int i = 1; i < offsets.Length; i++)
        {
            offsets[i] = offsets[i - 1] + Choices(PocketVocabulary.Attributes[i - 1]);
        }

        return offsets;
    }
}
