namespace RenderFarm.Storyboards;

/// <summary>One shot: what the model is told, and its share of the film's time.</summary>
[GenerateSerializer, Immutable, Alias("Shot")]
public sealed record Shot
{
    /// <summary>The caption in the model's own language.</summary>
    [Id(0)] public required string Caption { get; init; }

    /// <summary>The user's words that it came from.</summary>
    [Id(1)] public string? Source { get; init; }

    /// <summary>Share of the film's time, above 0; the shots' shares are taken relative to their sum.</summary>
    [Id(2)] public double Share { get; init; } = 1;

    /// <summary>What was changed or not understood, for people ("pocket has no kangaroo; showing a ball").</summary>
    [Id(3)] public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// Whether the shot is one change ("night falls") that a window shows from its beginning to its end: such a shot gets exactly one
    /// window, however long the film is, since two in a row would let night fall twice; not where the film has fewer windows than shots.
    /// The film's last shot goes on to its end.
    /// </summary>
    [Id(4)] public bool IsTransition { get; init; }
}
