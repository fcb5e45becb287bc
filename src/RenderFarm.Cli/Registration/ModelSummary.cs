using Microsoft.Win32.SafeHandles;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Jobs;
using RenderFarm.Models;

namespace RenderFarm.Cli.Registration;

/// <summary>A model in a list.</summary>
internal sealed record ModelSummary
{
    public required string Name { get; init; }
    public required string Family { get; init; }
    public required string Licence { get; init; }

    /// <summary>Of its files on disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>The default frame size.</summary>
    public required FrameSize Size { get; init; }

    public required int Fps { get; init; }

    /// <summary>Frames of one window.</summary>
    public required int WindowFrames { get; init; }

    public required ModelOrigin Origin { get; init; }

    public required string Folder { get; init; }

    public static ModelSummary Of(CatalogueEntry entry)
    {
        ModelDescriptor model = entry.Descriptor;
        return new ModelSummary
        {
            Name = model.Name,
            Family = model.Family,
            Licence = model.Licence,
            Bytes = model.Files.Keys.Sum(file => Length(Path.Combine(entry.Folder, file))),
            Size = model.Sizes[0],
            Fps = model.Fps,
            WindowFrames = ((model.WindowLength - 1) * model.TemporalStride) + 1,
            Origin = entry.Origin,
            Folder = entry.Folder,
        };
    }

    /// <summary>Of what a symbolic link leads to, as some stores keep their files; 0 where it is gone.</summary>
    private static long Length(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            return RandomAccess.GetLength(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
