using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace RenderFarm.Cli.Tests;

/// <summary>
/// A server on this machine that gives every question the same completion, or none ever. It does without the web framework, whose
/// assemblies would take the place of those that the program under test has beside it.
/// </summary>
internal sealed class LanguageModelStub : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<JsonElement> _requests = new();
    private readonly object? _answer;

    /// <param name="answer">Told as JSON; null for a server that stays silent.</param>
    public LanguageModelStub(object? answer)
    {
        _answer = answer;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Host = free.LocalEndpoint.ToString()!;
        }

        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Host { get; }

    /// <summary>The requests' bodies so far.</summary>
    public IReadOnlyList<JsonElement> Requests => [.. _requests];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _requests.Enqueue(await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.InputStream));
                if (_answer is not null)
                {
                    var message = new { role = "assistant", content = JsonSerializer.Serialize(_answer) };
                    context.Response.Close(
                        JsonSerializer.SerializeToUtf8Bytes(new
                        {
                            id = "1",
                            @object = "chat.completion",
                            created = 1,
                            model = "stub",
                            choices = new[] { new { index = 0, finish_reason = "stop", message } },
                        }),
                        willBlock: false);
                }
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
