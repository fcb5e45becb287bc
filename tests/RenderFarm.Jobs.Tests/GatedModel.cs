using RenderFarm.Diffusion.Models;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Jobs.Tests;

/// <summary>A borrowed model whose predictions pass a gate.</summary>
internal sealed class GatedModel(IVideoModel model, StepGate gate) : IVideoModel
{
    public ModelDescriptor Descriptor => model.Descriptor;

    public Device Device => model.Device;

    public Conditioning Condition(WindowConditions conditions) => model.Condition(conditions);

    public Tensor EncodeFrames(Tensor frames) => model.EncodeFrames(frames);

    public Tensor Predict(Tensor latents, Tensor timesteps, Conditioning conditioning, double guidance, int spacing)
    {
        gate.Pass();
        return model.Predict(latents, timesteps, conditioning, guidance, spacing);
    }

    public ILatentDecoder CreateDecoder() => model.CreateDecoder();

    public void Dispose()
    {
        // The model is the fixture's.
    }
}
