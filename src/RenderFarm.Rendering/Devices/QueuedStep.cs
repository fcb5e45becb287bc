namespace RenderFarm.Rendering.Devices;

/// <summary>Work in a device's queue.</summary>
internal abstract class QueuedStep
{
    /// <summary>Does the work; never throws: what goes wrong is the awaiter's.</summary>
    public abstract void Run(IModelSet models);

    /// <summary>Ends it as cancelled, undone.</summary>
    public abstract void Abandon();
}
