using RenderFarm.Diffusion.Models.Wan.Image;
using RenderFarm.Diffusion.Models.Wan.Text;
using RenderFarm.Diffusion.Models.Wan.Transformer;
using RenderFarm.Diffusion.Models.Wan.Vae;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Weights;
using RenderFarm.Errors;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan;

/// <summary>
/// Wan 2.1 and 2.2 from a folder in Diffusers' layout. Its networks are loaded when first needed and take turns on the device where they
/// do not all fit.
/// </summary>
public sealed class WanModel : IVideoModel
{
    /// <summary>Captions whose text stays encoded.</summary>
    private const int KeptCaptions = 64;

    private readonly WanLayout _layout;
    private readonly DeviceLimits _limits;
    private readonly Residents _residents;
    private readonly Resident<Umt5Encoder> _text;
    private readonly Resident<ClipVisionEncoder>? _image;
    private readonly Resident<WanVae> _vae;
    private readonly Resident<WanTransformer> _transformer;
    private readonly Resident<WanTransformer>? _lowNoise;
    private readonly IWanTokenizer _tokenizer;

    /// <summary>Encoded captions, float32 [512, text width]; the most recently used last.</summary>
    private readonly List<(string Caption, Tensor Rows)> _captions = [];

    /// <summary>A clip of nothing, encoded: what the model takes for frames that it shall make.</summary>
    private readonly Dictionary<(long Frames, long Height, long Width), Tensor> _nothing = [];

    /// <param name="descriptor">Of the model.</param>
    /// <param name="folder">Where its networks are.</param>
    /// <param name="device">Where it shall run.</param>
    /// <param name="limits">What it may use of the device.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when the folder does not hold.</exception>
    public WanModel(ModelDescriptor descriptor, string folder, Device device, DeviceLimits limits)
        : this(descriptor, WanLayout.Read(folder), device, limits)
    {
    }

    internal WanModel(ModelDescriptor descriptor, WanLayout layout, Device device, DeviceLimits limits)
    {
        Descriptor = descriptor;
        Device = device;
        _limits = limits;
        _layout = layout;
        _residents = new Residents(limits.Memory);
        _tokenizer = _layout.OpenTokenizer();
        _text = Network(_layout.OpenText, weights => new Umt5Encoder(_layout.Text, weights));
        _image = _layout.Image is { } image ? Network(_layout.OpenImage, weights => new ClipVisionEncoder(image, weights, ClipPreprocessing.Open(layout.Folder, image))) : null;
        _vae = Network(_layout.OpenVae, weights => new WanVae(_layout.Vae, weights, WanVaeTiling.Automatic));
        _transformer = Network(_layout.OpenTransformer, weights => new WanTransformer(_layout.Transformer, weights));
        _lowNoise = _layout.LowNoiseTransformer is { } low
            ? Network(_layout.OpenLowNoiseTransformer, weights => new WanTransformer(low, weights))
            : null;
    }

    public ModelDescriptor Descriptor { get; }

    public Device Device { get; }

    /// <summary>A model that takes a clip has learned of given frames by it, and of none among the latents.</summary>
    public bool SeesCleanFrames => !_layout.TakesClip;

    /// <summary>Bytes of a number in the compute precision.</summary>
    private int ElementSize => SafetensorsTypes.Of(_limits.Compute).Size;

