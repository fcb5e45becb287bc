namespace RenderFarm.Errors;

/// <summary>A fault that RenderFarm itself knows: a stable code for programs and one line for people.</summary>
[GenerateSerializer, Alias("RenderFarmException")]
public sealed class RenderFarmException : Exception
{
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">One line that names the field, the value and what is allowed.</param>
    /// <param name="inner">The cause, where another library threw it.</param>
    public RenderFarmException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    [Id(0)]
    public string Code { get; }
}
