using System.Diagnostics;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Diffusion.Windows;
using RenderFarm.Jobs;
using RenderFarm.Plans;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Segments;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Segments;

/// <summary>One window's tensors and what is done to them, each method on the device's thread. Between steps they are all it holds.</summary>
internal sealed class WindowDenoiser : IDisposable
{
    private readonly RenderPlan _plan;
    private readonly PlannedWindow _window;
    private readonly ISampler _sampler;
    private readonly Conditioning _conditioning;
    private readonly int[] _known;
    private readonly bool _seesClean;
    private readonly Tensor? _clean;
    private Tensor _latents;
    private Tensor? _prediction;

    /// <param name="model">Of the plan.</param>
    /// <param name="plan">The job's.</param>
    /// <param name="index">The window's.</param>
    /// <param name="checkpoint">Where to go on from, borrowed; null for the beginning.</param>
    /// <param name="clean">The latent frames to keep clean: those of each of the window's <see cref="KnownFrames"/>.</param>
    /// <param name="startImage">The pixels of the plan's start image; null where it has none.</param>
    public WindowDenoiser(
        IVideoModel model, RenderPlan plan, int index, SegmentCheckpoint? checkpoint, IReadOnlyList<byte[]> clean, byte[]? startImage)
    {
        _plan = plan;
        _window = plan.Windows[index];
        _sampler = SamplerFactory.Create(plan);
        Tensor? image = startImage is null ? null : CleanFrames.Image(startImage, plan.Size, model.Device);
        bool beginsWithImage = CleanFrames.BeginsWithImage(plan, _window);
        IReadOnlyList<KnownFrames> known = KnownFrames.Of(plan, _window);
        _known = [.. beginsWithImage ? [0] : (int[])[], .. known.SelectMany(frames => frames.Positions)];
        _seesClean = model.SeesCleanFrames;
        Tensor[] frames =
        [
            .. beginsWithImage ? [model.EncodeFrames(image!.unsqueeze(1))] : (Tensor[])[],
            .. known.Zip(clean, (frames, values) => ToTensor(values, frames.Positions.Count, model.Device)),
        ];
        _clean = frames.Length == 0 ? null : cat(frames, 1).DetachFromDisposeScope();
        _conditioning = model.Condition(new WindowConditions
        {
            Caption = _window.Caption,
            NegativeCaption = plan.NegativeCaption,
            Length = _window.Length,
            StartImage = image,
            Clean = _clean,
            CleanPositions = _known,
            BeginsWithImage = beginsWithImage,
            ResidualCache = plan.ResidualCache,
            LastTimestep = _sampler.Timestep(plan.Steps - 1),
            LowNoiseGuidance = plan.LowNoiseGuidance,
        });
        if (checkpoint is null)
        {
            _latents = NoiseField.Of(plan).Window(_window.Start, _window.Length, _window.Spacing).to(model.Device).DetachFromDisposeScope();
            ImposeClean();
        }
        else
        {
            NextStep = checkpoint.NextStep;
            _latents = checkpoint.Latents.to(model.Device, copy: true).DetachFromDisposeScope();
            _sampler.Restore(NextStep, OnDevice(checkpoint.History));
            _conditioning.Restore(OnDevice(checkpoint.Memory));
        }
    }

    public int NextStep { get; private set; }

    /// <summary>The device's time so far.</summary>
    public TimeSpan Busy { get; private set; }

    /// <summary>Predicts the next step and gives what the neighbours need of it.</summary>
    public StepHalos Predict(IVideoModel model)
    {
        long began = Stopwatch.GetTimestamp();
        Tensor timesteps = CleanFrames.Timesteps(_sampler.Timestep(NextStep), _window.Length, _seesClean ? _known : []);
        _prediction?.Dispose();
        _prediction = model.Predict(_latents, timesteps, _conditioning, _plan.Guidance, _window.Spacing).DetachFromDisposeScope();
        var halos = new StepHalos(NextStep, Offer(HaloSide.Before, _window.OverlapBefore), Offer(HaloSide.After, _window.OverlapAfter));
        Busy += Stopwatch.GetElapsedTime(began);
        return halos;
    }

    /// <summary>Ends the step that was predicted, with the neighbours' halos where there are neighbours to agree with.</summary>
    public void Finish(byte[]? before, byte[]? after)
    {
        long began = Stopwatch.GetTimestamp();
        Tensor prediction = _prediction ?? throw new InvalidOperationException("there is no prediction to finish");
        if (_plan.Strategy != Strategy.Relay)
        {
            Tensor? beforeHalo = before is null ? null : ToTensor(before, _window.OverlapBefore, prediction.device);
            Tensor? afterHalo = after is null ? null : ToTensor(after, _window.OverlapAfter, prediction.device);
            Agreement.Apply(prediction, _plan, _window.Index, NextStep, beforeHalo, afterHalo);
        }

        Tensor next = _sampler.Step(NextStep, prediction, _latents).DetachFromDisposeScope();
        _latents.Dispose();
        _latents = next;
        prediction.Dispose();
        _prediction = null;
        NextStep++;
        ImposeClean();
        Busy += Stopwatch.GetElapsedTime(began);
    }

    /// <summary>The latents, the sampler's history and the model's memory as a checkpoint's bytes.</summary>
    public byte[] Save(string plan) => SegmentCheckpoint.ToBytes(NextStep, _latents, _sampler.Save(), _conditioning.Save(), plan);

    /// <summary>Lets a test look at the latents, which stay borrowed.</summary>
    public void Show(Action<int, Tensor> observer) => observer(NextStep - 1, _latents);

    public void Dispose()
    {
        _sampler.Dispose();
        _conditioning.Dispose();
        _clean?.Dispose();
        _latents.Dispose();
        _prediction?.Dispose();
    }

    private void ImposeClean()
    {
        if (_clean is not null && (_seesClean || NextStep == _plan.Steps))
        {
            CleanFrames.Impose(_latents, _clean, _known);
        }
    }

    private byte[]? Offer(HaloSide side, int overlap) => overlap == 0 || _plan.Strategy == Strategy.Relay
        ? null
        : TensorBytes.FromTensor(Agreement.Offer(_prediction!, _window, side));

    private IReadOnlyDictionary<string, Tensor> OnDevice(IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.ToDictionary(pair => pair.Key, pair => pair.Value.to(_latents.device));

    private Tensor ToTensor(byte[] values, int frames, Device device) =>
        TensorBytes.ToTensor(values, _plan.LatentChannels, frames, _plan.LatentHeight, _plan.LatentWidth).to(device);
}
