namespace RenderFarm.Jobs.Tests.State;

/// <summary>A grain's state.</summary>
public sealed record Counter
{
    public int Value { get; init; }
}
