using RenderFarm.Models;

namespace RenderFarm.Cli.Registration;

/// <summary>The licence that comes with a model's files.</summary>
/// <param name="Name">As the files name it; <c>unknown</c> where none does.</param>
/// <param name="IsOpen">Whether nothing but an open licence that asks for no acceptance is named anywhere.</param>
/// <param name="File">The file with its text; null where there is none.</param>
/// <param name="Text">That text; empty where there is none.</param>
internal sealed record ModelLicence(string Name, bool IsOpen, string? File, string Text)
{
    private const string Unknown = "unknown";
    private const string Readme = "README.md";
    private const int MaxName = 80;
    private const int MaxText = 100_000;

    private static readonly string[] Open = ["Apache-2.0", "MIT"];

    /// <summary>Whether a file in a model's folder says something of its licence.</summary>
    public static bool IsSource(string fileName) =>
        fileName == Readme || fileName.ToUpperInvariant() is "LICENSE" or "LICENSE.TXT" or "LICENSE.MD" or "LICENCE" or "LICENCE.TXT" or "LICENCE.MD";

    /// <summary>Reads a folder's LICENSE, the front matter of its README.md and its <c>model.json</c>.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="model">What the folder's <c>model.json</c> says; null where it has none.</param>
    public static ModelLicence Read(string folder, ModelDescriptor? model)
    {
        string? file = Directory.EnumerateFiles(folder)
            .Where(path => IsSource(Path.GetFileName(path)) && Path.GetFileName(path) != Readme)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        string text = file is null ? "" : ReadText(file);
        string?[] stated = [file is null ? null : OfText(text), OfReadme(Path.Combine(folder, Readme)), model?.Licence];
        string[] names = [.. stated.OfType<string>().Select(Usual)];

        // The narrowest word counts: a file of terms that is not known, or one statement that is not open, is to be read.
        bool isOpen = names.Length > 0 && names.All(name => Open.Contains(name)) && (file is null || stated[0] is not null);
        return new ModelLicence(names.FirstOrDefault(name => !Open.Contains(name)) ?? names.FirstOrDefault() ?? Unknown, isOpen, file, text);
    }

    private static string? OfText(string text) =>
        text.Contains("Apache License", StringComparison.Ordinal) && text.Contains("Version 2.0", StringComparison.Ordinal) ? Open[0]
        : text.Contains("Permission is hereby granted, free of charge", StringComparison.Ordinal) ? Open[1]
        : null;

    /// <summary><c>license:</c> of the lines between two <c>---</c> at the file's start, or <c>license_name:</c> where that is <c>other</c>.</summary>
    private static string? OfReadme(string path)
    {
        if (!System.IO.File.Exists(path))
        {
            return null;
        }

        string[] lines = ReadText(path).Split('\n', StringSplitOptions.TrimEntries);
        if (lines[0] != "---")
        {
            return null;
        }

        string[] matter = [.. lines.Skip(1).TakeWhile(line => line != "---")];
        string? name = Value("license:");
        return name == "other" ? Value("license_name:") ?? name : name;

        string? Value(string key) => matter
            .Where(line => line.StartsWith(key, StringComparison.Ordinal))
            .Select(line => line[key.Length..].Trim(' ', '"', '\''))
            .FirstOrDefault(value => value.Length is > 0 and <= MaxName);
    }

    private static string Usual(string name) => Open.FirstOrDefault(open => string.Equals(open, name, StringComparison.OrdinalIgnoreCase)) ?? name;

    /// <summary>What comes with a model is shown on terminals: it must not steer them.</summary>
    private static string ReadText(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            char[] buffer = new char[MaxText];
            int length = reader.ReadBlock(buffer);
            return new string([.. buffer.Take(length).Where(c => c is '\n' or '\t' || !char.IsControl(c))]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new Errors.RenderFarmException(Errors.ErrorCodes.InvalidModel, $"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
