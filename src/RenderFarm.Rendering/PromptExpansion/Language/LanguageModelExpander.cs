using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenAI;
using RenderFarm.Storage;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion.Language;

/// <summary>Has a language model write the shots, for families that read plain English. What it answered once it is not asked again.</summary>
internal sealed partial class LanguageModelExpander : IDisposable
{
    private readonly PromptExpansionOptions _options;
    private readonly string _host;
    private readonly StoryboardCache _cache;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly IChatClient _client;

    /// <param name="options">With an endpoint.</param>
    /// <param name="store">Keeps the answers.</param>
    public LanguageModelExpander(
        IOptions<PromptExpansionOptions> options, IArtifactStore store, TimeProvider time, ILogger<LanguageModelExpander> logger)
    {
        _options = options.Value;
        _cache = new StoryboardCache(store);
        (_time, _logger) = (time, logger);
        var endpoint = new Uri(_options.Endpoint);
        _host = endpoint.Authority;
        string key = _options.ReadKey();
        bool isBearer = _options.ApiKeyHeader == PromptExpansionOptions.BearerHeader;
        _http = new HttpClient(new LanguageModelHandler(key, isBearer)) { Timeout = Timeout.InfiniteTimeSpan };

        // Keys, faults and time are the handler's and ours; the client wants some key all the same.
        _client = new OpenAI.Chat.ChatClient(_options.Model, new ApiKeyCredential("none"), new OpenAIClientOptions
        {
            Endpoint = endpoint,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        }).AsIChatClient();
    }

    /// <param name="request">What to film.</param>
    /// <param name="family">The model family that the shots are for.</param>
    /// <exception cref="LanguageModelException">When there is no storyboard to be had in time.</exception>
    /// <exception cref="Errors.RenderFarmException">As the store that keeps the answers.</exception>
    public async Task<Storyboard> ExpandAsync(ExpansionRequest request, string family, CancellationToken cancellationToken)
    {
        var question = new StoryboardQuestion(request.Prompt.Trim(), request.Seconds, request.Seed, _options.MaxShots);
        string path = StoryboardCache.PathOf(family, _options.Model, question);
        if (await _cache.ReadAsync(path, cancellationToken) is { } known)
        {
            return known;
        }

        Storyboard storyboard;
        try
        {
            storyboard = await AskInTimeAsync(question, cancellationToken);
        }
        catch (LanguageModelException fault)
        {
            LogFallback(_logger, _host, fault.Message);
            throw fault.At(_host);
        }

        await _cache.WriteAsync(path, storyboard, cancellationToken);
        return storyboard;
    }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private async Task<Storyboard> AskInTimeAsync(StoryboardQuestion question, CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(_options.TimeoutSeconds);
        using var timeout = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await AskTwiceAsync(question, patience, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LanguageModelException(FormattableString.Invariant($"did not answer in {_options.TimeoutSeconds} s"), Remedy.None);
        }
    }

    private async Task<Storyboard> AskTwiceAsync(StoryboardQuestion question, TimeSpan patience, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        try
        {
            return await AskAsync(question, cancellationToken);
        }
        catch (LanguageModelException fault) when (fault.Remedy != Remedy.None && fault.Wait < patience - _time.GetElapsedTime(began))
        {
            LogSecondQuestion(_logger, _host, fault.Message);
            await Task.Delay(fault.Wait, _time, cancellationToken);
            return await AskAsync(question.After(fault), cancellationToken);
        }
    }

    private async Task<Storyboard> AskAsync(StoryboardQuestion question, CancellationToken cancellationToken)
    {
        ChatResponse response;
        try
        {
            response = await _client.GetResponseAsync(question.Messages(), question.Options(), cancellationToken);
        }
        catch (Exception exception) when (exception is not (LanguageModelException or OperationCanceledException))
        {
            // Its client has an exception for each way in which a body can be something else, and may quote the body in it.
            throw new LanguageModelException("answered something that is no chat completion", Remedy.Again);
        }

        return response.FinishReason == ChatFinishReason.Length
            ? throw new LanguageModelException("stopped at a token limit before the end", Remedy.Correct)
            : StoryboardAnswer.Read(response.Text, _options.MaxShots);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the language model at {Host} {Fault}; it is asked once more")]
    private static partial void LogSecondQuestion(ILogger logger, string host, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the language model at {Host} {Fault}; rules write the shots instead")]
    private static partial void LogFallback(ILogger logger, string host, string fault);
}
