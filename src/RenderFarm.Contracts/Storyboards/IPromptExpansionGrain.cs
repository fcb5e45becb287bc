namespace RenderFarm.Storyboards;

/// <summary>Turns a job's words into a storyboard in the model's caption language; the key is the job id.</summary>
[Alias("IPromptExpansionGrain")]
public interface IPromptExpansionGrain : IGrainWithStringKey
{
    /// <summary>Start, status and resurrection in one: returns at once, for a language model may take longer than a call.</summary>
    [Alias("Ensure")]
    Task<ExpansionProgress> Ensure(ExpansionRequest request);

    /// <summary>Asks no more.</summary>
    [Alias("Stop")]
    Task Stop();
}
