using RenderFarm.Jobs;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// UniPC (arXiv 2302.04867) of order 2 with B(h) = e^h - 1 ("bh2"), data prediction, on the flow-matching path (alpha = 1 - sigma).
/// In every step but the first the corrector (UniC) first improves the latents with the new prediction, then the predictor (UniP)
/// goes on to the next noise level. First and last step are of order 1. Coefficients are scalars in 64 bits.
/// </summary>
public sealed class UniPCSampler : ISampler
{
    private const string LastLatents = "last_latents";
    private const string LastClean = "last_clean";
    private const string EarlierClean = "earlier_clean";

    private readonly float[] _sigmas;
    private readonly float[] _timesteps;
    private int _next;

    /// <summary>The corrected latents from which the step before went on.</summary>
    private Tensor? _lastLatents;

    /// <summary>Predictions of the clean latents, one step and two steps before.</summary>
    private Tensor? _lastClean;
    private Tensor? _earlierClean;

    public UniPCSampler(int steps, double shift, UniPCSchedule schedule = UniPCSchedule.Endpoint1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shift);
        double[] exact = FlowSchedule.UniPC(steps, shift, schedule);
        _sigmas = [.. exact.Select(sigma => (float)sigma), 0];
        _timesteps = [.. exact.Select(sigma => (float)(long)(sigma * 1000))];
    }

    public int Steps => _timesteps.Length;

    public float Timestep(int step) => _timesteps[step];

    public float Sigma(int step) => _sigmas[step];

    public Tensor Step(int step, Tensor velocity, Tensor latents)
    {
        StepOrder.Require(step, _next, Steps);
        _next++;
        using IDisposable scope = NewDisposeScope();
        Tensor clean = latents - velocity * _sigmas[step];
        Tensor corrected = _lastClean is null ? latents.clone() : Correct(step, clean, latents);
        Tensor result = Predict(step, clean, corrected);

        // The history outlives the step, and any scope in which the caller runs it.
        _earlierClean?.Dispose();
        _earlierClean = _lastClean;
        _lastClean = clean.DetachFromDisposeScope();
        _lastLatents?.Dispose();
        _lastLatents = corrected.DetachFromDisposeScope();
        return result.MoveToOuterDisposeScope();
    }

    public IReadOnlyDictionary<string, Tensor> Save()
    {
        var state = new Dictionary<string, Tensor>();
        foreach ((string name, Tensor? tensor) in new[] { (LastLatents, _lastLatents), (LastClean, _lastClean), (EarlierClean, _earlierClean) })
        {
            if (tensor is not null)
            {
                state[name] = tensor.clone();
            }
        }

        return state;
    }

    public void Restore(int nextStep, IReadOnlyDictionary<string, Tensor> state)
    {
        Dispose();
        _next = nextStep;
        _lastLatents = Copy(LastLatents);
        _lastClean = Copy(LastClean);
        _earlierClean = Copy(EarlierClean);

        Tensor? Copy(string name) => state.TryGetValue(name, out Tensor? tensor) ? tensor.clone().DetachFromDisposeScope() : null;
    }

    public void Dispose()
    {
        _lastLatents?.Dispose();
        _lastClean?.Dispose();
        _earlierClean?.Dispose();
        (_lastLatents, _lastClean, _earlierClean) = (null, null, null);
    }

    /// <summary>UniC (section 3.1): the latents at this step anew, from those of the step before, of the order of that step.</summary>
    private Tensor Correct(int step, Tensor clean, Tensor latents)
    {
        double h = Lambda(step) - Lambda(step - 1);
        double phi1 = Expm1(-h);
        double phi2 = phi1 / -h - 1;
        double phi3 = phi2 / -h - 0.5;
        double scale = -Alpha(step) * phi1;
        Tensor drift = clean - _lastClean!;
        Tensor correction;
        if (_earlierClean is null)
        {
            correction = drift * (float)(scale * 0.5);
        }
        else
        {
            // [1 1; r 1] (rho1, rho2) = (b1, b2)
            double r = (Lambda(step - 2) - Lambda(step - 1)) / h;
            double b1 = phi2 / phi1;
            double b2 = phi3 * 2 / phi1;
            double rho1 = (b1 - b2) / (1 - r);
            double rho2 = b1 - rho1;
            correction = (_earlierClean - _lastClean!) * (float)(scale * rho1 / r) + drift * (float)(scale * rho2);
        }

        return _lastLatents! * (float)((double)_sigmas[step] / _sigmas[step - 1]) + _lastClean! * (float)scale + correction;
    }

    /// <summary>UniP (section 3.2): the latents at the next noise level.</summary>
    private Tensor Predict(int step, Tensor clean, Tensor latents)
    {
        // At sigma 0 lambda is infinite; the limit is the clean prediction itself.
        if (step == Steps - 1)
        {
            return clean.clone();
        }

        double h = Lambda(step + 1) - Lambda(step);
        double scale = -Alpha(step + 1) * Expm1(-h);
        Tensor result = latents * (float)((double)_sigmas[step + 1] / _sigmas[step]) + clean * (float)scale;
        if (_lastClean is null)
        {
            return result;
        }

        double r = (Lambda(step - 1) - Lambda(step)) / h;
        return result + (_lastClean - clean) * (float)(scale * 0.5 / r);
    }

    private double Alpha(int step) => 1 - (double)_sigmas[step];

    private double Lambda(int step) => Math.Log(Alpha(step)) - Math.Log(_sigmas[step]);

    /// <summary>e^x - 1 without cancellation near 0.</summary>
    private static double Expm1(double x) => 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);
}
