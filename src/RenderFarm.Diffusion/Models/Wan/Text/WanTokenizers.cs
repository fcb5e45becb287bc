using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>Finds the tokenizer that belongs to a model's text encoder.</summary>
public static class WanTokenizers
{
    /// <summary>An embedding of up to this many rows is one of bytes; a vocabulary of words has thousands.</summary>
    public const int LargestByteVocabulary = 384;

    /// <summary>The tokenizer in a model folder's <c>tokenizer/</c>; bytes for an encoder of bytes that comes without one.</summary>
    /// <param name="model">A folder in the Diffusers layout.</param>
    /// <param name="encoder">The text encoder's sizes.</param>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.InvalidModel"/> when there is none, it cannot be read, or it has ids that the encoder has no row for.
    /// </exception>
    public static IWanTokenizer Open(string model, Umt5Config encoder)
    {
        string folder = Path.Combine(model, "tokenizer");
        if (!Directory.Exists(folder))
        {
            return encoder.VocabularySize <= LargestByteVocabulary
                ? new ByteTokenizer(encoder.VocabularySize)
                : throw new RenderFarmException(
                    ErrorCodes.InvalidModel, $"{model} has no tokenizer/ for its text encoder's vocab_size {encoder.VocabularySize}");
        }

        WanTokenizer tokenizer = WanTokenizer.Open(folder);
        return tokenizer.Size <= encoder.VocabularySize
            ? tokenizer
            : throw new RenderFarmException(
                ErrorCodes.InvalidModel, $"{folder} has {tokenizer.Size} pieces, more than the text encoder's vocab_size {encoder.VocabularySize}");
    }
}
