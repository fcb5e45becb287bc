using Microsoft.Extensions.Options;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Embedded;

/// <summary>Tells a configured value that is not allowed from other faults.</summary>
internal static class ConfigurationFault
{
    /// <summary><see cref="ErrorCodes.InvalidSpec"/> with what is wrong; null for any other exception.</summary>
    public static RenderFarmException? Of(Exception exception) => exception switch
    {
        OptionsValidationException or InvalidOperationException { InnerException: FormatException or ArgumentException } =>
            new RenderFarmException(ErrorCodes.InvalidSpec, exception.Message, exception),
        AggregateException { InnerExceptions: [OptionsValidationException first, ..] } =>
            new RenderFarmException(ErrorCodes.InvalidSpec, first.Message, exception),
        _ => null,
    };
}
