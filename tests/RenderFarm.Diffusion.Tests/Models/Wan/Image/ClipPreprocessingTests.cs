using System.Text.Json;
using RenderFarm.Diffusion.Models.Wan.Image;
using RenderFarm.Diffusion.Tests.Models.Wan.Text;
using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan.Image;

[Collection(nameof(TensorAccounting))]
public sealed class ClipPreprocessingTests : IDisposable
{
    private static readonly ClipVisionConfig Encoder = new(32, 64, 2, 2, 28, 14, QuickGelu: false, 1e-5);

    private readonly string _model = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_model, recursive: true);

    [Fact]
    public void Apply_ReferencePictures_GivesTheReferencesPixels()
    {
        foreach (JsonElement entry in References.Read("clip", "pixels.json").EnumerateArray())
        {
            using IDisposable scope = NewDisposeScope();
            int height = entry.GetProperty("height").GetInt32(), width = entry.GetProperty("width").GetInt32(), size = entry.GetProperty("size").GetInt32();
            ClipPreprocessing plain = new(size, size, [0, 0, 0], [1, 1, 1]);
            Tensor expected = tensor(entry.GetProperty("pixels").EnumerateArray().Select(value => value.GetSingle()).ToArray()).view(1, 3, size, size);
            Tensor actual = plain.Apply(Picture(height, width)) * 255;
            // The reference's filter is fixed-point: a byte may be rounded the other way, but few are.
            Golden.AssertNear(expected, actual, 1.01, $"{height} x {width}");
            Assert.InRange((expected - actual).abs().gt(0.5).to_type(ScalarType.Float32).mean().item<float>(), 0, 0.03);
        }
    }

    [Fact]
    public void Apply_OfOneColour_IsThatColourNormalised()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor image = tensor(new float[] { 1, 0.6f, 0 }).view(3, 1, 1).expand(3, 40, 31);
        Tensor pixels = ClipPreprocessing.Open(_model, Encoder).Apply(image);
        Assert.Equal([1, 3, 28, 28], pixels.shape);
        float[] expected = [(1 - 0.48145466f) / 0.26862954f, (0.6f - 0.4578275f) / 0.26130258f, (0 - 0.40821073f) / 0.27577711f];
        Golden.AssertNear(tensor(expected).view(1, 3, 1, 1).expand(1, 3, 28, 28), pixels, 1e-5, "one colour");
    }

    [Fact]
    public void Open_OfAPreprocessorsConfig_ReadsIt()
    {
        ClipPreprocessing read = Open(
            """{"size": {"shortest_edge": 32}, "crop_size": {"height": 28, "width": 28}, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.2, 0.3, 0.4]}""");
        Assert.Equal((32, 28), (read.ShortSide, read.Crop));
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.2f, 0.3f, 0.4f], [.. read.Mean, .. read.Deviation]);
        Assert.Equal((28, 28), (Open("""{"size": 28, "crop_size": 28}""").ShortSide, Open("{}").Crop));
    }

    [Theory]
    [InlineData("""{"crop_size": 14}""", "crop_size is 14; allowed: the image encoder's image_size 28")]
    [InlineData("""{"size": 20}""", "size is 20; allowed: crop_size 28 or more")]
    [InlineData("""{"size": {"width": 28}}""", "size: shortest_edge is missing")]
    [InlineData("""{"image_mean": [1, 2]}""", "image_mean is [1, 2]; allowed: three numbers")]
    [InlineData("""{"image_std": [1, 0, 1]}""", "image_std is [1, 0, 1]; allowed: three numbers above 0")]
    public void Open_OfABadConfig_NamesTheField(string json, string fault)
    {
        RenderFarmException refused = Assert.Throws<RenderFarmException>(() => Open(json));
        Assert.Equal(ErrorCodes.InvalidModel, refused.Code);
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
    }

    private ClipPreprocessing Open(string json)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_model, "image_processor")).FullName;
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), json);
        return ClipPreprocessing.Open(_model, Encoder);
    }

    /// <summary>The pictures of <c>reference/README.md</c>, [3, H, W] in [0, 1].</summary>
    private static Tensor Picture(int height, int width)
    {
        float[] pixels = new float[3 * height * width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = (y * width) + x;
                pixels[at] = ((7 * x) + (3 * y)) % 256 / 255f;
                pixels[(height * width) + at] = ((x * x) + (11 * y)) % 256 / 255f;
                pixels[(2 * height * width) + at] = ((x / 9) + (y / 5)) % 2 == 0 ? 230 / 255f : 20 / 255f;
            }
        }

        return tensor(pixels).view(3, height, width);
    }
}
