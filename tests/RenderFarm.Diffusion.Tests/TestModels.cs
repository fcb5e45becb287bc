using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Storyboards;

namespace RenderFarm.Diffusion.Tests;

/// <summary>A small model's descriptor and jobs for it.</summary>
internal static class TestModels
{
    public static ModelDescriptor Small(int windowLength = 8, int overlap = 3) => new()
    {
        Name = "small",
        Family = "test",
        Licence = "Apache-2.0",
        LatentChannels = 3,
        SpatialStride = 16,
        TemporalStride = 4,
        Fps = 8,
        Sizes = [new FrameSize(96, 64), new FrameSize(64, 96), new FrameSize(128, 64)],
        WindowLength = windowLength,
        Overlap = overlap,
        MaxSeconds = 600,
        Sampler = SamplerKind.Euler,
        Steps = 6,
        Shift = 3,
        Guidance = 4,
        Strategy = Strategy.Parallel,
        Files = new Dictionary<string, string>(),
    };

    public static JobSpec Job { get; } = new() { Prompt = "a red ball", Model = "small", Seed = 7, Seconds = 10 };

    public static Storyboard Shots(params string[] captions) => new() { Shots = [.. captions.Select(caption => new Shot { Caption = caption })] };
}
