using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RenderFarm.Rendering.Tests.PromptExpansion.Language;

/// <summary>A server on this machine that speaks the chat-completions protocol, as well or as badly as a test wants.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly List<ChatRequest> _requests = [];

    private ChatServer(WebApplication application) => _application = application;

    /// <summary>What each request is answered, by its number from 1.</summary>
    public Func<int, HttpContext, Task> Reply { get; set; } = (_, context) => Answer(context, "{}");

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<ChatRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public string Host { get; private set; } = "";

    public string Endpoint => $"http://{Host}/v1";

    /// <param name="replies">For the first request, the second and so on; the last one for all after it too.</param>
    public static async Task<ChatServer> StartAsync(params Func<HttpContext, Task>[] replies)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var server = new ChatServer(builder.Build());
        if (replies.Length > 0)
        {
            server.Reply = (number, context) => replies[Math.Min(number, replies.Length) - 1](context);
        }

        server._application.Run(server.ServeAsync);
        await server._application.StartAsync(TestContext.Current.CancellationToken);
        server.Host = new Uri(server._application.Urls.Single()).Authority;
        return server;
    }

    /// <summary>A reply with a completion of this text.</summary>
    public static Func<HttpContext, Task> Says(string content, string finish = "stop") => context => Answer(context, content, finish);

    /// <summary>A reply with a completion of this as JSON.</summary>
    public static Func<HttpContext, Task> Says(object content) => Says(JsonSerializer.Serialize(content));

    /// <summary>A reply with this body instead of a completion.</summary>
    public static Func<HttpContext, Task> Sends(string body) => context => context.Response.WriteAsync(body);

    /// <summary>A reply with this status, and perhaps <c>Retry-After</c>.</summary>
    public static Func<HttpContext, Task> Refuses(int status, string? retryAfter = null, string body = "") => context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return context.Response.WriteAsync(body);
    };

    /// <summary>A reply that never comes.</summary>
    public static async Task IsSilent(HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static Task Answer(HttpContext context, string content, string finish = "stop") => context.Response.WriteAsJsonAsync(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        created = 1_700_000_000,
        model = "stub",
        choices = new[] { new { index = 0, finish_reason = finish, message = new { role = "assistant", content } } },
        usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 },
    });

    private async Task ServeAsync(HttpContext context)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        int number;
        lock (_requests)
        {
            _requests.Add(new ChatRequest(
                $"{context.Request.Path}{context.Request.QueryString}",
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.RootElement.Clone()));
            number = _requests.Count;
        }

        try
        {
            await Reply(number, context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Who asked has gone.
        }
    }
}
