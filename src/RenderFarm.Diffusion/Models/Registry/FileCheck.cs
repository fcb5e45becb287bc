namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>A model's file against the checksum in its descriptor.</summary>
/// <param name="File">Its path from the model's folder on.</param>
/// <param name="Fault">What is wrong with it, in one line; null where it is the same.</param>
public sealed record FileCheck(string File, string? Fault);
