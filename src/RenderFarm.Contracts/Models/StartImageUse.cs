namespace RenderFarm.Models;

/// <summary>Whether a model's films begin with a given picture.</summary>
public enum StartImageUse
{
    /// <summary>It cannot take one.</summary>
    None,

    /// <summary>It can.</summary>
    Optional,

    /// <summary>It makes films of nothing else.</summary>
    Required,
}
