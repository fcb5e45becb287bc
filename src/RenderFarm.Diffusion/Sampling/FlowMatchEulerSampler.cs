using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>Euler's method on the flow-matching path (arXiv 2210.02747): x += (sigma' - sigma) v. It has no history.</summary>
public sealed class FlowMatchEulerSampler : ISampler
{
    private readonly float[] _sigmas;
    private int _next;

    public FlowMatchEulerSampler(int steps, double shift)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shift);
        _sigmas = FlowSchedule.Euler(steps, shift);
    }

    public int Steps => _sigmas.Length - 1;

    public float Timestep(int step) => _sigmas[step] * 1000;

    public float Sigma(int step) => _sigmas[step];

    public Tensor Step(int step, Tensor velocity, Tensor latents)
    {
        StepOrder.Require(step, _next, Steps);
        _next++;
        // Two operations rather than one fused: the same rounding whatever the tensor's size.
        using Tensor change = velocity * (_sigmas[step + 1] - _sigmas[step]);
        return latents + change;
    }

    public IReadOnlyDictionary<string, Tensor> Save() => new Dictionary<string, Tensor>();

    public void Restore(int nextStep, IReadOnlyDictionary<string, Tensor> state) => _next = nextStep;

    public void Dispose()
    {
        // Nothing is held: Euler's method needs no step but the present one.
    }
}
