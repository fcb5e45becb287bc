using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>Streams latent frames through the autoencoder; holds two latent frames of features, whatever the film's length.</summary>
internal sealed class PocketDecoder(PocketAutoencoder autoencoder) : ILatentDecoder
{
    private Tensor? _past1;
    private Tensor? _past2;

    public Tensor Decode(Tensor latents)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor? past1 = _past1, past2 = _past2;
        Tensor frames = autoencoder.Decode(latents.unsqueeze(0), ref past1, ref past2).squeeze(0);
        if (_past1 is null)
        {
            // A stream's first latent frame holds its one frame last, after copies of it.
            frames = frames.slice(1, PocketAutoencoder.TemporalStride - 1, frames.shape[1], 1);
        }

        Remember(ref _past1, past1!);
        Remember(ref _past2, past2!);
        return ((frames + 1) * 127.5).round().clamp(0, 255).to_type(ScalarType.Byte)
            .permute(1, 2, 3, 0).contiguous().cpu().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _past1?.Dispose();
        _past2?.Dispose();
    }

    private static void Remember(ref Tensor? past, Tensor features)
    {
        past?.Dispose();
        past = features.clone().DetachFromDisposeScope();
    }
}
