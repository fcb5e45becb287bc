using RenderFarm.Diffusion.Models.Registry;

namespace RenderFarm.Cli.Registration;

/// <summary>Says on standard error which file is read for its checksum, once that takes longer than one waits without a word.</summary>
internal sealed class HashingLine : IProgress<HashProgress>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly bool IsLive = !Console.IsErrorRedirected;
    private static readonly TimeSpan Period = IsLive ? TimeSpan.FromSeconds(0.2) : TimeSpan.FromSeconds(10);

    private long? _last;
    private long _began;
    private long? _said;
    private bool _isOnLine;

    public void Report(HashProgress value)
    {
        long now = TimeProvider.System.GetTimestamp();
        if (IsPast(_last, Patience))
        {
            // After a pause it is another model's turn, or the same one's again.
            _began = now;
        }

        _last = now;
        if (IsPast(_began, Patience) && IsPast(_said, Period))
        {
            string line = $"reading {Path.GetFileName(value.Path)} for its checksum: {Watching.Show.Percent((double)value.Done / value.Length)}";
            Console.Error.Write(IsLive ? $"\r\e[K{line}" : $"{line}\n");
            (_said, _isOnLine) = (now, IsLive);
        }

        if (value.Done == value.Length && _isOnLine)
        {
            Console.Error.Write("\r\e[K");
            _isOnLine = false;
        }

        bool IsPast(long? since, TimeSpan span) => since is null || TimeProvider.System.GetElapsedTime(since.Value, now) >= span;
    }
}
