using System.Security.Cryptography;
using RenderFarm.Diffusion.Tensors;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Stitching;

/// <summary>SHA-256 over a timeline's latents, latent frame by latent frame: the same however the timeline is cut.</summary>
internal sealed class LatentsHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The timeline's next frames, float32 [C, T, H, W].</summary>
    public void Append(Tensor latents)
    {
        using IDisposable scope = NewDisposeScope();
        _hash.AppendData(TensorBytes.FromTensor(latents.permute(1, 0, 2, 3).contiguous()));
    }

    /// <summary>In lower-case hex.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
