using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Errors;
using RenderFarm.Storage;
using RenderFarm.Storyboards;

namespace RenderFarm.Rendering.PromptExpansion.Language;

/// <summary>Keeps what a language model answered, so that a question that is asked again has the same answer.</summary>
internal sealed class StoryboardCache(IArtifactStore store)
{
    /// <summary>Where the answer to a question lies.</summary>
    /// <param name="family">The model family that the shots are for.</param>
    /// <param name="languageModel">Who is asked.</param>
    /// <param name="question">What is asked; <see cref="StoryboardQuestion.Instructions"/> too, since other instructions give other shots.</param>
    public static string PathOf(string family, string languageModel, StoryboardQuestion question)
    {
        byte[] key = JsonSerializer.SerializeToUtf8Bytes(new { family, languageModel, question, StoryboardQuestion.Instructions });
        return $"storyboards/{Convert.ToHexStringLower(SHA256.HashData(key))}";
    }

    /// <summary>What lies there; null for nothing, or for a damaged storyboard, which is as good as none.</summary>
    public async Task<Storyboard?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            byte[]? content = await store.ReadAsync(path, cancellationToken);
            return content is null ? null : JsonSerializer.Deserialize<Storyboard>(Seal.Open(content, path).Span);
        }
        catch (RenderFarmException exception) when (exception.Code == ErrorCodes.CorruptArtifact)
        {
            return null;
        }
    }

    public Task WriteAsync(string path, Storyboard storyboard, CancellationToken cancellationToken) =>
        store.WriteAsync(path, Seal.Close(JsonSerializer.SerializeToUtf8Bytes(storyboard)), cancellationToken);
}
