namespace RenderFarm.Diffusion.Tests;

public class GoldenTests
{
    /// <summary>The tests of reference vectors run whatever there is: without this they would pass where there is nothing.</summary>
    [Theory]
    [InlineData("WanTransformer3DModel", 3)]
    [InlineData("AutoencoderKLWan", 2)]
    [InlineData("UMT5EncoderModel", 1)]
    [InlineData("FlowMatchEulerDiscreteScheduler", 1)]
    [InlineData("UniPCMultistepScheduler", 1)]
    [InlineData("WanPipeline", 1)]
    [InlineData("WanPipeline (expand_timesteps)", 1)]
    [InlineData("WanImageToVideoPipeline", 1)]
    public void Folders_OfEveryKind_AreThere(string kind, int count)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("RENDERFARM_GOLDEN") is { Length: > 0 }, "the folder is somebody's own");
        Assert.Equal(count, Golden.Folders(kind).Count);
        Assert.All(Golden.Folders(kind), folder =>
        {
            using Golden golden = Golden.Open(folder);
            Assert.NotEmpty(golden.Cases);
        });
    }
}
