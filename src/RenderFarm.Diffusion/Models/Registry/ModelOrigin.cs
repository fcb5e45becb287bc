namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>Where a catalogue has a model from.</summary>
public enum ModelOrigin
{
    /// <summary>The catalogue's own root.</summary>
    Bundled,

    /// <summary>The registry; its files lie where they lay.</summary>
    Imported,

    /// <summary>The registry, with its files.</summary>
    Pulled,

    /// <summary>A folder that is named by its path.</summary>
    Folder,
}
