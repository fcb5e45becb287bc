namespace RenderFarm.Rendering.PromptExpansion.Language;

/// <summary>What may help against a fault of a language model, once.</summary>
internal enum Remedy
{
    None,

    /// <summary>The same question, a moment later.</summary>
    Again,

    /// <summary>The question without the settings that not every server knows.</summary>
    Plainly,

    /// <summary>The question, and what was wrong with the answer.</summary>
    Correct,
}
