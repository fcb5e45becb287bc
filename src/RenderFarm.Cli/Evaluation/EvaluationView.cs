using System.Globalization;
using RenderFarm.Training.Evaluation;
using Spectre.Console;

namespace RenderFarm.Cli.Evaluation;

/// <summary>An evaluation as a table a part, for people.</summary>
internal static class EvaluationView
{
    public static void Write(EvaluationReport report, string folder)
    {
        foreach ((EvaluationPart part, PartReport measured) in report.Parts)
        {
            Console.WriteLine($"{part.ToString().ToLowerInvariant()}: {measured.Method}");
            var table = new Table { Border = TableBorder.Simple };
            foreach (string column in (string[])["figure", "model", "aim", "", "world", "world decoded", "of"])
            {
                table.AddColumn(new TableColumn(column).NoWrap());
            }

            foreach (Figure figure in measured.Figures)
            {
                table.AddRow(
                    Markup.Escape(figure.Name),
                    Number(figure.Value, figure.Unit),
                    Aim(figure),
                    figure.IsReached switch { true => "reached", false => "missed", null => "" },
                    Number(figure.OfTheWorld, figure.Unit),
                    Number(figure.OfTheDecodedWorld, figure.Unit),
                    figure.Count?.ToString(CultureInfo.InvariantCulture) ?? "");
            }

            Terminal.Console.Write(table);
            foreach (string sheet in measured.Sheets)
            {
                Console.WriteLine($"  {Path.Combine(folder, sheet)}");
            }
        }

        Figure[] aims = [.. report.Parts.Values.SelectMany(part => part.Figures).Where(figure => figure.IsReached is not null)];
        Console.WriteLine($"{aims.Count(figure => figure.IsReached == true)} of {aims.Length} aims are reached; all is in {Path.Combine(folder, EvaluationReport.FileName)}");
    }

    private static string Aim(Figure figure) =>
        figure.AtLeast is { } least ? $"at least {Number(least, figure.Unit)}" : figure.AtMost is { } most ? $"at most {Number(most, figure.Unit)}" : "";

    private static string Number(double? value, string unit) => value is not { } number
        ? ""
        : unit == Figure.Share
            ? (100 * number).ToString("0.#", CultureInfo.InvariantCulture) + " %"
            : $"{number.ToString("0.###", CultureInfo.InvariantCulture)} {unit}".TrimEnd();
}
