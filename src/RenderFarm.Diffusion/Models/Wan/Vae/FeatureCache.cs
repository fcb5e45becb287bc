using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Wan.Vae;

/// <summary>What one stream remembers from chunk to chunk: the last input frames of each layer that looks back in time.</summary>
/// <param name="trace">Is shown what each stage made, as [B, C, T, H, W]; borrowed.</param>
internal sealed class FeatureCache(Action<string, Tensor>? trace = null) : IDisposable
{
    private readonly Dictionary<string, Tensor> _past = new(StringComparer.Ordinal);
    private Tensor? _room;

    /// <summary>Chunks that the stream has had.</summary>
    public long Chunks { get; private set; }

    /// <summary>Whether the chunk in hand is the stream's first, which holds one frame and passes the temporal resampling by.</summary>
    public bool First => Chunks == 0;

    /// <summary>The remembered frames [B, n, H, W, C] by layer; they stay this cache's.</summary>
    public IReadOnlyDictionary<string, Tensor> Past => _past;

    /// <summary>
    /// The window that a layer's kernel moves over, [B, frames + T, H, W, C]: the layer's past frames, zeros for what was before all, and room
    /// for the chunk's. The caller's until the next layer's is opened: all share one memory, which lasts as long as the chunk.
    /// </summary>
    public Tensor Open(string layer, Tensor chunk, long frames)
    {
        using IDisposable scope = NewDisposeScope();
        long[] shape = [chunk.shape[0], frames + chunk.shape[1], .. chunk.shape[2..]];
        long elements = shape.Aggregate((product, size) => product * size);
        if (_room is null || _room.shape[0] < elements)
        {
            FreeRoom();
            _room = empty([elements], chunk.dtype, chunk.device).DetachFromDisposeScope();
        }

        Tensor window = _room.narrow(0, 0, elements).view(shape), before = window.narrow(1, 0, frames);
        if (_past.TryGetValue(layer, out Tensor? past))
        {
            before.copy_(past);
        }
        else
        {
            before.zero_();
        }

        return window.MoveToOuterDisposeScope();
    }

    /// <summary>Remembers the last <paramref name="frames"/> of [B, T, H, W, C].</summary>
    public void Remember(string layer, Tensor chunk, long frames)
    {
        using Tensor last = chunk.narrow(1, chunk.shape[1] - frames, frames);
        if (_past.TryGetValue(layer, out Tensor? past))
        {
            // Into the same memory: what lives as long as the stream must not wander among what lives for one layer and break the heap up.
            past.copy_(last);
        }
        else
        {
            _past.Add(layer, last.clone().DetachFromDisposeScope());
        }
    }

    /// <summary>Ends a chunk.</summary>
    public void Advance()
    {
        Chunks++;
        FreeRoom();
    }

    /// <summary>Goes on where another cache was.</summary>
    /// <param name="chunks">Its <see cref="Chunks"/>.</param>
    /// <param name="past">Its <see cref="Past"/>; taken over.</param>
    public void Restore(long chunks, IReadOnlyDictionary<string, Tensor> past)
    {
        Clear();
        Chunks = chunks;
        foreach ((string layer, Tensor frames) in past)
        {
            _past.Add(layer, frames.DetachFromDisposeScope());
        }
    }

    /// <summary>Shows the trace what a stage made of the chunk in hand, [B, T, H, W, C].</summary>
    public void Show(string stage, Tensor features)
    {
        if (trace is not null)
        {
            using Tensor shown = features.permute(0, 4, 1, 2, 3);
            trace($"chunk.{Chunks}.{stage}", shown);
        }
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (Tensor frames in _past.Values)
        {
            frames.Dispose();
        }

        _past.Clear();
        FreeRoom();
    }

    private void FreeRoom()
    {
        _room?.Dispose();
        _room = null;
    }
}
