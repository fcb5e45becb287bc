namespace RenderFarm.Training.Pocket;

/// <summary>The frame sizes that pocket is trained on, in pixels.</summary>
public static class PocketSizes
{
    /// <summary>Wide, tall and square.</summary>
    public static IReadOnlyList<(int Width, int Height)> All { get; } = [(256, 160), (160, 256), (256, 256)];

    /// <summary>How often each is trained on: wide most, since most films are wide.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.6, 0.2, 0.2];

    /// <summary>One of them.</summary>
    public static (int Width, int Height) Draw(Random random)
    {
        double at = random.NextDouble();
        return at < Shares[0] ? All[0] : at < Shares[0] + Shares[1] ? All[1] : All[2];
    }
}
