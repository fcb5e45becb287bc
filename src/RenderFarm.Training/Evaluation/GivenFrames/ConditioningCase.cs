using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Jobs;
using RenderFarm.Training.Evaluation.Judging;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Evaluation.GivenFrames;

/// <summary>One window with known frames: what is given, what stays clean, and what the given frames should look like. Owns its tensors.</summary>
internal sealed class ConditioningCase : IDisposable
{
    private readonly IVideoModel _model;
    private readonly WindowSampler _sampler;
    private readonly Tensor _clip;
    private readonly int _length;
    private readonly int _stride;
    private readonly IDisposable _scope;

    public ConditioningCase(EvaluationContext context, FrameSize size, int index, KnownFrames known)
    {
        (_model, _sampler) = (context.Model, context.Sampler);
        (_length, _stride) = (context.Descriptor.WindowLength, context.Descriptor.TemporalStride);
        Random random = SeededRandom.For(context.Options.Seed, "conditioning", index);
        Caption = HeldOutCaption.Draw(random, extras: true);
        Scene scene = new(Caption, size.Width, size.Height, random.Next());
        double start = random.NextDouble() * 60;
        Seed = random.NextInt64();
        _scope = NewDisposeScope();
        _clip = RenderedClip.Render(Caption, scene, size.Width, size.Height, start, context.WindowFrames).ToTensor();
        switch (known)
        {
            case KnownFrames.Start:
                Give(Still(0), latentFrame: 0, frame: 0);
                break;
            case KnownFrames.End:
                Give(Still(context.WindowFrames - 1), _length - 1, context.WindowFrames - 1);
                break;
            case KnownFrames.Both:
                Give(Still(0), latentFrame: 0, frame: 0);
                Give(Still(context.WindowFrames - 1), _length - 1, context.WindowFrames - 1);
                break;
            case KnownFrames.Backwards:
                GiveBeginning(context.Descriptor.Overlap);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(known), known, "not a way of conditioning");
        }
    }

    public PocketCaption Caption { get; }

    /// <summary>Of the noise.</summary>
    public long Seed { get; }

    /// <summary>Latent frames [C, h, w] that stay clean, by their place in the window.</summary>
    public Dictionary<int, Tensor> Known { get; } = [];

    /// <summary>The given frames after encoding and decoding alone, uint8 [1, H, W, 3], by their frame in the window.</summary>
    public SortedDictionary<int, Tensor> Given { get; } = [];

    /// <summary>The frames before which given meets sampled: the first frame of the later of both.</summary>
    public IEnumerable<int> Joins => Enumerable.Range(1, _length - 1)
        .Where(place => Known.ContainsKey(place) != Known.ContainsKey(place - 1))
        .Select(place => ((place - 1) * _stride) + 1);

    public void Dispose() => _scope.Dispose();

    private Tensor Still(int frame) => Encoded.Of(_model, _clip.narrow(0, frame, 1).contiguous());

    private void Give(Tensor still, int latentFrame, int frame)
    {
        Known[latentFrame] = still.select(1, 0);
        Given[frame] = _sampler.Decode(still);
    }

    /// <summary>The clip's first frames as the window's last: whole latent frames from the middle of a stream.</summary>
    private void GiveBeginning(int count)
    {
        int frames = count * _stride;
        Tensor begun = cat([_clip.narrow(0, 0, 1), _clip.narrow(0, 0, frames)]);
        Tensor latents = Encoded.Of(_model, begun);
        Tensor decoded = _sampler.Decode(latents);
        for (int i = 0; i < count; i++)
        {
            Known[_length - count + i] = latents.select(1, i + 1);
        }

        int first = ((_length - count - 1) * _stride) + 1;
        for (int i = 0; i < frames; i++)
        {
            Given[first + i] = decoded.narrow(0, i + 1, 1).contiguous();
        }
    }
}
