using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>A model of the registry.</summary>
/// <param name="Descriptor">With the checksum of each file.</param>
/// <param name="Registration">How it came there.</param>
/// <param name="Folder">Where its files lie.</param>
public sealed record RegisteredModel(ModelDescriptor Descriptor, ModelRegistration Registration, string Folder);
