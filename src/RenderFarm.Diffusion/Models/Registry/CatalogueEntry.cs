using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>A model of a catalogue.</summary>
/// <param name="Descriptor">Without checksums where a folder has no record of them.</param>
/// <param name="Folder">Where its files lie.</param>
/// <param name="Origin">Where the catalogue has it from.</param>
public sealed record CatalogueEntry(ModelDescriptor Descriptor, string Folder, ModelOrigin Origin);
