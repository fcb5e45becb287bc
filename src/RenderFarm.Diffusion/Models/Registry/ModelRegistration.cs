namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>How a model came to the registry: <c>registration</c> in its <c>model.json</c>.</summary>
public sealed record ModelRegistration
{
    /// <summary>Where its files lie, a whole path; null when beside its <c>model.json</c>, as those that were pulled.</summary>
    public string? Folder { get; init; }

    /// <summary>The repository and revision that it was pulled from, <c>REPO@REVISION</c>; null for an imported one.</summary>
    public string? Source { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>When the user accepted its licence; null for a licence that asks for nothing to be accepted.</summary>
    public DateTimeOffset? LicenceAcceptedAt { get; init; }
}
