namespace RenderFarm.Diffusion.Models;

public static class VideoModelExtensions
{
    /// <summary>Conditions a window on text alone. The caller disposes the result.</summary>
    /// <param name="model">The model.</param>
    /// <param name="caption">In the model's caption language.</param>
    /// <param name="negativeCaption">What guidance steers away from; empty for the model's unconditional caption.</param>
    public static Conditioning EncodeText(this IVideoModel model, string caption, string negativeCaption) =>
        model.Condition(new WindowConditions { Caption = caption, NegativeCaption = negativeCaption });
}
