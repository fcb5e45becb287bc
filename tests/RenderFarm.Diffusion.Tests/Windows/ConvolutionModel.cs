using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Windows;

/// <summary>A real, if small, network: two convolutions over time and space, with weights from a seed.</summary>
internal sealed class ConvolutionModel(ModelDescriptor descriptor) : IVideoModel
{
    private readonly Tensor _first = Weights(1, 16, descriptor.LatentChannels);
    private readonly Tensor _second = Weights(2, descriptor.LatentChannels, 16);

    public ModelDescriptor Descriptor { get; } = descriptor;

    public Device Device { get; } = CPU;

    public Conditioning Condition(WindowConditions conditions) =>
        new(tensor(new[] { Number(conditions.NegativeCaption), Number(conditions.Caption) }).view(2, 1));

    public Tensor Predict(Tensor latents, Tensor timesteps, Conditioning conditioning, double guidance, int spacing)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Tensor negative = Forward(latents, timesteps, conditioning.Tokens[0], spacing);
        Tensor positive = Forward(latents, timesteps, conditioning.Tokens[1], spacing);
        return (negative + (positive - negative) * (float)guidance).MoveToOuterDisposeScope();
    }

    public Tensor EncodeFrames(Tensor frames)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor coarse = nn.functional.avg_pool2d(frames.transpose(0, 1), Descriptor.SpatialStride);
        return coarse.slice(0, 0, frames.shape[1], Descriptor.TemporalStride).transpose(0, 1).contiguous().MoveToOuterDisposeScope();
    }

    public ILatentDecoder CreateDecoder() => throw new NotSupportedException();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private Tensor Forward(Tensor latents, Tensor timesteps, Tensor text, int spacing)
    {
        Tensor hidden = nn.functional.conv3d(latents.unsqueeze(0), _first, padding: [1, 1, 1]);
        hidden = (hidden + (timesteps / 1000).view(1, 1, -1, 1, 1) + text + (spacing / 4f)).sin();
        return nn.functional.conv3d(hidden, _second, padding: [1, 1, 1]).squeeze(0);
    }

    private static float Number(string text) => text.Sum(character => character) % 17 / 8f;

    private static Tensor Weights(long seed, int outputs, int inputs)
    {
        using IDisposable scope = NewDisposeScope();
        return (new NoiseField(seed, outputs * inputs, 3, 9).Frame(0).view(outputs, inputs, 3, 3, 3) * 0.1f).MoveToOuterDisposeScope();
    }
}
