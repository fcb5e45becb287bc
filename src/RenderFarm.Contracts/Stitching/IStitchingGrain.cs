namespace RenderFarm.Stitching;

/// <summary>Makes the film of a job's finished windows; the key is the job id.</summary>
[Alias("IStitchingGrain")]
public interface IStitchingGrain : IGrainWithStringKey
{
    /// <summary>Start, status and resurrection in one: returns at once.</summary>
    [Alias("Ensure")]
    Task<StitchProgress> Ensure(StitchAssignment assignment);

    /// <summary>Stops between two latent frames and leaves no half-written film.</summary>
    [Alias("Stop")]
    Task Stop();
}
