using RenderFarm.Plans;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models;

/// <summary>All that a window's predictions depend on besides its latents and the step. Tensors are borrowed.</summary>
public sealed record WindowConditions
{
    /// <summary>In the model's caption language.</summary>
    public required string Caption { get; init; }

    /// <summary>What guidance steers away from; empty for the model's unconditional caption.</summary>
    public string NegativeCaption { get; init; } = "";

    /// <summary>Latent frames of the window.</summary>
    public int Length { get; init; } = 1;

    /// <summary>The picture that the film begins with, float32 [3, H, W] in [-1, 1]; null for none.</summary>
    public Tensor? StartImage { get; init; }

    /// <summary>Latent frames that stay clean, float32 [C, K, h, w]; null for none.</summary>
    public Tensor? Clean { get; init; }

    /// <summary>Where each of <see cref="Clean"/>'s frames lies in the window, rising.</summary>
    public IReadOnlyList<int> CleanPositions { get; init; } = [];

    /// <summary>Whether the window's first frame is <see cref="StartImage"/>, rather than another window's.</summary>
    public bool BeginsWithImage { get; init; }

    /// <summary>As <see cref="RenderPlan.ResidualCache"/>.</summary>
    public double ResidualCache { get; init; }

    /// <summary>The timestep of the sampler's last step, which a residual cache always computes.</summary>
    public float LastTimestep { get; init; }

    /// <summary>As <see cref="RenderPlan.LowNoiseGuidance"/>.</summary>
    public double? LowNoiseGuidance { get; init; }
}
