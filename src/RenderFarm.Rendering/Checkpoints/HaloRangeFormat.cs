using RenderFarm.Errors;

namespace RenderFarm.Rendering.Checkpoints;

/// <summary>Halos of consecutive steps as bytes: count, then for each step its number, and each side's length (-1 for none) and values.</summary>
internal static class HaloRangeFormat
{
    public static byte[] Write(IReadOnlyList<StepHalos> halos)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(halos.Count);
        foreach (StepHalos halo in halos)
        {
            writer.Write(halo.Step);
            Side(halo.Before);
            Side(halo.After);
        }

        writer.Flush();
        return stream.ToArray();

        void Side(byte[]? values)
        {
            writer.Write(values?.Length ?? -1);
            writer.Write(values ?? []);
        }
    }

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/>.</exception>
    public static IReadOnlyList<StepHalos> Read(ReadOnlyMemory<byte> content, string path)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(content.ToArray()));
            var halos = new List<StepHalos>();
            for (int count = reader.ReadInt32(); count > 0; count--)
            {
                halos.Add(new StepHalos(reader.ReadInt32(), Side(), Side()));
            }

            return halos;

            byte[]? Side()
            {
                int length = reader.ReadInt32();
                byte[]? values = length < 0 ? null : reader.ReadBytes(length);
                return values is null || values.Length == length ? values : throw new EndOfStreamException();
            }
        }
        catch (EndOfStreamException exception)
        {
            throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"{path} ends too early", exception);
        }
    }
}
