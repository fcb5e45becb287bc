using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>A model of a catalogue.</summary>
/// <param name="Descriptor">Without checksums where there is no record of them.</param>
/// <param name="Folder">Where its files lie.</param>
/// <param name="Origin">Where the catalogue has it from.</param>
/// <param name="IsRecorded">Whether there is a record of its files' checksums; a folder that is named by its path may have none.</param>
public sealed record CatalogueEntry(ModelDescriptor Descriptor, string Folder, ModelOrigin Origin, bool IsRecorded = true);
