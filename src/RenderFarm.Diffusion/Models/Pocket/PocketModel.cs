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
    private readonly Tensor _mean;
    private readonly Tensor _deviation;

    /// <param name="descriptor">The folder's model.json.</param>
    /// <param name="folder">Where its weights are.</param>
    /// <param name="device">Where it shall run.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the weights do not fit.</exception>
    public PocketModel(ModelDescriptor descriptor, string folder, Device device)
    {
        Descriptor = descriptor;
        Device = device;
        using IDisposable gradients = no_grad();
        ScalarType compute = PocketPrecision.For(device);
        _autoencoder = new PocketAutoencoder(compute);
        _transformer = new PocketTransformer(compute);
        string autoencoderPath = Path.Combine(folder, PocketWeights.AutoencoderFile);
        string transformerPath = Path.Combine(folder, PocketWeights.TransformerFile);
        using SafetensorsFile autoencoderFile = SafetensorsFile.Open(autoencoderPath);
        using SafetensorsFile transformerFile = SafetensorsFile.Open(transformerPath);
        PocketWeights.Load(_autoencoder, autoencoderFile, autoencoderPath);
        PocketWeights.Load(_transformer, transformerFile, transformerPath);
        _autoencoder.to(device);
        _transformer.to(device);
        _mean = PerChannel(autoencoderFile, PocketWeights.MeanName, device);
        _deviation = PerChannel(autoencoderFile, PocketWeights.DeviationName, device);
    }

    public ModelDescriptor Descriptor { get; }

    public Device Device { get; }

    public Conditioning EncodeText(string caption, string negativeCaption)
    {
        long[] ids = [.. PocketTokenizer.Encode(negativeCaption), .. PocketTokenizer.Encode(caption)];
        return new Conditioning(tensor(ids, [2, PocketTokenizer.Length], device: Device));
    }

    public Tensor EncodeFrames(Tensor frames)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor latents = _autoencoder.Encode(frames.unsqueeze(0));
        return ((latents - _mean) / _deviation).squeeze(0).MoveToOuterDisposeScope();
    }

    public Tensor Predict(Tensor latents, Tensor timesteps, Conditioning conditioning, double guidance)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        if (guidance == 1)
        {
            return _transformer.Forward(latents.unsqueeze(0), timesteps.unsqueeze(0), conditioning.Tokens.slice(0, 1, 2, 1))
                .squeeze(0).contiguous().MoveToOuterDisposeScope();
        }

        Tensor both = _transformer.Forward(
            latents.unsqueeze(0).expand(2, -1, -1, -1, -1), timesteps.unsqueeze(0).expand(2, -1), conditioning.Tokens);
        Tensor without = both[0], with = both[1];
        return (without + ((with - without) * guidance)).contiguous().MoveToOuterDisposeScope();
    }

    public ILatentDecoder CreateDecoder() => new PocketDecoder(_autoencoder, _mean, _deviation);

    public void Dispose()
    {
        _autoencoder.Dispose();
        _transformer.Dispose();
        _mean.Dispose();
        _deviation.Dispose();
    }

    private static Tensor PerChannel(SafetensorsFile file, string name, Device device)
    {
        using Tensor stored = file.Read(name);
        using Tensor placed = stored.to(device);
        return placed.view(1, -1, 1, 1, 1).clone();
    }
}
