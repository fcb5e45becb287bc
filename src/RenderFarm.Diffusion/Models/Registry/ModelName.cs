using System.Text.RegularExpressions;

namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>What a registered model may be called: a name that is a folder's on every system and no path.</summary>
public static partial class ModelName
{
    public const string Allowed = "1 to 64 of a-z, 0-9, '.', '_' and '-', the first a letter or a digit";

    private const int MaxLength = 64;

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    /// <summary>The name nearest to a text; null where nothing of it can be in a name.</summary>
    public static string? Near(string text)
    {
        string name = Unusable().Replace(text.ToLowerInvariant(), "-").TrimStart('.', '_', '-');
        name = (name.Length > MaxLength ? name[..MaxLength] : name).TrimEnd('.', '_', '-');
        return IsValid(name) ? name : null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex("[^a-z0-9._-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Unusable();
}
