namespace RenderFarm.Queue;

/// <summary>The keys of dispatchers.</summary>
public static class Pools
{
    /// <summary>The pool that every job is in.</summary>
    public const string Default = "default";
}
