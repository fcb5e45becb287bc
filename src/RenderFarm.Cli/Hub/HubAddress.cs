using System.Text.RegularExpressions;
using RenderFarm.Errors;

namespace RenderFarm.Cli.Hub;

/// <summary>One revision of one repository of a model hub.</summary>
internal sealed partial record HubAddress
{
    private HubAddress(Uri root, string repository, string revision) => (Root, Repository, Revision) = (root, repository, revision);

    /// <summary>The hub's base URL; ends in a slash.</summary>
    public Uri Root { get; }

    /// <summary><c>NAME</c> or <c>OWNER/NAME</c>.</summary>
    public string Repository { get; }

    /// <summary>A branch, a tag or a commit.</summary>
    public string Revision { get; }

    /// <summary><c>REPO@REVISION</c>.</summary>
    public string Source => $"{Repository}@{Revision}";

    /// <summary>The first page of the list of all files.</summary>
    public Uri List => new(Root, $"api/models/{Repository}/tree/{Uri.EscapeDataString(Revision)}?recursive=true");

    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidSpec"/>.</exception>
    public static HubAddress Of(string? root, string repository, string revision)
    {
        if (string.IsNullOrEmpty(root))
        {
            throw Invalid("no hub is known: name its base URL by --base-url or RENDERFARM_HUB");
        }

        if (!Uri.TryCreate(root.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
        {
            throw Invalid($"base URL '{root}' is not allowed: http:// or https:// and a host, without a user");
        }

        return !Repositories().IsMatch(repository) || repository.Split('/').Any(part => part.StartsWith('.'))
            ? throw Invalid($"repository '{repository}' is not allowed: NAME or OWNER/NAME, of letters, digits, '.', '_' and '-'")
            : revision.Length == 0 ? throw Invalid("revision '' is not allowed: a branch, a tag or a commit")
            : new HubAddress(uri, repository, revision);
    }

    /// <summary>Where a file is.</summary>
    /// <param name="path">As the list has it.</param>
    public Uri File(string path) =>
        new(Root, $"{Repository}/resolve/{Uri.EscapeDataString(Revision)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    private static RenderFarmException Invalid(string message) => new(ErrorCodes.InvalidSpec, message);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,100}(/[A-Za-z0-9._-]{1,100})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Repositories();
}
