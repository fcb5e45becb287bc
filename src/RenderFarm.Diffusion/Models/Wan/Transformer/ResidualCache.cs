using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Transformer;

/// <summary>
/// Lets steps reuse what all blocks together added to the tokens in an earlier step (TeaCache, arXiv 2411.19108): a step reuses it while
/// the relative L1 changes of the timestep's embedding since then sum to less than a threshold. The step's own timestep decides, so all
/// windows of a job decide alike and no device is waited for. The first and the last step are always computed. One window's state of
/// one transformer: L * D numbers of the compute type a row of the batch. Not thread-safe.
/// </summary>
/// <param name="threshold">0 never reuses; the more, the fewer steps are computed.</param>
public sealed class ResidualCache(double threshold) : IDisposable
{
    private const string Distance = "distance";
    private const string Embedding = "embedding";
    private const string Residual = "residual.";

    private readonly SortedDictionary<int, Tensor> _residuals = [];
    private float[] _embedding = [];
    private double _distance;

    /// <summary>Whether the step that was begun last reuses.</summary>
    public bool Reuses { get; private set; }

    /// <summary>Begins a step, before its calls of <see cref="WanTransformer.Forward(Tensor, Tensor, WanContext, int, ResidualCache?, int)"/>.</summary>
    /// <param name="transformer">The transformer that the step runs.</param>
    /// <param name="timestep">The step's, 0 to 1000; clean frames' timesteps do not count.</param>
    /// <param name="last">Whether it is the transformer's last step.</param>
    public void Begin(WanTransformer transformer, float timestep, bool last)
    {
        float[] embedding = transformer.EmbedTimestep(timestep);
        double change = 0, size = 0;
        for (int i = 0; i < _embedding.Length; i++)
        {
            change += Math.Abs(embedding[i] - _embedding[i]);
            size += Math.Abs(_embedding[i]);
        }

        _distance += size > 0 ? change / size : double.PositiveInfinity;
        Reuses = _distance < threshold && !last;
        _distance = Reuses ? _distance : 0;
        _embedding = embedding;
    }

    /// <summary>A copy of the state between two steps, owned by the caller; empty before the first.</summary>
    public IReadOnlyDictionary<string, Tensor> Save()
    {
        var state = new Dictionary<string, Tensor>();
        if (_embedding.Length > 0)
        {
            state[Distance] = tensor([_distance]);
            state[Embedding] = tensor(_embedding);
        }

        foreach ((int row, Tensor residual) in _residuals)
        {
            state[$"{Residual}{row}"] = residual.clone();
        }

        return state;
    }

    /// <summary>Goes on from a saved state, which is copied.</summary>
    /// <param name="state">What <see cref="Save"/> gave.</param>
    /// <param name="device">The transformer's.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/> when it is no such state.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state, Device device)
    {
        Dispose();
        if (state.Count == 0)
        {
            return;
        }

        if (!state.TryGetValue(Distance, out Tensor? distance) || !state.TryGetValue(Embedding, out Tensor? embedding))
        {
            throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"a residual cache has no '{Distance}' or no '{Embedding}'");
        }

        _distance = distance.item<double>();
        _embedding = embedding.data<float>().ToArray();
        foreach ((string name, Tensor tensor) in state)
        {
            if (name.StartsWith(Residual, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Residual.Length), out int row))
            {
                _residuals[row] = tensor.to(device, copy: true).DetachFromDisposeScope();
            }
        }
    }

    public void Dispose()
    {
        foreach (Tensor residual in _residuals.Values)
        {
            residual.Dispose();
        }

        _residuals.Clear();
        (_embedding, _distance, Reuses) = ([], 0, false);
    }

    /// <summary>Adds the residuals to tokens [B, L, D] in place if this step reuses them; false where they must be computed.</summary>
    /// <param name="firstRow">The number of the tokens' first row among the rows of a step.</param>
    internal bool TryReuse(Tensor tokens, int firstRow)
    {
        int rows = (int)tokens.shape[0];
        if (!Reuses || !Enumerable.Range(firstRow, rows).All(_residuals.ContainsKey))
        {
            return false;
        }

        using IDisposable scope = NewDisposeScope();
        for (int row = 0; row < rows; row++)
        {
            tokens[row].add_(_residuals[firstRow + row]);
        }

        return true;
    }

    /// <summary>Keeps what the blocks added, after - before, both [B, L, D].</summary>
    internal void Keep(Tensor before, Tensor after, ScalarType type, int firstRow)
    {
        using IDisposable scope = NewDisposeScope();
        for (int row = 0; row < (int)before.shape[0]; row++)
        {
            _residuals.Remove(firstRow + row, out Tensor? old);
            old?.Dispose();
            _residuals[firstRow + row] = (after[row] - before[row]).to_type(type).DetachFromDisposeScope();
        }
    }
}
