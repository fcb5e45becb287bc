using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>
/// Finds the nouns of a shot's words, what is said of each, and how they stand to each other. It knows just enough grammar to tell whose
/// colour a colour is, and which noun the sentence is about.
/// </summary>
internal sealed class PocketParser
{
    /// <summary>Prepositions that are adjectives too: "a round ball".</summary>
    private static readonly string[] Adjectives = ["round", "inside", "outside", "opposite", "past", "near"];

    /// <summary>Prepositions through which a colour is said of a noun: "a robot in red".</summary>
    private static readonly string[] Dresses = ["in", "of", "wearing", "dressed in", "clad in"];

    private readonly IReadOnlyList<PocketPiece> _pieces;
    private readonly List<PocketNoun> _nouns = [];
    private readonly List<PocketVerb> _verbs = [];
    private readonly List<PocketPiece> _denied = [];
    private readonly List<PocketPiece> _loose = [];
    private readonly List<PocketNoun> _nounsOfClause = [];
    private PocketPhrase? _open;
    private string? _governor;
    private bool _isGovernorCarried;
    private bool _isGovernorStale;
    private bool _isDenied;
    private bool _isCompared;
    private bool _isAside;
    private bool _hasVerb;
    private bool _isLinked;
    private bool _linksLast;

    private PocketParser(IReadOnlyList<PocketPiece> pieces) => _pieces = pieces;

    public static PocketSentence Parse(IReadOnlyList<PocketPiece> pieces)
    {
        var parser = new PocketParser(pieces);
        foreach (PocketPiece piece in pieces)
        {
            parser.Read(piece);
        }

        parser.Close(null);
        return new PocketSentence(pieces, parser._nouns, parser._verbs, parser._denied, parser._loose);
    }

    private void Read(PocketPiece piece)
    {
        switch (piece.Kind)
        {
            case PocketWordKind.Break:
                ReadBreak(piece);
                break;
            case PocketWordKind.And:
                ReadAnd(piece);
                break;
            case PocketWordKind.Negation:
                Close(piece);
                _isDenied = true;
                break;
            case PocketWordKind.Simile:
                Close(piece);

                // "The size of the ball is huge" compares nothing.
                _isCompared = _nouns.Count > 0 || !piece.Text.StartsWith("the ", StringComparison.Ordinal);
                break;
            case PocketWordKind.While:
                ReadWhile(piece);
                break;
            case PocketWordKind.Preposition:
                ReadPreposition(piece);
                break;
            case PocketWordKind.Link:
                ReadLink(piece);
                break;
            case PocketWordKind.Relative:
                Close(piece);
                _governor = null;
                break;
            case PocketWordKind.Pronoun:
                Close(piece);
                Open(piece).Head = piece;
                Close(piece);
                break;
            case PocketWordKind.Determiner or PocketWordKind.Number:
                ReadDeterminer(piece);
                break;
            case PocketWordKind.Possessive:
                _open?.Own();
                break;
            case PocketWordKind.One:
                ReadOne(piece);
                break;
            case PocketWordKind.Thing or PocketWordKind.Garment:
                ReadNoun(piece);
                break;
            case PocketWordKind.Silent:
                ReadSilent(piece);
                break;
            case PocketWordKind.Unknown:
                ReadUnknown(piece);
                break;
            case PocketWordKind.Meaning:
                ReadMeaning(piece);
                break;
        }
    }

    private void ReadMeaning(PocketPiece piece)
    {
        bool isWhereANounStands = _open is { Head: null } || (_open is null && _governor is not null);
        if (piece.Is(PocketAttribute.Action) && !(piece.IsNoun && isWhereANounStands))
        {
            ReadVerb(piece);
        }
        else if (piece.Is(PocketAttribute.Event) || piece.Is(PocketAttribute.Camera))
        {
            Close(piece);
            if (_isDenied)
            {
                _denied.Add(piece);
            }

            (_governor, _isDenied, _isCompared) = (null, false, false);
        }
        else if (piece.IsAdjective)
        {
            ReadAdjective(piece);
        }
        else
        {
            ReadNoun(piece);
        }
    }

    private void ReadBreak(PocketPiece piece)
    {
        if (piece.Text == "," && ContinuesAdjectives(piece.Index + 1))
        {
            return;
        }

        Close(piece);
        EndClause();
        _isDenied = false;
    }

