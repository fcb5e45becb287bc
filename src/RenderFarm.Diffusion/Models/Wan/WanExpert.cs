using RenderFarm.Diffusion.Models.Wan.Transformer;

namespace RenderFarm.Diffusion.Models.Wan;

/// <summary>What one of a model's transformers has made of a window's conditions, and remembers of its steps.</summary>
/// <param name="residualCache">The cache's threshold; 0 for none.</param>
internal sealed class WanExpert(double residualCache) : IDisposable
{
    private WanContext[] _contexts = [];

    public ResidualCache? Cache { get; } = residualCache > 0 ? new ResidualCache(residualCache) : null;

    /// <summary>The prompts as the transformer attends to them: both in one context, or the negative one's and the other's apart.</summary>
    /// <param name="transformer">This expert's.</param>
    /// <param name="conditions">Whose prompts.</param>
    /// <param name="together">Whether both go through the transformer in one batch.</param>
    public IReadOnlyList<WanContext> Contexts(WanTransformer transformer, WanConditioning conditions, bool together)
    {
        if (_contexts.Length != (together ? 1 : 2))
        {
            Array.ForEach(_contexts, context => context.Dispose());
            _contexts = together
                ? [transformer.Prepare(conditions.Tokens, conditions.Image?.expand(2, -1, -1))]
                : [.. Enumerable.Range(0, 2).Select(row => transformer.Prepare(conditions.Tokens.narrow(0, row, 1), conditions.Image))];
        }

        return _contexts;
    }

    public void Dispose()
    {
        Array.ForEach(_contexts, context => context.Dispose());
        _contexts = [];
        Cache?.Dispose();
    }
}
