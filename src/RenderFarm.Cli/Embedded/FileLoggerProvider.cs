using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace RenderFarm.Cli.Embedded;

/// <summary>Writes warnings and errors to a file, so that the terminal stays the user's.</summary>
internal sealed class FileLoggerProvider : ILoggerProvider
{
    private readonly TextWriter _writer;
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);

    public FileLoggerProvider(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _writer = TextWriter.Synchronized(new StreamWriter(file) { AutoFlush = true });
    }

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new Logger(name, _writer));

    public void Dispose() => _writer.Dispose();

    private sealed class Logger(string category, TextWriter writer) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string time = DateTimeOffset.UtcNow.ToString("u", CultureInfo.InvariantCulture);
                try
                {
                    writer.WriteLine($"{time} {logLevel} {category}: {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");
                }
                catch (Exception fault) when (fault is IOException or ObjectDisposedException)
                {
                    // A full disk must not turn a message into a fault of whoever wrote it.
                }
            }
        }
    }
}
