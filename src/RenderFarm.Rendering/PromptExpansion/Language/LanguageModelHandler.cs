using System.Net;
using System.Net.Http.Headers;

namespace RenderFarm.Rendering.PromptExpansion.Language;

/// <summary>
/// Between us and the server: puts the key where the server looks for it, reads no more than an answer may have, and tells faults in our
/// own words.
/// </summary>
internal sealed class LanguageModelHandler : DelegatingHandler
{
    /// <summary>Most bytes of an answer, several times what the longest storyboard has.</summary>
    public const int MaxBytes = 512 * 1024;

    private readonly string _key;
    private readonly bool _isBearer;

    /// <param name="key">Empty for none.</param>
    /// <param name="isBearer">Whether the key is a bearer token; else it goes into the header that Azure OpenAI has for it.</param>
    public LanguageModelHandler(string key, bool isBearer)
    {
        (_key, _isBearer) = (key, isBearer);

        // A redirect would take the user's words and the key to a place that nobody configured.
        InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
    }

    /// <exception cref="LanguageModelException">For all that is not a whole answer of success.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _isBearer && _key.Length > 0 ? new AuthenticationHeaderValue("Bearer", _key) : null;
        if (!_isBearer)
        {
            request.Headers.Add(PromptExpansionOptions.AzureHeader, _key);
        }

        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                using (response)
                {
                    throw Refused(response);
                }
            }

            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
            return response;
        }
        catch (HttpRequestException exception)
        {
            throw exception.HttpRequestError switch
            {
                HttpRequestError.ConfigurationLimitExceeded => new LanguageModelException($"answered with more than {MaxBytes / 1024} KiB", Remedy.Again),
                HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => new LanguageModelException("cannot be reached", Remedy.Again),
                HttpRequestError.SecureConnectionError => new LanguageModelException("cannot be reached over TLS", Remedy.None),
                _ => new LanguageModelException("broke off its answer", Remedy.Again),
            };
        }
    }

    private static LanguageModelException Refused(HttpResponseMessage response)
    {
        Remedy remedy = response.StatusCode switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => Remedy.Again,
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => Remedy.Plainly,
            _ => Remedy.None,
        };
        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - DateTimeOffset.UtcNow,
            _ => null,
        };
        return new LanguageModelException($"answered with HTTP status {(int)response.StatusCode}", remedy, wait);
    }
}
