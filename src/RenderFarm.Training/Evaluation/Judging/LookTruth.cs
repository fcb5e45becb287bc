using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Evaluation.Judging;

/// <summary>What is true of a look: what a judge learns.</summary>
/// <param name="Choices">The index of each attribute's value, in the order of <see cref="JudgedAttributes.All"/>.</param>
/// <param name="X">The subject's middle across, as a share of the frame.</param>
/// <param name="Y">The subject's middle down, as a share of the frame.</param>
/// <param name="Occluder">The occluder's middle across, as a share of the frame; null where there is none.</param>
/// <param name="Motion">How the subject and the camera go, about 1 where they go fast.</param>
internal sealed record LookTruth(long[] Choices, float X, float Y, float? Occluder, float[] Motion)
{
    /// <summary>Entries of <see cref="Motion"/>: across and down, near and far; the camera, near and far; the turn in the plane.</summary>
    public const int MotionWidth = 7;

    private const float NearScale = 20;
    private const float FarScale = 6;
    private const float TurnScale = 2;

    /// <param name="scene">What is looked at.</param>
    /// <param name="width">The frame's, in pixels.</param>
    /// <param name="height">The frame's, in pixels.</param>
    /// <param name="seconds">When.</param>
    /// <param name="way">1 for a look forward in time, -1 for one backwards.</param>
    public static LookTruth Of(Scene scene, int width, int height, double seconds, int way)
    {
        float unit = MathF.Sqrt(width * height);
        double near = seconds + (way * Look.Near / (double)Scene.Fps), far = seconds + (way * Look.Far / (double)Scene.Fps);
        (Pose pose, Pose poseNear, Pose poseFar) = (scene.PoseAt(seconds), scene.PoseAt(near), scene.PoseAt(far));
        (float camera, float cameraNear, float cameraFar) = (scene.CameraAt(seconds), scene.CameraAt(near), scene.CameraAt(far));
        float? occluder = scene.OccluderAt(seconds);
        PocketCaption seen = scene.Caption with { Occluder = occluder is null ? null : scene.Caption.Occluder };
        return new LookTruth(
            [.. JudgedAttributes.All.Select(attribute => (long)JudgedAttributes.IndexOf(attribute, seen[attribute]))],
            Math.Clamp(pose.X / width, 0, 1),
            Math.Clamp(pose.Y / height, 0, 1),
            occluder / width,
            [
                (poseNear.X - pose.X) / unit * NearScale, (poseNear.Y - pose.Y) / unit * NearScale,
                (poseFar.X - pose.X) / unit * FarScale, (poseFar.Y - pose.Y) / unit * FarScale,
                (cameraNear - camera) / unit * NearScale, (cameraFar - camera) / unit * FarScale,
                Math.Clamp((poseNear.Angle - pose.Angle) * TurnScale, -3, 3),
            ]);
    }
}
