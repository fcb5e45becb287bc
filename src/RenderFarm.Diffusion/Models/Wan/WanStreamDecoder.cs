using RenderFarm.Diffusion.Models.Wan.Vae;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan;

/// <summary>A decoder whose VAE may leave the device between two calls: the stream's cache is carried over to the one that comes back.</summary>
/// <param name="vae">Gives the VAE that is on the device now.</param>
internal sealed class WanStreamDecoder(Func<WanVae> vae) : ILatentDecoder
{
    private WanVae? _vae;
    private WanLatentDecoder? _decoder;

    public Tensor Decode(Tensor latents)
    {
        WanVae current = vae();
        if (_vae != current)
        {
            WanLatentDecoder? before = _decoder;
            _decoder = new WanLatentDecoder(current.CreateStream());
            _vae = current;
            if (before is not null)
            {
                IReadOnlyDictionary<string, Tensor> state = before.Stream.Save();
                _decoder.Stream.Restore(state);
                before.Dispose();
                foreach (Tensor tensor in state.Values)
                {
                    tensor.Dispose();
                }
            }
        }

        return _decoder!.Decode(latents);
    }

    public void Dispose() => _decoder?.Dispose();
}
