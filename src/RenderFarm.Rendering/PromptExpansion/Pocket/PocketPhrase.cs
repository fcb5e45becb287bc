using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>A noun with its adjectives, while <see cref="PocketParser"/> reads it.</summary>
internal sealed class PocketPhrase
{
    private PocketPiece? _owner;
    private IReadOnlyList<PocketPiece> _coloursOfOwner = [];

    public required int Start { get; init; }
    public required string? Governor { get; init; }

    /// <summary>Whether the governor stood before the noun on the other side of an "and".</summary>
    public required bool IsGovernorCarried { get; init; }

    public required bool IsDenied { get; init; }
    public required bool IsCompared { get; init; }
    public required bool IsAside { get; init; }
    public required bool IsObject { get; init; }

    /// <summary>Whether a word such as "is" stands before it.</summary>
    public required bool IsLinked { get; init; }

    /// <summary>Whether it describes the noun right before it, as in "a ball that is red" or "a ball red as fire".</summary>
    public required bool DescribesLast { get; init; }

    public string? Determiner { get; set; }
    public bool IsMany { get; set; }
    public PocketPiece? Head { get; set; }
    public string? Unknown { get; set; }

    /// <summary>What was read last; null after no more than articles.</summary>
    public PocketPiece? Last { get; set; }

    public List<PocketPiece> Colours { get; } = [];
    public List<PocketPiece> Sizes { get; } = [];
    public List<PocketPiece> Modifiers { get; } = [];
    public List<PocketPiece> Participles { get; } = [];

    public bool EndsUnknown => Last?.Kind == PocketWordKind.Unknown;

    /// <summary>Takes a noun; false where it begins a phrase of its own.</summary>
    public bool Take(PocketPiece noun)
    {
        if (Head is null)
        {
            Head = noun;
        }
        else if (Head.Is(PocketAttribute.Subject)
            && (noun.Kind is PocketWordKind.Thing or PocketWordKind.Garment || noun.As(PocketAttribute.Subject)?.Yields == true))
        {
            // A part of it, as in "car lights", or a verb, as in "the boat rocks".
        }
        else if (CanDescribe(Head, noun))
        {
            Modifiers.Add(Head);
            Head = noun;
        }
        else
        {
            return false;
        }

        Last = noun;
        return true;
    }

    /// <summary>Makes what was read the owner of what follows: "the cat's".</summary>
    public void Own()
    {
        (_owner, _coloursOfOwner) = (Head, [.. Colours]);
        if (Head is not null && !Head.Is(PocketAttribute.Subject))
        {
            Modifiers.Add(Head);
        }

        (Head, Unknown, Last) = (null, null, null);
        Determiner ??= PocketWords.Possessive;
        Colours.Clear();
        Sizes.Clear();
    }

    /// <summary>Makes the owner of a part the noun again: "the cat's eyes" are about the cat.</summary>
    public void ReturnToOwner()
    {
        if (_owner?.Is(PocketAttribute.Subject) == true && (Head is null or { Kind: PocketWordKind.Thing or PocketWordKind.Garment }))
        {
            Head = _owner;
            Colours.Clear();
            Colours.AddRange(_coloursOfOwner);
        }
    }

    /// <summary>Whether two nouns are one, as in "city bus", and not two that only lack a comma, as in "ball beach".</summary>
    private static bool CanDescribe(PocketPiece first, PocketPiece second) => first.Kind switch
    {
        PocketWordKind.Pronoun or PocketWordKind.One => false,
        PocketWordKind.Thing => true,
        _ when first.Is(PocketAttribute.Subject) => second.Is(PocketAttribute.Subject),
        _ when first.Is(PocketAttribute.Place) => !second.Is(PocketAttribute.Time) && !second.Is(PocketAttribute.Weather),
        _ when first.Is(PocketAttribute.Occluder) => second.Is(PocketAttribute.Subject),
        _ => true,
    };
}