    public Conditioning Condition(WindowConditions conditions)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor rows = stack([Encode(conditions.NegativeCaption), Encode(conditions.Caption)]);
        return Condition(rows, conditions, _image is null ? null : _residents.Get(_image).Encode((Picture(conditions) / 2) + 0.5));
    }

    public Tensor EncodeFrames(Tensor frames)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        return _residents.Get(_vae).Encode(frames.unsqueeze(0)).squeeze(0).MoveToOuterDisposeScope();
    }

    public Tensor Predict(Tensor latents, Tensor timesteps, Conditioning conditioning, double guidance, int spacing)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        var conditions = (WanConditioning)conditioning;
        double scale = IsLowNoise(timesteps) ? conditions.LowNoiseGuidance ?? guidance : guidance;
        (Tensor? without, Tensor with) = PredictBoth(latents, timesteps, conditions, isGuided: scale != 1, spacing);
        return (without is null ? with : without + ((with - without) * scale)).MoveToOuterDisposeScope();
    }

    public ILatentDecoder CreateDecoder() => new WanStreamDecoder(() => _residents.Get(_vae));

    public void Dispose()
    {
        _residents.Dispose();
        _captions.ForEach(entry => entry.Rows.Dispose());
        foreach (Tensor clip in _nothing.Values)
        {
            clip.Dispose();
        }
    }

    /// <summary>The conditions of text that is encoded already.</summary>
    /// <param name="rows">The negative caption's and the caption's, [2, 512, text width].</param>
    /// <param name="conditions">The others.</param>
    /// <param name="image">Tokens of the start image; null where the model attends to none.</param>
    internal WanConditioning Condition(Tensor rows, WindowConditions conditions, Tensor? image) => new(rows, conditions)
    {
        Image = image?.DetachFromDisposeScope(),
        Clip = _layout.TakesClip ? Clip(conditions).DetachFromDisposeScope() : null,
    };

    /// <summary>The velocities without and with the caption, the former null where nothing is guided; the caller's scope's.</summary>
    internal (Tensor? Without, Tensor With) PredictBoth(Tensor latents, Tensor timesteps, WanConditioning conditions, bool isGuided, int spacing)
    {
        float[] moments = timesteps.data<float>().ToArray();
        float timestep = moments.Max();
        bool isLowNoise = IsLowNoise(timesteps);
        Resident<WanTransformer> network = isLowNoise ? _lowNoise! : _transformer;
        WanTransformer transformer = _residents.Get(network);
        WanExpert expert = isLowNoise ? conditions.LowNoiseExpert : conditions.Expert;
        bool together = isGuided && FitsTwice(network, latents);
        IReadOnlyList<WanContext> contexts = expert.Contexts(transformer, conditions, together);
        expert.Cache?.Begin(transformer, timestep, timestep == conditions.LastTimestep);
        Tensor input = (conditions.Clip is null ? latents : cat([latents, conditions.Clip], 0)).unsqueeze(0);
        bool isOne = moments.All(moment => moment == timestep);
        timesteps = (isOne ? timesteps.narrow(0, 0, 1) : timesteps.unsqueeze(0)).to(Device);
        if (together)
        {
            Tensor both = Forward(input.expand(2, -1, -1, -1, -1), isOne ? timesteps.expand(2) : timesteps.expand(2, -1), contexts[0], row: 0);
            return (both[0], both[1]);
        }

        Tensor? without = isGuided ? Forward(input, timesteps, contexts[0], row: 0)[0] : null;
        return (without, Forward(input, timesteps, contexts[1], row: 1)[0]);

        Tensor Forward(Tensor batch, Tensor moments, WanContext context, int row) =>
            transformer.Forward(batch, moments, context, spacing, expert.Cache, row);
    }

    private bool IsLowNoise(Tensor timesteps) => _lowNoise is not null && timesteps.data<float>().Max() < _layout.Boundary * 1000;

    private Resident<T> Network<T>(Func<WeightFiles> open, Func<WeightSet, T> build)
        where T : class, IDisposable
    {
        using WeightFiles files = open();
        return new Resident<T>(files.Elements * ElementSize, () =>
        {
            using WeightFiles weights = open();
            return build(new WeightSet(weights, Device, _limits.Compute));
        });
    }

    /// <summary>A caption's rows, [512, text width], borrowed.</summary>
    private Tensor Encode(string caption)
    {
        int known = _captions.FindIndex(entry => entry.Caption == caption);
        (string Caption, Tensor Rows) found = known >= 0 ? _captions[known] : (caption, Compute());
        if (known >= 0)
        {
            _captions.RemoveAt(known);
        }
        else if (_captions.Count == KeptCaptions)
        {
            _captions[0].Rows.Dispose();
            _captions.RemoveAt(0);
        }

        _captions.Add(found);
        return found.Rows;

        Tensor Compute()
        {
            using IDisposable scope = NewDisposeScope();
            WanTokens tokens = _tokenizer.Encode(PromptCleaning.Clean(caption));
            return _residents.Get(_text).Encode(tokens).squeeze(0).DetachFromDisposeScope();
        }
    }

    /// <summary>
    /// The four mask channels, 1 where a frame is given, over the clip: what is given, and nothing in between, [C', T, h, w]
    /// (arXiv 2503.20314).
    /// </summary>
    private Tensor Clip(WindowConditions conditions)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor picture = Picture(conditions);
        long frames = ((conditions.Length - 1) * _layout.Vae.TemporalStride) + 1;
        Tensor clip = conditions.BeginsWithImage
            ? EncodeFrames(cat([picture.unsqueeze(1), zeros([3, frames - 1, picture.shape[1], picture.shape[2]], device: Device)], 1))
            : Nothing(frames, picture.shape[1], picture.shape[2]).clone();
        Tensor mask = zeros([_layout.Vae.TemporalStride, clip.shape[1], clip.shape[2], clip.shape[3]], device: Device);
        for (int i = 0; i < conditions.CleanPositions.Count; i++)
        {
            int position = conditions.CleanPositions[i];
            mask.narrow(1, position, 1).fill_(1);
            if (position > 0 || !conditions.BeginsWithImage)
            {
                clip.narrow(1, position, 1).copy_(conditions.Clean!.narrow(1, i, 1));
            }
        }

        return cat([mask, clip], 0).MoveToOuterDisposeScope();
    }

    private Tensor Nothing(long frames, long height, long width)
    {
        if (!_nothing.TryGetValue((frames, height, width), out Tensor? clip))
        {
            clip = EncodeFrames(zeros([3, frames, height, width], device: Device)).DetachFromDisposeScope();
            _nothing.Add((frames, height, width), clip);
        }

        return clip;
    }

    private Tensor Picture(WindowConditions conditions) => conditions.StartImage
        ?? throw new RenderFarmException(ErrorCodes.InvalidSpec, $"start image none is not allowed: {Descriptor.Name} makes films of a picture only");

    /// <summary>
    /// Whether what two passes need at once fits the device beside the transformer: per token the residual stream and its norms in 32
    /// bits, and queries, keys, values and the wide layer in the compute precision. Other networks make room for it. It depends on
    /// nothing but sizes, since it decides last bits.
    /// </summary>
    private bool FitsTwice(Resident<WanTransformer> network, Tensor latents)
    {
        WanTransformerConfig config = _layout.Transformer;
        long tokens = latents.numel() / latents.shape[0] / config.PatchVolume;
        long perToken = (4L * sizeof(float) * config.Width) + (((4L * config.Width) + config.FeedForwardWidth) * ElementSize);
        bool fits = network.Bytes <= _limits.Memory - (2 * tokens * perToken);
        _residents.MakeRoom((fits ? 2 : 1) * tokens * perToken);
        return fits;
    }
}
