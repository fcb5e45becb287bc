using Microsoft.Extensions.Options;

namespace RenderFarm.Rendering.PromptExpansion;

internal sealed class PromptExpansionOptionsValidator : IValidateOptions<PromptExpansionOptions>
{
    private const string Example = "as in http://127.0.0.1:11434/v1";

    public ValidateOptionsResult Validate(string? name, PromptExpansionOptions options) =>
        Fault(options) is { } fault ? ValidateOptionsResult.Fail($"{PromptExpansionOptions.Section}:{fault}") : ValidateOptionsResult.Success;

    /// <summary>What is wrong, without any key in it.</summary>
    private static string? Fault(PromptExpansionOptions options) =>
        !(options.TimeoutSeconds is > 0 and <= 3600) ? Refuse(nameof(options.TimeoutSeconds), options.TimeoutSeconds, "above 0, at most 3600")
        : options.MaxShots is < 1 or > 50 ? Refuse(nameof(options.MaxShots), options.MaxShots, "1 to 50")
        : options.ApiKeyHeader is not (PromptExpansionOptions.BearerHeader or PromptExpansionOptions.AzureHeader)
            ? Refuse(
                nameof(options.ApiKeyHeader),
                $"'{options.ApiKeyHeader}'",
                $"{PromptExpansionOptions.BearerHeader} or {PromptExpansionOptions.AzureHeader}")
        : options.IsConfigured ? EndpointFault(options) ?? KeyFault(options)
        : null;

    private static string? EndpointFault(PromptExpansionOptions options) =>
        !Uri.TryCreate(options.Endpoint, UriKind.Absolute, out Uri? endpoint) || endpoint.Scheme is not ("http" or "https")
            ? Refuse(nameof(options.Endpoint), $"'{options.Endpoint}'", $"an absolute http or https URL, {Example}")
        : endpoint.UserInfo.Length > 0
            ? $"{nameof(options.Endpoint)} holds a user name or password; give the key as {nameof(options.ApiKey)}"
        : endpoint.AbsolutePath.TrimEnd('/').EndsWith("/chat/completions", StringComparison.OrdinalIgnoreCase)
            ? $"{nameof(options.Endpoint)} ends with /chat/completions; it must be what stands before that, {Example}"
        : string.IsNullOrWhiteSpace(options.Model)
            ? $"{nameof(options.Model)} is empty; it must name a model of {endpoint.Authority}"
        : null;

    private static string? KeyFault(PromptExpansionOptions options) =>
        options is { ApiKey.Length: > 0, ApiKeyVariable.Length: > 0 }
            ? $"{nameof(options.ApiKey)} and {nameof(options.ApiKeyVariable)} are both given; only one is allowed"
        : options.ApiKeyVariable.Length > 0 && options.ReadKey().Length == 0
            ? Refuse(nameof(options.ApiKeyVariable), $"'{options.ApiKeyVariable}'", "the name of an environment variable that holds the key")
        : !options.ReadKey().All(letter => letter is > ' ' and < '\x7f')
            ? $"{(options.ApiKeyVariable.Length > 0 ? nameof(options.ApiKeyVariable) : nameof(options.ApiKey))} gives a key that no header can carry"
        : null;

    private static string Refuse(string field, object value, string allowed) =>
        FormattableString.Invariant($"{field} is {value}; it must be {allowed}");
}
