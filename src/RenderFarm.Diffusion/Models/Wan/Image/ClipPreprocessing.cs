using RenderFarm.Errors;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Image;

/// <summary>How a picture becomes what a CLIP image encoder reads.</summary>
/// <param name="ShortSide">Pixels of the shorter side after resizing.</param>
/// <param name="Crop">Pixels of the square that is cut from the middle.</param>
/// <param name="Mean">Taken from red, green and blue.</param>
/// <param name="Deviation">Then divides them.</param>
public sealed record ClipPreprocessing(int ShortSide, int Crop, IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation)
{
    /// <summary>CLIP's own numbers (arXiv 2103.00020) for a square of that size.</summary>
    public static ClipPreprocessing Of(int size) =>
        new(size, size, [0.48145466f, 0.4578275f, 0.40821073f], [0.26862954f, 0.26130258f, 0.27577711f]);

    /// <summary>Reads a model folder's <c>image_processor/preprocessor_config.json</c>; without one CLIP's own numbers hold.</summary>
    /// <param name="model">A folder in the Diffusers layout.</param>
    /// <param name="encoder">The image encoder's sizes.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/>, naming the file, the field and what is allowed.</exception>
    public static ClipPreprocessing Open(string model, ClipVisionConfig encoder)
    {
        string path = Path.Combine(model, "image_processor", "preprocessor_config.json");
        ClipPreprocessing own = Of(encoder.ImageSize);
        if (!File.Exists(path))
        {
            return own;
        }

        ConfigFields config = ConfigFields.Read(path);
        ClipPreprocessing read = new(
            Size(config, "size", "shortest_edge", own.ShortSide),
            Size(config, "crop_size", "height", own.Crop),
            Colours(config, "image_mean", own.Mean),
            Colours(config, "image_std", own.Deviation));
        config.Check("crop_size", read.Crop == encoder.ImageSize, $"the image encoder's image_size {encoder.ImageSize}");
        config.Check("size", read.ShortSide >= read.Crop, $"crop_size {read.Crop} or more");
        config.Check("image_std", read.Deviation.All(value => value > 0), "three numbers above 0");
        return read;
    }

    /// <summary>A picture, resized (bicubic, antialiased), cropped and normalised: float32 [1, 3, crop, crop], owned by the caller.</summary>
    /// <param name="image">float [3, H, W] in [0, 1].</param>
    public Tensor Apply(Tensor image)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        if (image.dim() != 3 || image.shape[0] != 3)
        {
            throw new ArgumentException($"an image is [3, H, W], not [{string.Join(", ", image.shape)}]", nameof(image));
        }

        long height = image.shape[1], width = image.shape[2], shorter = Math.Min(height, width);
        long newHeight = ShortSide * height / shorter, newWidth = ShortSide * width / shorter;
        // Pillow, which the encoder was trained behind, resizes pictures of bytes: rows first, then columns, rounded and clipped in between.
        Tensor resized = Resize(Resize(Bytes(image.to_type(ScalarType.Float32).unsqueeze(0)), height, newWidth), newHeight, newWidth);
        Tensor cropped = resized.narrow(2, (newHeight - Crop) / 2, Crop).narrow(3, (newWidth - Crop) / 2, Crop);
        Tensor mean = tensor(Mean.ToArray()).view(1, 3, 1, 1).to(image.device), deviation = tensor(Deviation.ToArray()).view(1, 3, 1, 1).to(image.device);
        return ((cropped - mean) / deviation).contiguous().MoveToOuterDisposeScope();
    }

    private static Tensor Resize(Tensor image, long height, long width) => Bytes(nn.functional.interpolate(
        image, [height, width], mode: InterpolationMode.Bicubic, align_corners: false, antialias: true));

    private static Tensor Bytes(Tensor image) => (image * 255 + 0.5).floor().clamp(0, 255) / 255;

    /// <summary>A number of pixels, written as one or as an object of sides.</summary>
    private static int Size(ConfigFields config, string key, string side, int missing) =>
        config.Within(key) is { } sides ? sides.Count(side) : config.Count(key, missing);

    private static IReadOnlyList<float> Colours(ConfigFields config, string key, IReadOnlyList<float> missing)
    {
        if (!config.Has(key))
        {
            return missing;
        }

        IReadOnlyList<float> colours = config.Numbers(key);
        config.Check(key, colours.Count == 3, "three numbers");
        return colours;
    }
}
