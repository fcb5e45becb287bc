namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>Cuts prompts into a text encoder's ids.</summary>
public interface IWanTokenizer
{
    /// <summary>One above the largest id.</summary>
    int Size { get; }

    /// <summary>The ids of a text, cut or padded to <see cref="WanTokens.Length"/>. Cleaning is <see cref="PromptCleaning"/>'s part.</summary>
    WanTokens Encode(string text);
}
