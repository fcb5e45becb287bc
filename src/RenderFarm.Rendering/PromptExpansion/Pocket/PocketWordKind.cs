namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>What a word or phrase does in a sentence.</summary>
internal enum PocketWordKind
{
    /// <summary>Nothing that pocket knows.</summary>
    Unknown,

    /// <summary>It says a value of one of pocket's attributes.</summary>
    Meaning,

    /// <summary>"a", "the", "its".</summary>
    Determiner,

    /// <summary>"two", "a flock of".</summary>
    Number,

    /// <summary>"on", "next to", "wearing": what follows is not the subject.</summary>
    Preposition,

    /// <summary>"like", "in the shape of": what follows is not seen.</summary>
    Simile,

    /// <summary>"not", "without".</summary>
    Negation,

    /// <summary>"is", "turns", "painted": joins a colour to its thing.</summary>
    Link,

    /// <summary>"and", "or".</summary>
    And,

    /// <summary>A comma, or a word that ends a clause as one does.</summary>
    Break,

    /// <summary>The "'s" of "the cat's".</summary>
    Possessive,

    /// <summary>"it".</summary>
    Pronoun,

    /// <summary>"that", "which".</summary>
    Relative,

    /// <summary>"while", "as".</summary>
    While,

    /// <summary>"one", for a noun said before.</summary>
    One,

    /// <summary>A noun for what pocket passes over in silence, such as "sky"; a colour before it is not the subject's.</summary>
    Thing,

    /// <summary>What covers a subject, worn or grown; who is in red clothes, or has red feathers, is red.</summary>
    Garment,

    /// <summary>Passed over in silence.</summary>
    Silent,
}
