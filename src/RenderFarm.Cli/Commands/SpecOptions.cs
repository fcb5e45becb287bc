using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Storyboards;

namespace RenderFarm.Cli.Commands;

/// <summary>The options that make up a <see cref="JobSpec"/>.</summary>
internal sealed class SpecOptions
{
    private readonly Argument<string?> _prompt = new("prompt")
    {
        Description = "What the film shall show, in plain English; 'then' or a new sentence begins a new shot.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _storyboard = new("--storyboard")
    {
        Description = "A JSON file with your own shots instead of a prompt: {\"shots\": [{\"caption\": \"...\", \"share\": 1}]}.",
    };

    private readonly Option<double?> _seconds = Number<double>("--seconds", "Length of the film; default 60.");
    private readonly Option<string?> _size = new("--size") { Description = "WIDTHxHEIGHT, one of the model's." };
    private readonly Option<string?> _aspect = Choice("--aspect", "Shape of the frames instead of a size.", "wide", "tall", "square");
    private readonly Option<int?> _fps = Number<int>("--fps", "Frames per second; must be the model's own.");
    private readonly Option<string> _model = new("--model") { Description = "The model's name, or a folder with a model in it.", DefaultValueFactory = _ => "pocket" };
    private readonly Option<long?> _seed = Number<long>("--seed", "Makes a film again: equal commands with equal seeds give equal films. Drawn where not given.");
    private readonly Option<int?> _steps = Number<int>("--steps", "Denoising steps, 1 to 1000; default the model's.");
    private readonly Option<double?> _guidance = Number<double>("--guidance", "How closely to follow the words, 1 to 30; default the model's.");
    private readonly Option<string?> _strategy = Choice("--strategy", "How windows come to agree; default the model's.", Names<Strategy>());
    private readonly Option<string?> _sampler = Choice("--sampler", "The diffusion sampler; default the model's.", Names<SamplerKind>());
    private readonly Option<string?> _blend = Choice("--blend", "Weights over an overlap; default the model's.", Names<Blend>());
    private readonly Option<int?> _overlap = Number<int>("--overlap", "Latent frames shared by neighbouring windows, 1 to half a window; default the model's.");
    private readonly Option<string?> _schedule = Choice("--schedule", "Where UniPC's noise levels begin; default the model's.", Names<UniPCSchedule>());
    private readonly Option<string?> _noise = Choice(
        "--noise", "Noise of its own for every latent frame, or the first window's again and again; default the model's.", Names<NoiseKind>());

    private readonly Option<bool?> _anchorFrame = new("--anchor-frame")
    {
        Description = "With strategy parallel: whether each window but the first also sees the latent frame before it; default the model's.",
    };

    private readonly Option<double?> _residualCache = Number<double>(
        "--residual-cache", "How much a model may change unseen before its blocks are computed again, 0 to 1; 0, the default, computes every step.");

    private readonly Option<string?> _negative = new("--negative") { Description = "What the film shall not show." };
    private readonly Option<string?> _expand = Choice(
        "--expand", "Who writes the shots; default a language model where one is configured and the model reads plain English.", Names<Expansion>());
    private readonly Option<int?> _priority = Number<int>("--priority", "Higher goes first, -100 to 100; default 0.");

    public SpecOptions(Command command)
    {
        command.Add(_prompt);
        foreach (Option option in (Option[])
            [_storyboard, _seconds, _size, _aspect, _fps, _model, _seed, _steps, _guidance, _strategy, _sampler, _blend, _overlap, _schedule, _noise,
            _anchorFrame, _residualCache, _negative, _expand, _priority])
        {
            command.Add(option);
        }
    }

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/>.</exception>
    public JobSpec Read(ParseResult parsed, ModelCatalogue models) => new()
    {
        Prompt = parsed.GetValue(_prompt),
        Storyboard = parsed.GetValue(_storyboard) is { } path ? ReadStoryboard(path) : null,
        Seconds = parsed.GetValue(_seconds) ?? 60,
        Size = parsed.GetValue(_size) is { } size ? FrameSize.Parse(size) : null,
        Aspect = parsed.GetValue(_aspect),
        Fps = parsed.GetValue(_fps),
        Model = models.Resolve(parsed.GetValue(_model)!),
        Seed = parsed.GetValue(_seed),
        Steps = parsed.GetValue(_steps),
        Guidance = parsed.GetValue(_guidance),
        Strategy = Parse<Strategy>(parsed.GetValue(_strategy)),
        Sampler = Parse<SamplerKind>(parsed.GetValue(_sampler)),
        Blend = Parse<Blend>(parsed.GetValue(_blend)),
        Overlap = parsed.GetValue(_overlap),
        Schedule = Parse<UniPCSchedule>(parsed.GetValue(_schedule)),
        Noise = Parse<NoiseKind>(parsed.GetValue(_noise)),
        AnchorFrame = parsed.GetValue(_anchorFrame),
        ResidualCache = parsed.GetValue(_residualCache),
        NegativePrompt = parsed.GetValue(_negative),
        Expansion = Parse<Expansion>(parsed.GetValue(_expand)),
        Priority = parsed.GetValue(_priority) ?? 0,
    };

    private static Storyboard ReadStoryboard(string path)
    {
        try
        {
            Storyboard? storyboard = JsonSerializer.Deserialize<Storyboard>(File.ReadAllText(path), ModelFile.Json);
            return storyboard is { Shots: not null } && storyboard.Shots.All(shot => shot is { Caption: not null, Notes: not null })
                ? storyboard
                : throw new JsonException("it has no shots, or one without a caption or with notes that are null");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, $"storyboard '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private static Option<T?> Number<T>(string name, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value))
                {
                    return value;
                }

                result.AddError($"{name} '{text}' is not a {(typeof(T) == typeof(double) ? "number" : "whole number")}");
                return null;
            },
        };

    private static Option<string?> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = $"{description} One of: {string.Join(", ", values)}." };
        option.Validators.Add(result => Require(result, name, values));
        return option;
    }

    private static void Require(OptionResult result, string name, string[] values)
    {
        string? text = result.Tokens.Count > 0 ? result.Tokens[0].Value : null;
        if (text is not null && !values.Contains(text, StringComparer.Ordinal))
        {
            result.AddError($"{name} '{text}' is not allowed: {string.Join(", ", values)}");
        }
    }

    private static string[] Names<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];

    private static T? Parse<T>(string? name)
        where T : struct, Enum => name is null ? null : Enum.Parse<T>(name, ignoreCase: true);
}
