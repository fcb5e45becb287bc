namespace RenderFarm.Cli.Tests.Models;

/// <summary>A request as a server saw it.</summary>
/// <param name="Path">Of the URL, without its query.</param>
/// <param name="Range">The header; null without one.</param>
/// <param name="Authorization">The header; null without one.</param>
internal sealed record HubRequest(string Path, string? Range, string? Authorization);
