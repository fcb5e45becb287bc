namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>A caption in pocket's language: one word of <see cref="PocketVocabulary"/> for each attribute.</summary>
public sealed record PocketCaption(string Colour, string Subject, string Action, string Place, string Time, string Weather)
{
    /// <summary>For example "a red ball bounces, beach, sunset, clear".</summary>
    public override string ToString()
    {
        string article = Colour[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a";
        return $"{article} {Colour} {Subject} {Action}, {Place}, {Time}, {Weather}";
    }
}
