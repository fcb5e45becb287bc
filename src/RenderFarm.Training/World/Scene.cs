using RenderFarm.Diffusion.Models.Pocket;

namespace RenderFarm.Training.World;

/// <summary>One captioned scene of the procedural world: the same seed and size give the same frames.</summary>
public sealed class Scene
{
    private readonly Canvas _background;
    private readonly Landscape _landscape;
    private readonly Motion _motion;
    private readonly Particles _particles;

    /// <param name="caption">What the scene shows.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="seed">Of everything that the caption leaves open.</param>
    public Scene(PocketCaption caption, int width, int height, int seed)
    {
        Random random = new(seed);
        Caption = caption;
        _background = new Canvas(width, height);
        _landscape = new Landscape(caption, _background, random);
        _landscape.Draw();
        _motion = new Motion(caption.Action, width, height, _landscape.Ground, random);
        _particles = new Particles(caption.Weather, width, height, random);
    }

    public PocketCaption Caption { get; }

    /// <summary>A caption drawn evenly from the vocabulary.</summary>
    public static PocketCaption RandomCaption(Random random)
    {
        string Draw(IReadOnlyList<string> words) => words[random.Next(words.Count)];
        return new PocketCaption(
            Draw(PocketVocabulary.Colours), Draw(PocketVocabulary.Subjects), Draw(PocketVocabulary.Actions),
            Draw(PocketVocabulary.Places), Draw(PocketVocabulary.Times), Draw(PocketVocabulary.Weathers));
    }

    /// <summary>Where the subject's middle is at a time, in pixels.</summary>
    /// <param name="seconds">From the scene's beginning.</param>
    public (float X, float Y) SubjectAt(double seconds)
    {
        Pose pose = _motion.At(seconds);
        return (pose.X, pose.Y);
    }

    /// <summary>Draws one frame: packed RGB, row by row, 0 to 1.</summary>
    /// <param name="seconds">From the scene's beginning.</param>
    public float[] Render(double seconds)
    {
        Canvas canvas = new(_background.Width, _background.Height);
        canvas.CopyFrom(_background);
        Pose pose = _motion.At(seconds);
        float lift = Math.Max(0, _landscape.Ground - (pose.Y + pose.Radius)) / canvas.Height;
        canvas.Ellipse(pose.X, _landscape.Ground, pose.Radius * (0.9f - (0.4f * lift)), pose.Radius * 0.18f, new Colour(0, 0, 0), 0.35f - (0.2f * lift));
        Subject.Draw(canvas, Caption.Subject, Subject.Paint(Caption.Colour) * _landscape.SubjectLight, pose, seconds);
        _particles.Draw(canvas, seconds);
        return canvas.Pixels;
    }
}
