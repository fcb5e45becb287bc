using System.Globalization;
using RenderFarm.Errors;
using RenderFarm.Jobs;

namespace RenderFarm.Training.Evaluation;

/// <summary>What is measured, how often, and where the results go.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Folder of the results, of the judge and of all that a later call takes up; made where it is not there.</summary>
    public required string Output { get; init; }

    /// <summary>What is measured, at least one part.</summary>
    public IReadOnlyList<EvaluationPart> Parts { get; init; } = Enum.GetValues<EvaluationPart>();

    /// <summary>Held-out captions for adherence, at least 1.</summary>
    public int Captions { get; init; } = 300;

    /// <summary>Whether adherence's captions keep their occluders and second subjects; without, the question is the main subject alone.</summary>
    public bool Extras { get; init; }

    /// <summary>Clips for reconstruction, for each frame size, at least 1.</summary>
    public int Clips { get; init; } = 24;

    /// <summary>Clips of bounces, and as many of rolls, at least 1.</summary>
    public int Motions { get; init; } = 24;

    /// <summary>Short films in which the subject passes behind something, at least 1.</summary>
    public int Passes { get; init; } = 40;

    /// <summary>Clips for each way of conditioning, at least 1.</summary>
    public int Conditionings { get; init; } = 12;

    /// <summary>Prompts of long films, at least 1; each is filmed under each strategy.</summary>
    public int Films { get; init; } = 20;

    /// <summary>Length of a film, above 0.</summary>
    public double Seconds { get; init; } = 60;

    /// <summary>Strategies that the films are made under, at least one.</summary>
    public IReadOnlyList<Strategy> Strategies { get; init; } = Enum.GetValues<Strategy>();

    /// <summary>Minutes for the judge's training, above 0; a judge that is in the output folder is kept.</summary>
    public double JudgeMinutes { get; init; } = 30;

    /// <summary>Seed of captions, scenes and noise.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Reads names separated by commas, as in <c>parallel,relay</c>.</summary>
    /// <param name="option">Its name, for the refusal.</param>
    /// <param name="text">The names.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/>, naming what is not a name and those that are.</exception>
    public static IReadOnlyList<T> ReadNames<T>(string option, string text)
        where T : struct, Enum
    {
        string[] known = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        string[] names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? wrong = names.Length == 0 ? text : names.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal));
        return wrong is null
            ? [.. names.Distinct().Select(name => Enum.Parse<T>(name, ignoreCase: true))]
            : throw Refuse(option, $"'{wrong}'", string.Join(", ", known));
    }

    /// <summary>Refuses an output without a name, and counts and lengths that nothing can be measured with, by the names that the command line gives them.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/>.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Output))
        {
            throw Refuse("--output", $"'{Output}'", "a folder");
        }

        foreach ((string name, int count) in ((string, int)[])
            [
                ("--captions", Captions), ("--clips", Clips), ("--motions", Motions), ("--passes", Passes),
                ("--conditionings", Conditionings), ("--films", Films),
            ])
        {
            if (count < 1)
            {
                throw Refuse(name, count.ToString(CultureInfo.InvariantCulture), "at least 1");
            }
        }

        foreach ((string name, double length) in ((string, double)[])[("--seconds", Seconds), ("--judge-minutes", JudgeMinutes)])
        {
            if (!(length > 0 && double.IsFinite(length)))
            {
                throw Refuse(name, length.ToString(CultureInfo.InvariantCulture), "above 0");
            }
        }
    }

    private static RenderFarmException Refuse(string name, string value, string allowed) =>
        new(ErrorCodes.InvalidSpec, $"{name} {value} is not allowed: {allowed}");
}
