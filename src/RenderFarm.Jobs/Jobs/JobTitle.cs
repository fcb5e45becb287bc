namespace RenderFarm.Jobs;

internal static class JobTitle
{
    /// <summary>The user's words, or the storyboard's first caption.</summary>
    public static string Of(JobSpec spec) => spec.Prompt is { Length: > 0 } prompt ? prompt : spec.Storyboard?.Shots.FirstOrDefault()?.Caption ?? "";
}
