namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>What a piece is for; the numbers are those of SentencePiece's model files.</summary>
public enum SentencePieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