    private void ReadAnd(PocketPiece piece)
    {
        bool joinsColours = _open is { Head: null, Colours.Count: > 0 } && At(piece.Index + 1)?.Is(PocketAttribute.Colour) == true;
        if (joinsColours || ContinuesAdjectives(piece.Index + 1))
        {
            return;
        }

        (string? governor, bool isDenied) = (_open?.Governor, _open?.IsDenied ?? false);
        Close(piece);
        (_governor, _isGovernorCarried) = (governor, governor is not null);
        _isDenied = isDenied && piece.Text == "or";
    }

    private void ReadWhile(PocketPiece piece)
    {
        PocketPiece? before = At(piece.Index - 1);
        if (piece.Text == "as"
            && before is not null
            && (before.IsAdjective || (before.Kind == PocketWordKind.Silent && IsComparison(piece.Index + 1))))
        {
            Close(piece);
            _isCompared = true;
        }
        else if (piece.Text != "as" || At(piece.Index + 2)?.Text != "as")
        {
            Close(piece);
            EndClause();
            _isAside = true;
        }
    }

    private void ReadPreposition(PocketPiece piece)
    {
        if (_open is { Head: null, Determiner: not null, Unknown: null } && Adjectives.Contains(piece.Text, StringComparer.Ordinal))
        {
            return;
        }

        Close(piece);
        (_governor, _isGovernorCarried, _isGovernorStale) = (piece.Text, false, false);
    }

    private void ReadLink(PocketPiece piece)
    {
        if (_open is { Head: null, Colours.Count: > 0 } && NounFollows(piece.Index + 1))
        {
            // "A red painted ball".
            return;
        }

        Close(piece);
        PocketWordKind? before = At(piece.Index - 1)?.Kind;
        if (before != PocketWordKind.Link)
        {
            bool isParticiple = piece.Text.EndsWith("ed", StringComparison.Ordinal);
            _linksLast = before == PocketWordKind.Relative || (isParticiple && _nouns.LastOrDefault()?.End == piece.Index);
        }

        (_isLinked, _governor, _isCompared) = (true, null, false);
    }

    private void ReadDeterminer(PocketPiece piece)
    {
        if (_open is null or { Head: not null } or { Last: not null })
        {
            Close(piece);
            if (_isGovernorStale)
            {
                _governor = null;
            }

            Open(piece);
        }

        _open!.Determiner = piece.Text;
        _open.IsMany |= piece.Kind == PocketWordKind.Number;
    }

    private void ReadOne(PocketPiece piece)
    {
        if (_open is { Head: null, Last: not null } or { Head: null, Determiner: "the" or "another" or "other" })
        {
            _open.Take(piece);
        }
        else
        {
            ReadDeterminer(piece);
        }
    }

    private void ReadSilent(PocketPiece piece)
    {
        if (_open is { Head: null })
        {
            _open.Last = piece;
        }
        else if (_open is null)
        {
            _isGovernorStale = true;
        }
    }

    private void ReadUnknown(PocketPiece piece)
    {
        if (_open is { Head: not null })
        {
            _hasVerb = true;
        }
        else if (_open is { EndsUnknown: true } && (piece.Text.EndsWith('s') || piece.Text.EndsWith("ing", StringComparison.Ordinal)))
        {
            // "A kangaroo juggles".
            Close(piece);
            _hasVerb = true;
        }
        else
        {
            _open ??= Open(piece);
            _open.Unknown = piece.Text;
            _open.Last = piece;
        }
    }

    private void ReadAdjective(PocketPiece piece)
    {
        if (_open?.Head is { Kind: PocketWordKind.Thing } thing)
        {
            _open.Modifiers.Add(thing);
            _open.Head = null;
        }
        else if (_open?.Head is not null)
        {
            Close(piece);
            Open(piece, describesLast: true);
        }

        _open ??= Open(piece);
        (piece.Is(PocketAttribute.Colour) ? _open.Colours : _open.Sizes).Add(piece);
        _open.Last = piece;
    }

    private void ReadNoun(PocketPiece piece)
    {
        if (_open?.Take(piece) != true)
        {
            Close(piece);
            Open(piece).Take(piece);
        }
    }

