using System.Globalization;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Checkpoints;

/// <summary>
/// A segment between two steps: its latents, its sampler's history and its model's memory. Owns its tensors, which lie on the CPU.
/// </summary>
internal sealed class SegmentCheckpoint(
    int nextStep, Tensor latents, IReadOnlyDictionary<string, Tensor> history, IReadOnlyDictionary<string, Tensor> memory) : IDisposable
{
    private const string LatentsName = "latents";
    private const string HistoryPrefix = "sampler.";
    private const string MemoryPrefix = "model.";
    private const string StepKey = "next_step";
    private const string PlanKey = "plan";

    public int NextStep { get; } = nextStep;

    public Tensor Latents { get; } = latents;

    /// <summary>The sampler's.</summary>
    public IReadOnlyDictionary<string, Tensor> History { get; } = history;

    /// <summary>What the model remembers of the steps before.</summary>
    public IReadOnlyDictionary<string, Tensor> Memory { get; } = memory;

    /// <summary>The borrowed tensors as safetensors.</summary>
    /// <param name="plan">The plan's fingerprint: a checkpoint of another plan is none.</param>
    public static byte[] ToBytes(
        int nextStep, Tensor latents, IReadOnlyDictionary<string, Tensor> history, IReadOnlyDictionary<string, Tensor> memory, string plan)
    {
        var tensors = new Dictionary<string, Tensor> { [LatentsName] = latents };
        foreach ((string prefix, IReadOnlyDictionary<string, Tensor> state) in ((string, IReadOnlyDictionary<string, Tensor>)[])[(HistoryPrefix, history), (MemoryPrefix, memory)])
        {
            foreach ((string name, Tensor tensor) in state)
            {
                tensors.Add(prefix + name, tensor);
            }
        }

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
        return new SegmentCheckpoint(step, tensors[LatentsName], Of(HistoryPrefix), Of(MemoryPrefix));

        Dictionary<string, Tensor> Of(string prefix) => tensors
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);
    }

    public void Dispose()
    {
        Latents.Dispose();
        foreach (Tensor tensor in History.Values.Concat(Memory.Values))
        {
            tensor.Dispose();
        }
    }
}
