namespace RenderFarm.Rendering.PromptExpansion.Pocket;

/// <summary>What a caption of pocket says one word about.</summary>
internal enum PocketAttribute
{
    Colour,
    Subject,
    Action,
    Place,
    Time,
    Weather,
}
