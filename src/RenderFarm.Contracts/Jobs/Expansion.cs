namespace RenderFarm.Jobs;

/// <summary>Who turns the user's words into shots.</summary>
public enum Expansion
{
    /// <summary>Rules alone: the model family's own, or the user's words shot by shot.</summary>
    Rules,

    /// <summary>A language model; rules where it fails.</summary>
    Model,
}
