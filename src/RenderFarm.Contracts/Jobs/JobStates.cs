namespace RenderFarm.Jobs;

public static class JobStates
{
    /// <summary>Whether a job in this state will never change again by itself.</summary>
    public static bool IsTerminal(this JobState state) =>
        state is JobState.Completed or JobState.Failed or JobState.Cancelled;
}