    private void ReadVerb(PocketPiece piece)
    {
        if ((_open is { Head: null } || (_open is null && _governor is not null)) && piece.IsParticiple && NounFollows(piece.Index + 1))
        {
            // "A bouncing ball", "over rolling waves".
            (_open ?? Open(piece)).Participles.Add(piece);
            return;
        }

        if (_open is { Head: null, IsLinked: false } && !piece.IsParticiple && CanEndInNoun(_open))
        {
            // A noun after all, as in "with white sails".
            _open.Take(piece);
            return;
        }

        Close(piece);
        if (_isDenied)
        {
            _denied.Add(piece);
        }
        else
        {
            IList<PocketNoun> doers = At(piece.Index - 1)?.Kind == PocketWordKind.Relative ? _nouns : _nounsOfClause;
            _verbs.Add(new PocketVerb(piece, doers.LastOrDefault()));
        }

        (_governor, _isDenied, _isCompared, _isLinked) = (null, false, false, false);
        _hasVerb = true;
    }

    private PocketPhrase Open(PocketPiece first, bool describesLast = false)
    {
        _open = new PocketPhrase
        {
            Start = first.Index,
            Governor = _governor,
            IsGovernorCarried = _isGovernorCarried,
            IsDenied = _isDenied,
            IsCompared = _isCompared,
            IsAside = _isAside,
            IsObject = _hasVerb && _nounsOfClause.Count == 0,
            IsLinked = _isLinked,
            DescribesLast = describesLast || (_isLinked && _linksLast),
        };
        (_governor, _isGovernorCarried, _isGovernorStale) = (null, false, false);
        (_isDenied, _isCompared, _isLinked, _linksLast) = (false, false, false, false);
        return _open;
    }

    /// <summary>Ends the phrase being read, at a piece that is not part of it, or at the end.</summary>
    private void Close(PocketPiece? at)
    {
        if (_open is not { } phrase)
        {
            return;
        }

        _open = null;
        phrase.ReturnToOwner();
        bool isBareColour = phrase is { Head: null, EndsUnknown: false } or { Head: null, IsLinked: true, Determiner: null };
        if (isBareColour && phrase.Colours.Count + phrase.Sizes.Count > 0)
        {
            bool standsForANoun = phrase is { Determiner: not null, IsLinked: false };
            if (!standsForANoun || (phrase.Governor is not null && !IsFruit(phrase)))
            {
                Describe(phrase);
                return;
            }

            // "An orange" is a fruit; "the red" is a red one.
            phrase.Head = IsFruit(phrase) ? phrase.Colours[^1] : new PocketPiece(new PocketEntry(PocketWordKind.One, []), "one", phrase.Start);
            phrase.Colours.Remove(phrase.Head);
        }

        if (phrase.Head is null && phrase.Unknown is null)
        {
            _verbs.AddRange(phrase.Participles.Select(participle => new PocketVerb(participle, null)));
            return;
        }

        Add(phrase, at);
    }

    private void Add(PocketPhrase phrase, PocketPiece? at)
    {
        bool isSubjectAfterAll = phrase.IsGovernorCarried && at is not null && (at.Kind == PocketWordKind.Link || at.Is(PocketAttribute.Action));
        string? governor = isSubjectAfterAll ? null : phrase.Governor;
        PocketNoun? whole = governor == "of" && _nouns.LastOrDefault() is { } last && last.End == phrase.Start - 1 ? last : null;
        bool isMaterial = whole?.Head?.Is(PocketAttribute.Subject) == true && phrase.Head?.Is(PocketAttribute.Place) != true;
        var noun = new PocketNoun(phrase.Head)
        {
            Governor = governor == "of" ? whole?.Governor : governor,
            Determiner = phrase.Determiner,
            IsMany = phrase.IsMany,
            IsUnseen = phrase.IsDenied || phrase.IsCompared || isMaterial,
            IsAside = phrase.IsAside,
            IsObject = phrase.IsObject,
            Start = phrase.Start,
            End = at?.Index ?? _pieces.Count,
            Modifiers = phrase.Modifiers,
            Unknown = phrase.Unknown,
        };
        foreach (PocketPiece colour in phrase.Colours)
        {
            noun.Colours.Add(colour);
        }

        foreach (PocketPiece size in phrase.Sizes)
        {
            noun.Sizes.Add(size);
        }

        if (phrase.Head?.Kind == PocketWordKind.Garment && (governor == "with" || Dresses.Contains(governor, StringComparer.Ordinal)))
        {
            // Who wears red is red.
            Describe(phrase);
            noun.Colours.Clear();
        }

        _nouns.Add(noun);
        if (phrase.IsDenied)
        {
            _denied.AddRange(phrase.Head is null ? phrase.Modifiers : phrase.Modifiers.Append(phrase.Head));
        }

        if (!noun.IsUnseen)
        {
            _verbs.AddRange(phrase.Participles.Select(participle => new PocketVerb(participle, noun)));
            if (noun.Governor is null)
            {
                _nounsOfClause.Add(noun);
            }
        }
    }

