using RenderFarm.Jobs;

namespace RenderFarm.Storyboards;

/// <summary>All that decides a storyboard: equal requests give equal shots.</summary>
[GenerateSerializer, Immutable, Alias("ExpansionRequest")]
public sealed record ExpansionRequest
{
    /// <summary>The model whose language the captions shall be in.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>The user's words, not empty.</summary>
    [Id(1)] public required string Prompt { get; init; }

    [Id(2)] public required long Seed { get; init; }

    /// <summary>Length of the film.</summary>
    [Id(3)] public required double Seconds { get; init; }

    /// <summary>Who shall write the shots; null leaves it to the farm.</summary>
    [Id(4)] public Expansion? Expansion { get; init; }

    /// <param name="spec">With a prompt and a seed.</param>
    public static ExpansionRequest Of(JobSpec spec) => new()
    {
        Model = spec.Model,
        Prompt = spec.Prompt ?? "",
        Seed = spec.Seed ?? throw new ArgumentException("a spec without a seed gives no shots that can be had again", nameof(spec)),
        Seconds = spec.Seconds,
        Expansion = spec.Expansion,
    };
}
