using RenderFarm.Errors;

namespace RenderFarm.Cli.Registration;

/// <summary>Shows a model's licence and has it accepted where it is not an open one.</summary>
/// <param name="isAccepted">Whether the command line accepts it already.</param>
/// <param name="json">Whether nothing may be shown to people.</param>
internal sealed class LicenceQuestion(bool isAccepted, bool json)
{
    /// <summary>When it was accepted; null for one that asks for nothing.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/> when it is not accepted.</exception>
    public async Task<DateTimeOffset?> AskAsync(ModelLicence licence, CancellationToken cancellationToken)
    {
        string where = licence.File is null ? "" : $" ({licence.File})";
        if (licence.IsOpen)
        {
            Tell($"licence: {licence.Name}{where}");
            return null;
        }

        if (isAccepted)
        {
            Tell($"licence: {licence.Name}{where}, accepted by --accept-licence");
            return DateTimeOffset.UtcNow;
        }

        if (json || Console.IsInputRedirected)
        {
            throw NotAccepted($"licence '{licence.Name}' is not accepted: read {licence.File ?? "the model's page"}, then give --accept-licence");
        }

        Tell($"{licence.Text}\nlicence: {licence.Name}{where}");
        Console.Write("Do you accept it? [y/N] ");
        return await AnswerAsync(cancellationToken) ? DateTimeOffset.UtcNow : throw NotAccepted($"licence '{licence.Name}' is not accepted");
    }

    /// <summary>Reads a yes or no from the terminal.</summary>
    public static async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        // A thread of its own, since the reading cannot be broken off but Ctrl-C must be heard.
        string? answer = await Task.Run(Console.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    private static RenderFarmException NotAccepted(string message) => new(ErrorCodes.InvalidSpec, message);

    private void Tell(string text)
    {
        if (!json)
        {
            Console.WriteLine(text);
        }
    }
}
