namespace RenderFarm.Training.Pocket;

/// <summary>
/// Collects garbage between steps. TorchSharp's optimisers pass scalars that nothing holds, so a collection inside a step may free
/// one under a native call; training runs with a nursery so large (see runtimeconfig) that collections come here instead.
/// </summary>
internal static class CollectionPoint
{
    private const int StepsBetween = 20;

    public static void Pass(int step)
    {
        if (step % StepsBetween == 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
