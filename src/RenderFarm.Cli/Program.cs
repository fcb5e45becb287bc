using System.CommandLine;
using RenderFarm.Cli.Commands;

namespace RenderFarm.Cli;

internal static class Program
{
    /// <summary>How long a farm may take to checkpoint after Ctrl-C before the process ends anyway.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(20);

    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("RenderFarm turns a sentence into a film. Exit codes are listed in docs/cli.md.")
        {
            RenderCommand.Create(), PlanCommand.Create(), JobsCommand.Create(), ResumeCommand.Create(), CancelCommand.Create(), TrainCommand.Create(),
            EvalCommand.Create(), BenchCommand.Create(), ModelsCommand.Create(),
        };
        ParseResult parsed = root.Parse(args);
        bool json = args.Contains("--json", StringComparer.Ordinal);
        if (parsed.Errors.Count > 0)
        {
            Fault.Write(Errors.ErrorCodes.InvalidSpec, parsed.Errors[0].Message, json);
            return ExitCode.BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationTimeout,
            });
        }
        catch (Errors.RenderFarmException exception)
        {
            Fault.Write(exception.Code, exception.Message, json);
            return ExitCode.Of(exception.Code);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            Fault.Write(Errors.ErrorCodes.FarmBusy, $"the process that ran the farm does not answer: {exception.Message}", json);
            return ExitCode.FarmBusy;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception exception)
        {
            Fault.Write("unexpected", exception.Message, json);
            if (!json)
            {
                Console.Error.WriteLine(exception);
            }

            return ExitCode.Unexpected;
        }
    }
}