    /// <summary>Finds the noun that colours or sizes without one of their own are said of.</summary>
    private void Describe(PocketPhrase phrase)
    {
        bool isWorn = phrase.Head?.Kind == PocketWordKind.Garment;
        bool isOfAnother = phrase.Governor is not null && !isWorn && !Dresses.Contains(phrase.Governor, StringComparer.Ordinal);
        if (phrase.IsDenied || phrase.IsCompared || isOfAnother)
        {
            return;
        }

        PocketNoun[] seen = [.. _nouns.Where(noun => !noun.IsUnseen).Reverse()];
        PocketNoun[] free = [.. seen.Where(noun => noun.Governor is null && noun.Head?.Kind != PocketWordKind.Garment)];
        PocketNoun[] subjects = [.. seen.Where(noun => noun.IsPronoun || noun.Head?.Is(PocketAttribute.Subject) == true)];
        PocketNoun? described = phrase.DescribesLast ? _nouns.LastOrDefault()
            : phrase.IsLinked ? free.FirstOrDefault() ?? _nouns.LastOrDefault()
            : subjects.FirstOrDefault(noun => noun.Governor is null)
                ?? subjects.FirstOrDefault()
                ?? free.FirstOrDefault(noun => noun.Head is null);
        foreach (PocketPiece colour in phrase.Colours)
        {
            (described?.Colours ?? _loose).Add(colour);
        }

        foreach (PocketPiece size in phrase.Sizes)
        {
            (described?.Sizes ?? _loose).Add(size);
        }
    }

    private void EndClause()
    {
        (_governor, _isGovernorCarried, _isCompared, _isAside) = (null, false, false, false);
        (_hasVerb, _isLinked, _linksLast) = (false, false, false);
        _nounsOfClause.Clear();
    }

    private PocketPiece? At(int index) => index >= 0 && index < _pieces.Count ? _pieces[index] : null;

    /// <summary>Whether "an orange" is a fruit where nothing follows.</summary>
    private static bool IsFruit(PocketPhrase phrase) => phrase.Colours.Count > 0 && phrase.Colours[^1].Is(PocketAttribute.Subject);

    /// <summary>Whether a phrase waits for its noun, so that a word that can be a verb is none: after "with white", but not after "in red".</summary>
    private static bool CanEndInNoun(PocketPhrase phrase) =>
        (phrase.Last is null || (phrase.Last.IsAdjective && !IsFruit(phrase)))
        && (phrase.Determiner is not null || (phrase.Governor is not null && !Dresses.Contains(phrase.Governor, StringComparer.Ordinal)));

    /// <summary>Whether a comma or an "and" stands between the adjectives of the phrase being read, as in "a big, red ball".</summary>
    private bool ContinuesAdjectives(int next) =>
        _open is { Head: null, Last: not null }
        && !(_open.EndsUnknown && _open.Colours.Count > 0)
        && At(next) is { } following
        && (following.IsAdjective || following.Kind is PocketWordKind.Silent or PocketWordKind.Unknown)
        && NounFollows(next);

    /// <summary>Whether no more than adjectives stand before the next noun.</summary>
    private bool NounFollows(int index)
    {
        while (At(index) is { } piece
            && (piece.IsAdjective || piece.IsParticiple
                || piece.Kind is PocketWordKind.Silent or PocketWordKind.Unknown or PocketWordKind.And
                || (piece.Text == "," && At(index + 1)?.IsAdjective == true)))
        {
            index++;
        }

        return At(index)?.IsNoun == true;
    }

    /// <summary>Whether one noun and no verb follows an "as": "light as a feather", but not "again as a bird sings".</summary>
    private bool IsComparison(int index)
    {
        if (At(index)?.Kind == PocketWordKind.Determiner)
        {
            index++;
        }

        return At(index) is { } noun
            && !noun.Text.Contains(' ', StringComparison.Ordinal)
            && (noun.Kind is PocketWordKind.Thing or PocketWordKind.Unknown or PocketWordKind.Meaning)
            && At(index + 1) is null or { Kind: PocketWordKind.Break or PocketWordKind.Preposition };
    }
}
