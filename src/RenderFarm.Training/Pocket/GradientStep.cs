using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>An optimiser's step that a broken gradient cannot spoil.</summary>
internal static class GradientStep
{
    /// <summary>Clips the gradient's norm at 1 and steps; skips the step, before clipping, when the norm is not finite.</summary>
    public static bool Apply(IEnumerable<Parameter> parameters, optim.Optimizer optimizer)
    {
        bool sound = Clip(parameters);
        if (sound)
        {
            optimizer.step();
        }

        return sound;
    }

    /// <summary>Clips the gradient's norm at 1; false, before clipping, when the norm is not finite.</summary>
    public static bool Clip(IEnumerable<Parameter> parameters)
    {
        // A bound that no norm reaches: the call only measures.
        double norm = nn.utils.clip_grad_norm_(parameters, 1e30);
        if (!double.IsFinite(norm))
        {
            return false;
        }

        if (norm > 1)
        {
            using (no_grad())
            {
                foreach (Parameter parameter in parameters)
                {
                    parameter.grad?.mul_(1 / norm);
                }
            }
        }

        return true;
    }
}
