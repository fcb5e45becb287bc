using Orleans.Concurrency;

namespace RenderFarm.Jobs;

/// <summary>One job's durable state machine; the key is the job id.</summary>
[Alias("IRenderJobGrain")]
public interface IRenderJobGrain : IGrainWithStringKey
{
    /// <summary>Stores the job, then acknowledges it. The same spec again is answered with the job as it stands.</summary>
    /// <exception cref="Errors.RenderFarmException">
    /// <see cref="Errors.ErrorCodes.InvalidSpec"/>, <see cref="Errors.ErrorCodes.UnknownModel"/>, or
    /// <see cref="Errors.ErrorCodes.JobConflict"/> when the id belongs to a job with another spec.
    /// </exception>
    [Alias("Submit")]
    Task<JobProgress> Submit(JobSpec spec);

    /// <exception cref="Errors.RenderFarmException"><see cref="Errors.ErrorCodes.UnknownJob"/>.</exception>
    [AlwaysInterleave, Alias("GetProgress")]
    Task<JobProgress> GetProgress();

    /// <summary>Starts what should be running and is not; safe to call at any time.</summary>
    [Alias("Poke")]
    Task Poke();

    /// <summary>The dispatcher's word that the job may start.</summary>
    [AlwaysInterleave, Alias("Admit")]
    Task Admit();

    /// <summary>Ends the job as cancelled unless it has ended already; answers with the state it is in then.</summary>
    [Alias("Cancel")]
    Task<JobState> Cancel();

    /// <summary>Takes a failed, cancelled or interrupted job up again from its checkpoints; does nothing for one that runs or is completed.</summary>
    [Alias("Resume")]
    Task<JobProgress> Resume();
}
