using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>A shot of pocket's.</summary>
/// <param name="Caption">All is said but what may be left out: occluder, second subject, event.</param>
/// <param name="Source">The user's words.</param>
/// <param name="Share">Share of the film's time.</param>
/// <param name="IsTransition">Whether it is a change that one window shows.</param>
/// <param name="Notes">For people.</param>
internal sealed record PocketShot(PocketCaption Caption, string Source, double Share, bool IsTransition, IReadOnlyList<string> Notes);
