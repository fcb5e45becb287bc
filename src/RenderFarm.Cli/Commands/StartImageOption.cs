using System.CommandLine;
using RenderFarm.Diffusion.Plans;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Media.Stills;
using RenderFarm.Models;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Commands;

/// <summary>The picture that a film begins with: a file here, its pixels' hash in a <see cref="JobSpec"/>.</summary>
internal sealed class StartImageOption
{
    private readonly Option<string?> _path = new("--start-image")
    {
        Description = "A picture that the film begins with: PNG, JPEG, WebP, BMP or TIFF, scaled and cropped to the film's size.",
    };

    public StartImageOption(Command command) => command.Add(_path);

    /// <summary>The spec with the picture's hash, and the picture's pixels in the film's size; as it was, and null, where none is given.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/> when the file is no picture or the size not the model's.</exception>
    public async Task<(JobSpec Spec, byte[]? Pixels)> ReadAsync(ParseResult parsed, JobSpec spec, ModelDescriptor model, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_path) is not { } path)
        {
            return (spec, null);
        }

        byte[] pixels = await StillReader.ReadAsync(path, RenderPlanner.SizeOf(spec, model), cancellationToken);
        return (spec with { StartImage = StartImages.NameOf(pixels) }, pixels);
    }
}
