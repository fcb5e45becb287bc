using System.Globalization;

namespace RenderFarm.Rendering.Checkpoints;

/// <summary>Where a segment's artifacts lie. Step numbers are of fixed width, so that ordinal order is the order of time.</summary>
internal sealed class SegmentArtifacts(string jobId, int index)
{
    private readonly string _root = string.Create(CultureInfo.InvariantCulture, $"jobs/{jobId}/segments/{index:D4}");

    public string Latents => $"{_root}/latents";

    public string Checkpoints => $"{_root}/checkpoints";

    public string Halos => $"{_root}/halos";

    public string Checkpoint(int step) => string.Create(CultureInfo.InvariantCulture, $"{Checkpoints}/{step:D5}");

    /// <summary>The halos of the steps from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public string HaloRange(int from, int to) => string.Create(CultureInfo.InvariantCulture, $"{Halos}/{from:D5}-{to:D5}");

    public static bool TryParseCheckpoint(string path, out int step) =>
        int.TryParse(path.AsSpan(path.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step);

    public static bool TryParseHaloRange(string path, out int from, out int to)
    {
        string[] parts = path[(path.LastIndexOf('/') + 1)..].Split('-');
        to = 0;
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out from)
            && parts.Length == 2
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out to);
    }
}
