using System.Globalization;

namespace RenderFarm.Cli.Watching;

/// <summary>Figures as people read them.</summary>
internal static class Show
{
    /// <summary>2:05, or 1:02:05.</summary>
    public static string Time(TimeSpan time) =>
        time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    public static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    public static string Size(long bytes) => bytes < 1 << 20
        ? (bytes / 1024.0).ToString("0 'KiB'", CultureInfo.InvariantCulture)
        : bytes < 1 << 30 ? (bytes / (1024.0 * 1024.0)).ToString("0.0 'MiB'", CultureInfo.InvariantCulture)
        : (bytes / (1024.0 * 1024.0 * 1024.0)).ToString("0.0 'GiB'", CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
