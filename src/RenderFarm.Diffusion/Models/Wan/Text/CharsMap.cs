using System.Buffers.Binary;
using System.Text;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>
/// SentencePiece's compiled rules of normalisation: a double-array trie (Darts) over UTF-8, whose values point into the replacements.
/// </summary>
internal sealed class CharsMap
{
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    /// <param name="blob">The trie's length in bytes (32 bits), the trie, the replacements with a zero byte after each; empty for no rules.</param>
    /// <exception cref="InvalidDataException">When it is not that.</exception>
    public CharsMap(ReadOnlySpan<byte> blob)
    {
        if (blob.IsEmpty)
        {
            _units = [];
            _replacements = [];
            return;
        }

        uint length = blob.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(blob);
        if (length is 0 || length % 4 != 0 || length > blob.Length - 4 || blob[^1] != 0)
        {
            throw new InvalidDataException($"precompiled_charsmap of {blob.Length} bytes does not hold a trie of {length} bytes and replacements");
        }

        _units = new uint[length / 4];
        for (int i = 0; i < _units.Length; i++)
        {
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob[(4 + (4 * i))..]);
        }

        _replacements = blob[(4 + (int)length)..].ToArray();
    }

    /// <summary>Takes the longest prefix that a rule replaces, or else one character.</summary>
    /// <param name="text">Valid UTF-8, not empty.</param>
    /// <param name="consumed">Its length in bytes.</param>
    /// <returns>What it becomes, perhaps nothing.</returns>
    public ReadOnlySpan<byte> Next(ReadOnlySpan<byte> text, out int consumed)
    {
        int found = -1;
        consumed = 0;
        // Each unit holds a label, the exclusive or to its children's place, and whether the first child is a value.
        uint place = _units.Length == 0 ? 0 : Offset(_units[0]);
        for (int i = 0; i < text.Length; i++)
        {
            place ^= text[i];
            if (place >= _units.Length || (_units[place] & 0x800000FF) != text[i])
            {
                break;
            }

            uint unit = _units[place];
            place ^= Offset(unit);
            if ((unit >> 8 & 1) == 1 && place < _units.Length)
            {
                found = (int)(_units[place] & 0x7FFFFFFF);
                consumed = i + 1;
            }
        }

        if (found < 0 || found >= _replacements.Length)
        {
            Rune.DecodeFromUtf8(text, out _, out consumed);
            return text[..consumed];
        }

        ReadOnlySpan<byte> replacement = _replacements.AsSpan(found);
        return replacement[..replacement.IndexOf((byte)0)];
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
