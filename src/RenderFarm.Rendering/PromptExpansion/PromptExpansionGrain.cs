using Orleans.Concurrency;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion;

[StatelessWorker]
internal sealed class PromptExpansionGrain(IPromptExpander expander) : Grain, IPromptExpansionGrain
{
    public Task<Storyboard> Expand(string model, string prompt) => Task.FromResult(expander.Expand(model, prompt));
}
