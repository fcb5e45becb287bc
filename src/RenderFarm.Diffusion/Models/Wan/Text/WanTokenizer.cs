using System.Text;
using Microsoft.ML.Tokenizers;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>
/// UMT5's tokenizer: SentencePiece's unigram model, no beginning of sentence, the end after the last piece. Names of control pieces in a
/// prompt, such as <c>&lt;/s&gt;</c>, are text like any other.
/// </summary>
/// <remarks>
/// The library looks for the best pieces; the text's normalisation and what no piece covers are done here, for the library refuses models
/// without a beginning of sentence, miscounts the bytes' ids, keeps unknown characters apart and fails on long replacements.
/// </remarks>
public sealed class WanTokenizer : IWanTokenizer
{
    public const string ModelFile = "spiece.model";
    public const string JsonFile = "tokenizer.json";

    private readonly SentencePieceModel _model;
    private readonly SentencePieceNormaliser _normaliser;
    private readonly SentencePieceTokenizer _segmenter;
    private readonly int[] _byteIds;

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the model does not hold together.</exception>
    public WanTokenizer(SentencePieceModel model)
        : this(model, "the tokenizer")
    {
    }

    private WanTokenizer(SentencePieceModel model, string origin)
    {
        if (model.Fault() is { } fault)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{origin} cannot be used: {fault}");
        }

        try
        {
            _model = model;
            _byteIds = model.ByteIds();
            _normaliser = new SentencePieceNormaliser(model);
            using MemoryStream stream = SentencePieceFile.WriteSegmenter(model);
            _segmenter = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{origin} cannot be used: {exception.Message}", exception);
        }
    }

    public int Size => _model.Pieces.Count;

    /// <summary>
    /// Opens a <c>tokenizer/</c> folder by its <c>spiece.model</c>, which is the vocabulary's origin, or else by its <c>tokenizer.json</c>.
    /// </summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when there is neither or it is damaged.</exception>
    public static WanTokenizer Open(string folder)
    {
        string model = Path.Combine(folder, ModelFile), json = Path.Combine(folder, JsonFile);
        if (File.Exists(model))
        {
            return new WanTokenizer(SentencePieceFile.Read(model), model);
        }

        return File.Exists(json)
            ? new WanTokenizer(TokenizerJson.Read(json), json)
            : throw new RenderFarmException(ErrorCodes.InvalidModel, $"{folder} has no tokenizer: neither {ModelFile} nor {JsonFile}");
    }

    public WanTokens Encode(string text) => new(EncodeToIds(text), _model.EndId, _model.PaddingId);

    /// <summary>The ids of a text, all of them and without an end.</summary>
    public IReadOnlyList<long> EncodeToIds(string text)
    {
        string normalised = _normaliser.Normalise(text);
        List<long> ids = [];
        bool afterUnknown = false;
        foreach (EncodedToken token in _segmenter.EncodeToTokens(normalised, out _, false, false, true, considerNormalization: false))
        {
            if (token.Id != _model.UnknownId)
            {
                ids.Add(token.Id);
            }
            else if (_model.ByteFallback)
            {
                ids.AddRange(Encoding.UTF8.GetBytes(normalised[token.Offset]).Select(value => (long)_byteIds[value]));
            }
            else if (!afterUnknown)
            {
                ids.Add(_model.UnknownId);
            }

            afterUnknown = token.Id == _model.UnknownId;
        }

        return ids;
    }
}
