namespace RenderFarm.Training.Evaluation.GivenFrames;

/// <summary>Which frames of a window are given.</summary>
internal enum KnownFrames
{
    /// <summary>The first, as a still.</summary>
    Start,

    /// <summary>The last, as a still.</summary>
    End,

    /// <summary>The first and the last, each as a still.</summary>
    Both,

    /// <summary>The last ones: the beginning of a film that the window shall come before.</summary>
    Backwards,
}
