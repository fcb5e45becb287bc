using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>
/// Reads a caption: a small transformer over its tokens and one query for each attribute, whose outputs say which value the caption
/// gives that attribute, if any.
/// </summary>
public sealed class PocketTextEncoder : nn.Module
{
    private const int Width = 96;
    private const int Heads = 3;
    private const int Layers = 3;

    private readonly Parameter pieces;
    private readonly Parameter positions;
    private readonly Parameter queries;
    private readonly ModuleList<PocketTextBlock> blocks;
    private readonly PocketNorm norm;
    private readonly Parameter choices;
    private readonly Parameter choicesBias;

    /// <param name="vocabulary">Pieces of the tokenizer.</param>
    public PocketTextEncoder(int vocabulary)
        : base(nameof(PocketTextEncoder))
    {
        pieces = new Parameter(randn(vocabulary, Width) * 0.3);
        positions = new Parameter(randn(PocketTokenizer.Length, Width) * 0.1);
        queries = new Parameter(randn(PocketVocabulary.Attributes.Count, Width) * 0.3);
        blocks = nn.ModuleList(Enumerable.Range(0, Layers).Select(_ => new PocketTextBlock(Width, Heads)).ToArray());
        norm = new PocketNorm(Width, ScalarType.Float32);
        choices = new Parameter(randn(PocketReading.Width, Width) / Math.Sqrt(Width));
        choicesBias = new Parameter(zeros(PocketReading.Width));
        RegisterComponents();
    }

    /// <summary>Scores before the softmax over each attribute's choices, float32 [B, <see cref="PocketReading.Width"/>].</summary>
    /// <param name="tokens">Of <see cref="PocketTokenizer"/>, int64 [B, N].</param>
    public Tensor Score(Tensor tokens)
    {
        long batch = tokens.shape[0], count = queries.shape[0];
        Tensor words = pieces.index_select(0, tokens.reshape(-1)).view(batch, PocketTokenizer.Length, Width) + positions;
        Tensor hidden = cat([queries.unsqueeze(0).expand(batch, -1, -1), words], 1);
        Tensor seen = cat([ones([batch, count], ScalarType.Bool, tokens.device), tokens.ne(PocketTokenizer.Padding)], 1).view(batch, 1, 1, -1);
        foreach (PocketTextBlock block in blocks)
        {
            hidden = block.Forward(hidden, seen);
        }

        Tensor answers = norm.forward(hidden.narrow(1, 0, count));
        Tensor[] scores = [.. PocketVocabulary.Attributes.Select((attribute, i) => nn.functional.linear(
            answers.select(1, i), Of(choices, attribute, i), Of(choicesBias, attribute, i)))];
        return cat(scores, 1);
    }

    /// <summary>The caption's reading, float32 [B, <see cref="PocketReading.Width"/>].</summary>
    public Tensor Read(Tensor tokens)
    {
        Tensor scores = Score(tokens);
        return cat([.. PocketVocabulary.Attributes.Select((attribute, i) => Of(scores.t(), attribute, i).softmax(0))], 0).t().contiguous();
    }

    private static Tensor Of(Tensor all, PocketAttribute attribute, int index) =>
        all.narrow(0, PocketReading.Offsets[index], PocketReading.Choices(attribute));
}
