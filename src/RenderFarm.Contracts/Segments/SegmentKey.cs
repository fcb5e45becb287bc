using System.Globalization;

namespace RenderFarm.Segments;

/// <summary>The key of a segment's grain: <c>jobId/index</c>.</summary>
public static class SegmentKey
{
    public static string Of(string jobId, int index) => string.Create(CultureInfo.InvariantCulture, $"{jobId}/{index}");

    public static (string JobId, int Index) Parse(string key)
    {
        int slash = key.LastIndexOf('/');
        return (key[..slash], int.Parse(key.AsSpan(slash + 1), CultureInfo.InvariantCulture));
    }
}
