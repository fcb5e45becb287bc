using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using RenderFarm.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>The embedded model: small, trained by this project on a procedural world.</summary>
public sealed class PocketModel : IVideoModel
{
    private readonly PocketAutoencoder _autoencoder;
    private readonly PocketTransformer _transformer;
    private readonly PocketTokenizer _tokenizer;
    private readonly PocketTextEncoder _textEncoder;

    /// <param name="descriptor">The folder's model.json.</param>
    /// <param name="folder">Where its weights are.</param>
    /// <param name="device">Where it shall run.</param>
    /// <param name="compute">The precision of its products.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the weights do not fit.</exception>
    public PocketModel(ModelDescriptor descriptor, string folder, Device device, ScalarType compute)
    {
        Descriptor = descriptor;
        Device = device;
        using IDisposable gradients = no_grad();
        _autoencoder = new PocketAutoencoder(compute);
        _transformer = new PocketTransformer(compute);
        _tokenizer = new PocketTokenizer(Path.Combine(folder, PocketWeights.VocabularyFile));
        _textEncoder = new PocketTextEncoder(_tokenizer.Size);
        string textEncoderPath = Path.Combine(folder, PocketWeights.TextEncoderFile);
        string autoencoderPath = Path.Combine(folder, PocketWeights.AutoencoderFile);
        string transformerPath = Path.Combine(folder, PocketWeights.TransformerFile);
        using SafetensorsFile textEncoderFile = SafetensorsFile.Open(textEncoderPath);
        using SafetensorsFile autoencoderFile = SafetensorsFile.Open(autoencoderPath);
        using SafetensorsFile transformerFile = SafetensorsFile.Open(transformerPath);
        PocketWeights.Load(_textEncoder, textEncoderFile, textEncoderPath);
        PocketWeights.Load(_autoencoder, autoencoderFile, autoencoderPath);
        PocketWeights.Load(_transformer, transformerFile, transformerPath);
        _textEncoder.to(device);
        _autoencoder.to(device);
        _transformer.to(device);
    }

    public ModelDescriptor Descriptor { get; }

    public Device Device { get; }

    public Conditioning Condition(WindowConditions conditions)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        return new Conditioning(cat([Read(conditions.NegativeCaption), Read(conditions.Caption)]));
    }

    public Tensor EncodeFrames(Tensor frames)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        return _autoencoder.Encode(frames.unsqueeze(0)).squeeze(0).contiguous().MoveToOuterDisposeScope();
    }

    public Tensor Predict(Tensor latents, Tensor timesteps, Conditioning conditioning, double guidance, int spacing)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        timesteps = timesteps.to(Device);
        if (guidance == 1)
        {
            return _transformer.Forward(latents.unsqueeze(0), timesteps.unsqueeze(0), conditioning.Tokens.slice(0, 1, 2, 1), spacing)
                .squeeze(0).contiguous().MoveToOuterDisposeScope();
        }

        Tensor both = _transformer.Forward(
            latents.unsqueeze(0).expand(2, -1, -1, -1, -1), timesteps.unsqueeze(0).expand(2, -1), conditioning.Tokens, spacing);
        Tensor without = both[0], with = both[1];
        return (without + ((with - without) * guidance)).contiguous().MoveToOuterDisposeScope();
    }

    public ILatentDecoder CreateDecoder() => new PocketDecoder(_autoencoder);

    public void Dispose()
    {
        _textEncoder.Dispose();
        _autoencoder.Dispose();
        _transformer.Dispose();
    }

    /// <summary>A text's reading; that of a text without a known word says nothing of any attribute.</summary>
    private Tensor Read(string caption)
    {
        long[] tokens = _tokenizer.Encode(caption);
        return tokens[0] == PocketTokenizer.Padding
            ? PocketReading.Sure(zeros([1, PocketVocabulary.Attributes.Count], ScalarType.Int64, Device))
            : _textEncoder.Read(tensor(tokens, [1, PocketTokenizer.Length], device: Device));
    }
}
