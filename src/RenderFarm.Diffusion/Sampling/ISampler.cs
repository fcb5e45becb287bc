using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// Integrates latents from noise to data along predicted velocities. Works on each element alone, so windows stepped apart equal the
/// whole timeline stepped at once, bit for bit. Holds the history of one run; not thread-safe.
/// </summary>
public interface ISampler : IDisposable
{
    /// <summary>Steps of the whole run.</summary>
    int Steps { get; }

    /// <summary>What the model is told in a step: 1000 (noise) falling to 0.</summary>
    float Timestep(int step);

    /// <summary>The share of noise before a step, 0 to 1; that of step <see cref="Steps"/> is 0.</summary>
    float Sigma(int step);

    /// <summary>The latents after a step: a new float32 tensor owned by the caller. Steps come in order, from 0 or the restored one.</summary>
    /// <param name="step">0 to <see cref="Steps"/> - 1.</param>
    /// <param name="velocity">Noise minus data, as predicted, float32, of the latents' shape.</param>
    /// <param name="latents">The latents before the step; not changed.</param>
    /// <exception cref="InvalidOperationException">The step is not the next one.</exception>
    Tensor Step(int step, Tensor velocity, Tensor latents);

    /// <summary>A copy of the history that the next step needs, owned by the caller; empty where there is none.</summary>
    IReadOnlyDictionary<string, Tensor> Save();

    /// <summary>Goes on as if every step before <paramref name="nextStep"/> had just been done. The state is copied.</summary>
    void Restore(int nextStep, IReadOnlyDictionary<string, Tensor> state);
}
