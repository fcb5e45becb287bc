using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RenderFarm.Cli.Benchmarks;
using RenderFarm.Diffusion.Models;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using Spectre.Console;
using TorchSharp;

namespace RenderFarm.Cli.Commands;

internal static class BenchCommand
{
    private const string MachinePart = "machine";
    private const string BlockPart = "wan-block";
    private const string StepPart = "wan-step";

    private static readonly string[] Parts = [MachinePart, BlockPart, StepPart];

    public static Command Create()
    {
        var command = new Command("bench", "Measures this machine and what models reach on it. Close other programs first: figures are ratios within one run.");
        Option<string> parts = new("--parts")
        {
            Description = $"What to measure, by commas: {string.Join(", ", Parts)}.",
            DefaultValueFactory = _ => $"{MachinePart},{BlockPart}",
        };
        Option<string> device = new("--device") { Description = "cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };
        Option<string?> size = new("--size") { Description = "Frames of the Wan parts; default 256x160 on a CPU, 832x480 elsewhere." };
        Option<int?> frames = new("--frames") { Description = "How many of them, 4k + 1; default 33 on a CPU, 81 elsewhere." };
        Option<string?> output = new("--output", "-o") { Description = "A file for the results as JSON." };
        foreach (Option option in (Option[])[parts, device, size, frames, output])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            string[] chosen = parsed.GetValue(parts)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string? unknown = chosen.FirstOrDefault(part => !Parts.Contains(part, StringComparer.Ordinal));
            Require(unknown is null && chosen.Length > 0, "--parts", unknown ?? "''", string.Join(", ", Parts));
            torch.Device where = DeviceOf(parsed.GetValue(device)!);
            bool isCpu = where.type == DeviceType.CPU;
            FrameSize frame = FrameSize.Parse(parsed.GetValue(size) ?? (isCpu ? "256x160" : "832x480"));
            int count = parsed.GetValue(frames) ?? (isCpu ? 33 : 81);
            Require(frame.Width > 0 && frame.Height > 0 && frame.Width % 16 == 0 && frame.Height % 16 == 0, "--size", frame, "multiples of 16");
            Require(count > 0 && count % 4 == 1, "--frames", count, "4k + 1");
            Run(chosen, where, new WanBenchmark(where, frame, count, text => Console.Error.WriteLine($"measuring {text}")), parsed.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Run(string[] parts, torch.Device device, WanBenchmark wan, string? output)
    {
        torch.set_num_threads(Environment.ProcessorCount);
        var measurements = new List<Measurement>();
        foreach (torch.ScalarType type in ((torch.ScalarType[])[torch.ScalarType.Float32, ComputePrecision.For(device)]).Distinct())
        {
            Measurement peak = wan.Peak(type);
            measurements.Add(peak);
            if (parts.Contains(BlockPart, StringComparer.Ordinal))
            {
                measurements.Add(wan.Block(type, peak));
            }

            if (parts.Contains(StepPart, StringComparer.Ordinal))
            {
                measurements.Add(wan.Step(type, peak));
            }
        }

        var document = new BenchDocument(Machine.Of(device), measurements);
        Terminal.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{document.Machine.Cores} cores, {document.Machine.Instructions}, {document.Machine.Device}, {document.Machine.Threads} threads"));
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("what", "seconds", "GFLOP/s", "of the peak");
        foreach (Measurement measurement in measurements)
        {
            table.AddRow(
                measurement.What, Number(measurement.Seconds, "0.0000"), Number(measurement.GigaFlopsPerSecond, "0"),
                measurement.ShareOfPeak is { } share ? Number(share, "0 %") : "");
        }

        Terminal.Console.Write(table);
        if (output is not null)
        {
            File.WriteAllText(output, JsonSerializer.Serialize(document, ModelFile.Json) + "\n");
        }
    }

    private static torch.Device DeviceOf(string name)
    {
        bool isKnown = name == "cpu" || name == "cuda" || (name.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(name.AsSpan(5), out _));
        Require(isKnown, "--device", $"'{name}'", "cpu, cuda or cuda:N");
        Require(name == "cpu" || torch.cuda.is_available(), "--device", name, "cpu: this build or machine has no CUDA");
        return torch.device(name);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static void Require(bool holds, string name, object value, string allowed)
    {
        if (!holds)
        {
            throw new RenderFarmException(ErrorCodes.InvalidSpec, FormattableString.Invariant($"{name} {value} is not allowed: {allowed}"));
        }
    }
}
