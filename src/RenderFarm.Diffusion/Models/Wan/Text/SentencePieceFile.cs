using Google.Protobuf;
using RenderFarm.Errors;

namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>SentencePiece's model file, the protocol buffer of <c>sentencepiece_model.proto</c>; only the fields that segmentation needs.</summary>
internal static class SentencePieceFile
{
    private const int Pieces = 1, Trainer = 2, Normaliser = 3;
    private const int PieceText = 1, PieceScore = 2, PieceKind = 3;
    private const int ModelType = 3, WhitespaceAsSuffix = 24, ByteFallback = 35, UnknownId = 40, BeginId = 41, EndId = 42, PaddingId = 43;
    private const int CharsMap = 2, AddDummyPrefix = 3, RemoveExtraWhitespaces = 4, EscapeWhitespaces = 5;
    private const int Unigram = 1;

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file and what is wrong.</exception>
    public static SentencePieceModel Read(string path)
    {
        try
        {
            CodedInputStream input = new(File.ReadAllBytes(path));
            List<SentencePiece> pieces = [];
            // The schema's defaults, for a file states only what differs from them.
            SentencePieceModel model = new() { Pieces = pieces, UnknownId = 0, EndId = 2, PaddingId = -1 };
            bool trained = false, normalises = false;
            while (input.ReadTag() is not 0 and uint tag)
            {
                int field = WireFormat.GetTagFieldNumber(tag);
                trained |= field == Trainer;
                normalises |= field == Normaliser;
                switch (field)
                {
                    case Pieces:
                        pieces.Add(ReadPiece(input.ReadBytes()));
                        break;
                    case Trainer:
                        model = ReadTrainer(input.ReadBytes(), model);
                        break;
                    case Normaliser:
                        model = ReadNormaliser(input.ReadBytes(), model);
                        break;
                    default:
                        input.SkipLastField();
                        break;
                }
            }

            if (!trained || !normalises)
            {
                throw new InvalidDataException("it has no trainer_spec or no normalizer_spec");
            }

            // A model without padding of its own has it where T5 does.
            model = model with { PaddingId = Math.Max(model.PaddingId, 0) };
            return model.Fault() is { } fault ? throw new InvalidDataException(fault) : model;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} is not a SentencePiece unigram model: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// A file for a segmenter of text that is normalised already: the same pieces, no rules and no bytes. Its beginning-of-sentence is its
    /// end, since T5 has none and the segmenter wants one.
    /// </summary>
    public static MemoryStream WriteSegmenter(SentencePieceModel model)
    {
        MemoryStream stream = new();
        CodedOutputStream output = new(stream, leaveOpen: true);
        foreach (SentencePiece piece in model.Pieces)
        {
            WriteMessage(output, Pieces, message =>
            {
                message.WriteTag(PieceText, WireFormat.WireType.LengthDelimited);
                message.WriteString(piece.Text);
                message.WriteTag(PieceScore, WireFormat.WireType.Fixed32);
                message.WriteFloat(piece.Score);
                // Unused pieces must not be found, and a control piece is not.
                WriteNumber(message, PieceKind, (int)(piece.Kind == SentencePieceKind.Unused ? SentencePieceKind.Control : piece.Kind));
            });
        }

        WriteMessage(output, Trainer, message =>
        {
            WriteNumber(message, ModelType, Unigram);
            WriteNumber(message, UnknownId, model.UnknownId);
            WriteNumber(message, BeginId, model.EndId);
            WriteNumber(message, EndId, model.EndId);
            WriteNumber(message, PaddingId, model.PaddingId);
        });
        WriteMessage(output, Normaliser, message =>
        {
            WriteNumber(message, AddDummyPrefix, 0);
            WriteNumber(message, RemoveExtraWhitespaces, 0);
        });
        output.Flush();
        stream.Position = 0;
        return stream;
    }

    private static SentencePiece ReadPiece(ByteString message)
    {
        CodedInputStream input = message.CreateCodedInput();
        SentencePiece piece = new("", 0);
        while (input.ReadTag() is not 0 and uint tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case PieceText:
                    piece = piece with { Text = input.ReadString() };
                    break;
                case PieceScore:
                    piece = piece with { Score = input.ReadFloat() };
                    break;
                case PieceKind:
                    piece = piece with { Kind = (SentencePieceKind)input.ReadEnum() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return piece;
    }

    private static SentencePieceModel ReadTrainer(ByteString message, SentencePieceModel model)
    {
        CodedInputStream input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and uint tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case ModelType when input.ReadEnum() is not Unigram and int type:
                    throw new InvalidDataException($"model_type is {type}; 1 (unigram) is allowed");
                case ModelType:
                    break;
                case WhitespaceAsSuffix when input.ReadBool():
                    throw new InvalidDataException("treat_whitespace_as_suffix is true; false is allowed");
                case WhitespaceAsSuffix:
                    break;
                case ByteFallback:
                    model = model with { ByteFallback = input.ReadBool() };
                    break;
                case UnknownId:
                    model = model with { UnknownId = input.ReadInt32() };
                    break;
                case EndId:
                    model = model with { EndId = input.ReadInt32() };
                    break;
                case PaddingId:
                    model = model with { PaddingId = input.ReadInt32() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return model;
    }

    private static SentencePieceModel ReadNormaliser(ByteString message, SentencePieceModel model)
    {
        CodedInputStream input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and uint tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case CharsMap:
                    model = model with { CharsMap = input.ReadBytes().Memory };
                    break;
                case AddDummyPrefix:
                    model = model with { AddDummyPrefix = input.ReadBool() };
                    break;
                case RemoveExtraWhitespaces:
                    model = model with { RemoveExtraWhitespaces = input.ReadBool() };
                    break;
                case EscapeWhitespaces:
                    model = model with { EscapeWhitespaces = input.ReadBool() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return model;
    }

    private static void WriteMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        CodedOutputStream message = new(stream, leaveOpen: true);
        write(message);
        message.Flush();
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(stream.ToArray()));
    }

    private static void WriteNumber(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }
}
