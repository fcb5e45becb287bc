namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>What a caption of pocket may say one thing about.</summary>
public enum PocketAttribute
{
    Size,
    Colour,
    Subject,
    Action,
    Place,
    Time,
    Weather,
    Camera,

    /// <summary>What stands in front of the subject's way.</summary>
    Occluder,

    /// <summary>The colour of the second subject.</summary>
    SecondColour,

    /// <summary>A second subject that stands by.</summary>
    SecondSubject,

    /// <summary>What changes while the camera looks.</summary>
    Event,
}
