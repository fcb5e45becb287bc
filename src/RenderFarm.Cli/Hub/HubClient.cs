using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Hub;

/// <summary>Speaks HTTP to a hub: redirects, the token, faults that pass and those that do not.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MaxRedirects = 10;

    private readonly HubAddress _address;
    private readonly string? _token;
    private readonly HubOptions _options;
    private readonly HttpClient _http;

    /// <param name="address">The repository.</param>
    /// <param name="token">Sent to the hub's own host alone; null for none.</param>
    /// <param name="options">How patient to be.</param>
    public HubClient(HubAddress address, string? token, HubOptions options)
    {
        _address = address;
        _token = token;
        _options = options;

        // Redirects are followed here: the handler would drop the token on the way to the same host too.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("renderfarm", typeof(HubClient).Assembly.GetName().Version!.ToString(3)));
    }

    public TimeSpan Stall => _options.Stall;

    /// <summary>Tries until it goes well, waiting longer from one try to the next.</summary>
    /// <param name="what">What is asked for, for the error.</param>
    /// <param name="retries">Tries after the first.</param>
    /// <param name="action">Throws <see cref="HubInterruption"/> for a fault that may pass.</param>
    /// <param name="cancellationToken">Stops it, waiting or not.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.HubFailed"/> when the last try failed too.</exception>
    public async Task<T> TryAsync<T>(string what, int retries, Func<CancellationToken, ValueTask<T>> action, CancellationToken cancellationToken)
    {
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<HubInterruption>(),
            MaxRetryAttempts = retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = _options.FirstDelay,
            MaxDelay = _options.MaxDelay,
            DelayGenerator = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is HubInterruption { Wait: { } wait } ? (TimeSpan?)Min(wait, _options.MaxDelay) : null),
        }).Build();
        try
        {
            return await pipeline.ExecuteAsync(action, cancellationToken);
        }
        catch (HubInterruption interruption)
        {
            throw Failed($"{what}: {interruption.Message}; {retries + 1} tries failed", interruption);
        }
    }

    /// <summary>The answer to a GET, its body not read yet; the caller disposes it.</summary>
    /// <param name="uri">What to get.</param>
    /// <param name="from">The first byte that is asked for; 0 for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="HubInterruption">For a fault that may pass.</exception>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.HubFailed"/> for one that does not.</exception>
    public async Task<HttpResponseMessage> GetAsync(Uri uri, long from, CancellationToken cancellationToken)
    {
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage response = await SendAsync(uri, from, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return response;
            }

            using (response)
            {
                Uri next = response.Headers.Location is { } location ? new Uri(uri, location) : throw Failed($"{Short(uri)} redirects to nowhere");
                if (redirects == MaxRedirects || next.Scheme is not ("http" or "https") || (uri.Scheme == "https" && next.Scheme == "http"))
                {
                    throw Failed(redirects == MaxRedirects ? $"{Short(uri)} redirects on and on" : $"{Short(uri)} redirects to {Short(next)}, which is less safe");
                }

                uri = next;
            }
        }
    }

    /// <summary>The fault that an answer tells of; null for one that holds what was asked for.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="what">What was asked for.</param>
    public Exception? Fault(HttpResponseMessage response, string what)
    {
        int status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            _ when response.IsSuccessStatusCode => null,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Failed(_token is null
                ? $"{what} is refused ({status}): it needs a token in RENDERFARM_HUB_TOKEN, or there is none of that name"
                : $"{what} is refused ({status}): the token in RENDERFARM_HUB_TOKEN does not open it"),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new HubInterruption($"the hub answers {status}", Wait(response.Headers.RetryAfter)),
            _ => Failed($"{what}: the hub answers {status} {response.ReasonPhrase}"),
        };
    }

    /// <summary>Reads a part of a body; what breaks is an interruption.</summary>
    /// <exception cref="HubInterruption">When the connection breaks, or nothing comes for too long.</exception>
    public Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken) =>
        WithinAsync(token => body.ReadAsync(buffer, token).AsTask(), "the connection broke off", cancellationToken);

    public void Dispose() => _http.Dispose();

    public static RenderFarmException Failed(string message, Exception? inner = null) => new(ErrorCodes.HubFailed, message, inner);

    private Task<HttpResponseMessage> SendAsync(Uri uri, long from, CancellationToken cancellationToken) => WithinAsync(
        async token =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            if (_token is not null && IsHub(uri))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            }

            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        },
        $"{uri.GetLeftPart(UriPartial.Authority)} cannot be reached",
        cancellationToken);

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> action, string fault, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(_options.Stall);
        try
        {
            return await action(stall.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubInterruption($"nothing came for {_options.Stall.TotalSeconds:0.#} s", wait: null, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new HubInterruption($"{fault}: {exception.Message}", wait: null, exception);
        }
    }

    /// <summary>Without the query, where hosts of files put keys.</summary>
    private static string Short(Uri uri) => uri.GetLeftPart(UriPartial.Path);

    private bool IsHub(Uri uri) => Uri.Compare(uri, _address.Root, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static TimeSpan? Wait(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? Max(date - DateTimeOffset.UtcNow, TimeSpan.Zero) : null);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
