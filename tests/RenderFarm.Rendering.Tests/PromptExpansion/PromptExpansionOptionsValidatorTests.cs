using Microsoft.Extensions.Options;
using RenderFarm.Rendering.PromptExpansion;

namespace RenderFarm.Rendering.Tests.PromptExpansion;

public sealed class PromptExpansionOptionsValidatorTests
{
    [Theory]
    [InlineData("")]
    [InlineData("http://127.0.0.1:11434/v1")]
    [InlineData("https://models.example/openai/deployments/films?api-version=2024-10-21")]
    public void Validate_Allowed_Succeeds(string endpoint) =>
        Assert.True(Validate(new PromptExpansionOptions { Endpoint = endpoint, Model = "stub", ApiKey = "secret" }).Succeeded);

    [Theory]
    [InlineData("models.example/v1", "Endpoint is 'models.example/v1'; it must be an absolute http or https URL, as in http://127.0.0.1:11434/v1")]
    [InlineData("/v1", "Endpoint is '/v1'; it must be an absolute http or https URL")]
    [InlineData("ftp://models.example", "Endpoint is 'ftp://models.example'; it must be an absolute http or https URL")]
    [InlineData("http://u:secret@models.example/v1", "Endpoint holds a user name or password; give the key as ApiKey")]
    [InlineData("http://models.example/v1/chat/completions", "Endpoint ends with /chat/completions; it must be what stands before that")]
    public void Validate_Endpoint_IsRefused(string endpoint, string fault) => RequireFault(new PromptExpansionOptions { Endpoint = endpoint, Model = "stub" }, fault);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(3601)]
    public void Validate_TimeoutSeconds_IsRefused(double seconds) =>
        RequireFault(new PromptExpansionOptions { TimeoutSeconds = seconds }, FormattableString.Invariant($"TimeoutSeconds is {seconds}; it must be above 0, at most 3600"));

    [Theory]
    [InlineData(0)]
    [InlineData(51)]
    public void Validate_MaxShots_IsRefused(int shots) => RequireFault(new PromptExpansionOptions { MaxShots = shots }, $"MaxShots is {shots}; it must be 1 to 50");

    [Fact]
    public void Validate_NoModel_IsRefused() =>
        RequireFault(new PromptExpansionOptions { Endpoint = "http://127.0.0.1:11434/v1" }, "Model is empty; it must name a model of 127.0.0.1:11434");

    [Fact]
    public void Validate_KeyThatNoHeaderCarries_IsRefusedWithoutTheKey() =>
        RequireFault(Configured(options => options.ApiKey = "secret\r\nX: y"), "ApiKey gives a key that no header can carry");

    [Fact]
    public void Validate_KeyTwice_IsRefused() =>
        RequireFault(Configured(options => (options.ApiKey, options.ApiKeyVariable) = ("secret", "PATH")), "ApiKey and ApiKeyVariable are both given; only one is allowed");

    [Fact]
    public void Validate_VariableNotSet_IsRefused() =>
        RequireFault(Configured(options => options.ApiKeyVariable = "RENDERFARM_NO_SUCH"), "ApiKeyVariable is 'RENDERFARM_NO_SUCH'; it must be the name of an environment variable that holds the key");

    [Fact]
    public void Validate_OtherHeader_IsRefused() =>
        RequireFault(new PromptExpansionOptions { ApiKeyHeader = "Host" }, "ApiKeyHeader is 'Host'; it must be Authorization or api-key");

    private static PromptExpansionOptions Configured(Action<PromptExpansionOptions> configure)
    {
        var options = new PromptExpansionOptions { Endpoint = "http://127.0.0.1:11434/v1", Model = "stub" };
        configure(options);
        return options;
    }

    private static void RequireFault(PromptExpansionOptions options, string fault)
    {
        string failure = Validate(options).FailureMessage ?? "";
        Assert.StartsWith($"RenderFarm:PromptExpansion:{fault}", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure, StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(PromptExpansionOptions options) => new PromptExpansionOptionsValidator().Validate(null, options);
}
