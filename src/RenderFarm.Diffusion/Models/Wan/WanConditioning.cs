using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan;

/// <summary>A window's conditions for Wan.</summary>
/// <param name="text">Rows of the negative caption and the caption, [2, 512, text width].</param>
/// <param name="conditions">What else it is conditioned on.</param>
internal sealed class WanConditioning(Tensor text, WindowConditions conditions) : Conditioning(text)
{
    private const string LowNoisePrefix = "low_noise.";

    /// <summary>Tokens of the start image, [1, N, image width]; null where the model attends to none.</summary>
    public Tensor? Image { get; init; }

    /// <summary>The mask and the clip that the model is given beside the latents, float32 [C', T, h, w]; null where it takes none.</summary>
    public Tensor? Clip { get; init; }

    /// <summary>Guidance scale of the low-noise expert; null for the job's.</summary>
    public double? LowNoiseGuidance { get; } = conditions.LowNoiseGuidance;

    /// <summary>The timestep of the job's last step.</summary>
    public float LastTimestep { get; } = conditions.LastTimestep;

    /// <summary>The only transformer, or the first of two.</summary>
    public WanExpert Expert { get; } = new(conditions.ResidualCache);

    public WanExpert LowNoiseExpert { get; } = new(conditions.ResidualCache);

    public override IReadOnlyDictionary<string, Tensor> Save()
    {
        var state = new Dictionary<string, Tensor>(Expert.Cache?.Save() ?? base.Save());
        foreach ((string name, Tensor tensor) in LowNoiseExpert.Cache?.Save() ?? base.Save())
        {
            state.Add(LowNoisePrefix + name, tensor);
        }

        return state;
    }

    public override void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        ILookup<bool, KeyValuePair<string, Tensor>> parts = state.ToLookup(pair => pair.Key.StartsWith(LowNoisePrefix, StringComparison.Ordinal));
        Expert.Cache?.Restore(parts[false].ToDictionary(), Tokens.device);
        LowNoiseExpert.Cache?.Restore(parts[true].ToDictionary(pair => pair.Key[LowNoisePrefix.Length..], pair => pair.Value), Tokens.device);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Image?.Dispose();
            Clip?.Dispose();
            Expert.Dispose();
            LowNoiseExpert.Dispose();
        }

        base.Dispose(disposing);
    }
}
