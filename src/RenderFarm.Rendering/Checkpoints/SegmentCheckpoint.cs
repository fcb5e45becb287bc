using System.Globalization;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Checkpoints;

/// <summary>A segment between two steps: its latents and its sampler's history. Owns its tensors, which lie on the CPU.</summary>
internal sealed class SegmentCheckpoint(int nextStep, Tensor latents, IReadOnlyDictionary<string, Tensor> history) : IDisposable
{
    private const string LatentsName = "latents";
    private const string HistoryPrefix = "sampler.";
    private const string StepKey = "next_step";
    private const string PlanKey = "plan";

    public int NextStep { get; } = nextStep;

    public Tensor Latents { get; } = latents;

    public IReadOnlyDictionary<string, Tensor> History { get; } = history;

    /// <summary>The borrowed tensors as safetensors.</summary>
    /// <param name="plan">The plan's fingerprint: a checkpoint of another plan is none.</param>
    public static byte[] ToBytes(int nextStep, Tensor latents, IReadOnlyDictionary<string, Tensor> history, string plan)
    {
        var tensors = history.ToDictionary(pair => HistoryPrefix + pair.Key, pair => pair.Value);
        tensors[LatentsName] = latents;
        return SafetensorsWriter.ToBytes(tensors, new Dictionary<string, string>
        {
            [StepKey] = nextStep.ToString(CultureInfo.InvariantCulture),
            [PlanKey] = plan,
        });
    }

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/>, also for another plan's.</exception>
    public static SegmentCheckpoint FromBytes(ReadOnlyMemory<byte> content, string plan)
    {
        IReadOnlyDictionary<string, string> metadata = SafetensorsFile.ReadMetadata(content);
        if (metadata.GetValueOrDefault(PlanKey) != plan
            || !int.TryParse(metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out int step))
        {
            throw new RenderFarmException(ErrorCodes.CorruptArtifact, "the checkpoint is not of this plan");
        }

        IReadOnlyDictionary<string, Tensor> tensors = SafetensorsFile.ReadAll(content);
        Dictionary<string, Tensor> history = tensors
            .Where(pair => pair.Key.StartsWith(HistoryPrefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[HistoryPrefix.Length..], pair => pair.Value);
        return new SegmentCheckpoint(step, tensors[LatentsName], history);
    }

    public void Dispose()
    {
        Latents.Dispose();
        foreach (Tensor tensor in History.Values)
        {
            tensor.Dispose();
        }
    }
}
