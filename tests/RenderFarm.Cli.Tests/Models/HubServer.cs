using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RenderFarm.Cli.Tests.Models;

/// <summary>A model hub on this machine that serves one repository out of a folder, and misbehaves when it is told to.</summary>
internal sealed class HubServer : IDisposable
{
    public const string Repository = "studio/Tiny-T2V";

    private readonly string _folder;
    private readonly HttpListener _listener;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Serves a folder on a port of its own.</summary>
    public HubServer(string folder)
    {
        _folder = folder;
        (_listener, Address) = Listen();
        _ = Task.Run(ServeAsync);
    }

    /// <summary>Its base URL.</summary>
    public string Address { get; }

    public ConcurrentQueue<HubRequest> Requests { get; } = [];

    /// <summary>Answers in the place of the server where it likes to: gives true when it did.</summary>
    public Func<HttpListenerContext, Task<bool>> Trouble { get; set; } = _ => Task.FromResult(false);

    /// <summary>Entries of one page of the list.</summary>
    public int PageLength { get; set; } = 1000;

    public bool IgnoresRanges { get; set; }

    /// <summary>What the list says beside the truth, by path.</summary>
    public Dictionary<string, object> Lies { get; } = [];

    /// <summary>The requests for one file's bytes.</summary>
    public IReadOnlyList<HubRequest> RequestsFor(string file) => [.. Requests.Where(request => request.Path.EndsWith($"/{file}", StringComparison.Ordinal))];

    /// <summary>Misbehaves for the first requests that end in a file's path.</summary>
    public void TroubleWith(string file, int times, Func<HttpListenerContext, Task> answer)
    {
        int left = times;
        Trouble = async context =>
        {
            if (!PathOf(context).EndsWith($"/{file}", StringComparison.Ordinal) || Interlocked.Decrement(ref left) < 0)
            {
                return false;
            }

            await answer(context);
            return true;
        };
    }

    /// <summary>Sends a part of what is asked for, and breaks the connection off.</summary>
    public async Task CutAsync(HttpListenerContext context, int bytes)
    {
        (byte[] content, long from) = Prepare(context);
        await SendAsync(context, content.AsMemory((int)from, bytes));
        context.Response.Abort();
    }

    /// <summary>Sends what is asked for with one bit turned round.</summary>
    public async Task DamageAsync(HttpListenerContext context)
    {
        (byte[] content, long from) = Prepare(context);
        content[^1] ^= 1;
        await SendAsync(context, content.AsMemory((int)from));
    }

    /// <summary>Sends bytes on their way at once.</summary>
    public static async Task SendAsync(HttpListenerContext context, ReadOnlyMemory<byte> content)
    {
        await context.Response.OutputStream.WriteAsync(content);
        await context.Response.OutputStream.FlushAsync();

        // A connection that is broken off takes with it what has not gone yet.
        await Task.Delay(50);
    }

    /// <summary>Says no more until the server stops.</summary>
    public Task FallSilentAsync() => Task.Delay(Timeout.Infinite, _stopping.Token);

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Close();
    }

    private static (HttpListener Listener, string Address) Listen()
    {
        while (true)
        {
            using var socket = new TcpListener(IPAddress.Loopback, 0);
            socket.Start();
            string address = $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}";
            socket.Stop();
            var listener = new HttpListener { Prefixes = { address + "/" } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException)
            {
                // Another took the port in between.
                listener.Close();
            }
        }
    }

    private static string PathOf(HttpListenerContext context) => Uri.UnescapeDataString(context.Request.Url!.AbsolutePath);

    private async Task ServeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string path = PathOf(context);
        Requests.Enqueue(new HubRequest(path, context.Request.Headers["Range"], context.Request.Headers["Authorization"]));
        try
        {
            string files = $"/{Repository}/resolve/main/";
            if (await Trouble(context))
            {
                // It has been answered.
            }
            else if (path == $"/api/models/{Repository}/tree/main")
            {
                await ListAsync(context);
            }
            else if (path.StartsWith(files, StringComparison.Ordinal) && File.Exists(Path.Combine(_folder, path[files.Length..])))
            {
                (byte[] content, long from) = Prepare(context);
                await context.Response.OutputStream.WriteAsync(content.AsMemory((int)from));
            }
            else
            {
                context.Response.StatusCode = 404;
            }

            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The client, or the server itself, has gone.
            context.Response.Abort();
        }
    }

    private (byte[] Content, long From) Prepare(HttpListenerContext context)
    {
        byte[] content = File.ReadAllBytes(Path.Combine(_folder, PathOf(context)[$"/{Repository}/resolve/main/".Length..]));
        string? range = IgnoresRanges ? null : context.Request.Headers["Range"];
        long from = range is null ? 0 : RangeHeaderValue.Parse(range).Ranges.Single().From!.Value;
        if (range is not null)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength64 = content.Length - from;
        return (content, from);
    }

    private async Task ListAsync(HttpListenerContext context)
    {
        object[] entries = [.. Entries(), .. Lies.Values];
        int begin = int.Parse(context.Request.QueryString["cursor"] ?? "0", CultureInfo.InvariantCulture);
        if (begin + PageLength < entries.Length)
        {
            context.Response.Headers["Link"] = $"<{Address}{PathOf(context)}?recursive=true&cursor={begin + PageLength}>; rel=\"next\"";
        }

        if (context.Request.QueryString["recursive"] != "true")
        {
            entries = [];
        }

        await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(entries.Skip(begin).Take(PageLength)));
    }

    private IEnumerable<object> Entries()
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(_folder, path);
            if (Directory.Exists(path))
            {
                yield return new { type = "directory", path = name, size = 0, oid = new string('0', 40) };
            }
            else if (!Lies.ContainsKey(name))
            {
                byte[] content = File.ReadAllBytes(path);
                byte[] blob = [.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content];
                string oid = Convert.ToHexStringLower(SHA1.HashData(blob));
                yield return name.EndsWith(".safetensors", StringComparison.Ordinal)
                    ? new { type = "file", path = name, size = content.Length, oid, lfs = new { oid = Convert.ToHexStringLower(SHA256.HashData(content)), size = content.Length } }
                    : new { type = "file", path = name, size = content.Length, oid };
            }
        }
    }
}
