using RenderFarm.Diffusion.Models.Pocket;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>
/// The judge's sense of time: a few convolutions over a clip's track, which is what each of its looks says of where the subject is, how
/// it goes and what it seems to do.
/// </summary>
internal sealed class TrackNet : nn.Module
{
    private const int Channels = 64;

    private static readonly int Actions = JudgedAttributes.Count(PocketAttribute.Action), Cameras = JudgedAttributes.Count(PocketAttribute.Camera);

    private readonly nn.Module<Tensor, Tensor> layers;
    private readonly nn.Module<Tensor, Tensor> head;

    public TrackNet()
        : base(nameof(TrackNet))
    {
        layers = nn.Sequential(
            nn.Conv1d(Width, Channels, 3, padding: 1), nn.SiLU(),
            nn.Conv1d(Channels, Channels, 3, padding: 1), nn.SiLU(),
            nn.Conv1d(Channels, Channels, 3, padding: 1), nn.SiLU());
        head = nn.Sequential(nn.Linear(2 * Channels, Channels), nn.SiLU(), nn.Dropout(0.1), nn.Linear(Channels, Actions + Cameras));
        RegisterComponents();
    }

    /// <summary>Entries of a track at each look.</summary>
    public static int Width { get; } = 2 + LookTruth.MotionWidth + Actions + Cameras;

    /// <summary>Logits of the action, float32 [B, 8], and of the camera, [B, 3], of tracks, float32 [B, looks, <see cref="Width"/>].</summary>
    public (Tensor Action, Tensor Camera) Forward(Tensor tracks)
    {
        Tensor hidden = layers.forward(tracks.transpose(1, 2));
        Tensor scores = head.forward(cat([hidden.mean([2]), hidden.amax([2])], 1));
        return (scores.narrow(1, 0, Actions), scores.narrow(1, Actions, Cameras));
    }

    /// <summary>The tracks of clips, float32 [B, looks, <see cref="Width"/>], from what their looks show, clip after clip.</summary>
    public static Tensor TracksOf(JudgeView view, long clips)
    {
        Tensor Of(PocketAttribute attribute) => nn.functional.softmax(
            view.Scores.narrow(1, JudgedAttributes.Offset(attribute), JudgedAttributes.Count(attribute)), 1);
        Tensor tracks = cat(
            [(JudgeView.PlaceOf(view.Subject) - 0.5) * 4, view.Motion, Of(PocketAttribute.Action) * 2, Of(PocketAttribute.Camera) * 2], 1);
        return tracks.view(clips, -1, Width);
    }
}
