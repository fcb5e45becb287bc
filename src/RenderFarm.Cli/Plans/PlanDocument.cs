using System.Text.Json;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Cli.Plans;

/// <summary>What <c>plan --json</c> writes and <c>plan --compare</c> reads.</summary>
internal sealed record PlanDocument
{
    public required Storyboard Storyboard { get; init; }
    public required RenderPlan Plan { get; init; }

    /// <summary>Of denoising on one device; null where it is not known.</summary>
    public double? EstimatedSeconds { get; init; }

    /// <summary>Windows that need not be denoised again; null where nothing was compared.</summary>
    public IReadOnlyList<int>? ReusableWindows { get; init; }

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/> when the file holds no plan.</exception>
    public static PlanDocument Read(string path)
    {
        try
        {
            PlanDocument? document = JsonSerializer.Deserialize<PlanDocument>(File.ReadAllText(path), ModelFile.Json);
            return document is { Plan.Windows: not null } ? document : throw new JsonException("it has no plan");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, $"compare '{path}' is not a plan made by 'plan --json': {exception.Message}", exception);
        }
    }
}
