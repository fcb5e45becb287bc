namespace RenderFarm.Rendering.Devices;

/// <summary>Where a step stands in a device's queue: the smaller goes first.</summary>
/// <param name="Priority">The job's; the higher goes first.</param>
/// <param name="Step">The sampler's step; the segment that is furthest behind goes first.</param>
/// <param name="JobAge">When the job was submitted; the older goes first.</param>
/// <param name="Index">The segment's.</param>
public readonly record struct StepOrder(int Priority, int Step, DateTimeOffset JobAge, int Index) : IComparable<StepOrder>
{
    public int CompareTo(StepOrder other)
    {
        int order = other.Priority.CompareTo(Priority);
        order = order != 0 ? order : Step.CompareTo(other.Step);
        order = order != 0 ? order : JobAge.CompareTo(other.JobAge);
        return order != 0 ? order : Index.CompareTo(other.Index);
    }
}
