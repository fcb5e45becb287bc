using System.Text.Json;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using RenderFarm.Media;
using RenderFarm.Media.Films;
using RenderFarm.Media.Quality;
using RenderFarm.Plans;
using RenderFarm.Rendering.Checkpoints;
using RenderFarm.Rendering.Devices;
using RenderFarm.Stitching;
using RenderFarm.Storage;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Stitching;

/// <summary>
/// Makes the film of finished windows: their latents become one timeline, decoded as one stream a few latent frames at a time, and
/// the frames go straight to the encoder. It holds one window, whatever the film's length. From the beginning at each run.
/// </summary>
internal sealed class FilmStitcher(DeviceExecutor executor, IArtifactStore store, StitchingOptions options)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes <c>film.mp4</c> and <c>quality.json</c>; gives the hash of the timeline's latents.</summary>
    /// <param name="assignment">Of a job whose windows are all finished.</param>
    /// <param name="decoded">Told how many latent frames are decoded.</param>
    /// <param name="cancellationToken">Stops between two visits to the device.</param>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.CorruptArtifact"/> when a window's latents are damaged, missing or do not meet its neighbour's.</exception>
    public async Task<string> RunAsync(StitchAssignment assignment, Action<int> decoded, CancellationToken cancellationToken)
    {
        RenderPlan plan = assignment.Plan;
        Directory.CreateDirectory(options.WorkingFolder);
        string film = Path.Combine(options.WorkingFolder, $"{assignment.JobId}.mp4");
        using var hash = new LatentsHash();
        int stride = 0;
        ILatentDecoder decoder = await OnDeviceAsync(models =>
        {
            IVideoModel model = models.Get(plan.Model);
            stride = model.Descriptor.TemporalStride;
            return model.CreateDecoder();
        });
        try
        {
            var meter = new QualityMeter(plan.Size, WindowBorders.Frames(plan, stride), WindowBorders.Period(plan, stride));
            await using (IFilmWriter writer = FilmWriter.Create(film, plan.Size, plan.Fps, assignment.Title.Length == 0 ? null : assignment.Title))
            {
                int done = 0;
                int frames = 0;
                byte[]? tail = null;
                foreach (PlannedWindow window in plan.FilmWindows)
                {
                    using SegmentCheckpoint segment = await LoadAsync(assignment, window, cancellationToken);
                    RequireAgreement(window, segment.Latents, tail);
                    for (int start = window.OverlapBefore; start < window.Length; start += options.LatentFrames)
                    {
                        int count = Math.Min(options.LatentFrames, window.Length - start);
                        byte[] rgb = await OnDeviceAsync(models =>
                        {
                            Tensor part = segment.Latents.narrow(1, start, count).contiguous();
                            hash.Append(part);
                            return decoder.Decode(part.to(models.Get(plan.Model).Device)).bytes.ToArray();
                        });
                        frames += await WriteAsync(writer, meter, rgb, plan, frames, cancellationToken);
                        done += count;
                        decoded(done);
                    }

                    tail = Edge(segment.Latents, window.Length - window.OverlapAfter, window.OverlapAfter);
                }

                await writer.CompleteAsync(cancellationToken);
            }

            await store.PutFileAsync($"jobs/{assignment.JobId}/film.mp4", film, cancellationToken);
            byte[] report = JsonSerializer.SerializeToUtf8Bytes(meter.Finish(), Json);
            await store.WriteAsync($"jobs/{assignment.JobId}/quality.json", report, cancellationToken);
            return hash.Finish();
        }
        finally
        {
            decoder.Dispose();
        }

        Task<T> OnDeviceAsync<T>(Func<IModelSet, T> work) => executor.RunAsync(
            new StepOrder(assignment.Priority, plan.Steps, assignment.SubmittedAt, 0), work, cancellationToken);
    }

    private async Task<SegmentCheckpoint> LoadAsync(StitchAssignment assignment, PlannedWindow window, CancellationToken cancellationToken)
    {
        string path = new SegmentArtifacts(assignment.JobId, window.Index).Latents;
        byte[] content = await store.ReadAsync(path, cancellationToken)
            ?? throw new RenderFarmException(ErrorCodes.CorruptArtifact, $"{path} is missing");
        return SegmentCheckpoint.FromBytes(Seal.Open(content, path), PlanFingerprint.Of(assignment.Plan));
    }

    /// <summary>What two windows share must be the same bits, else there would be a seam that nobody sees in a hash.</summary>
    private static void RequireAgreement(PlannedWindow window, Tensor latents, byte[]? tail)
    {
        if (tail is not null && !tail.AsSpan().SequenceEqual(Edge(latents, 0, window.OverlapBefore)))
        {
            throw new RenderFarmException(
                ErrorCodes.CorruptArtifact, $"windows {window.Index - 1} and {window.Index} differ on the latent frames that they share");
        }
    }

    private static byte[] Edge(Tensor latents, int start, int length)
    {
        using Tensor edge = latents.narrow(1, start, length);
        return TensorBytes.FromTensor(edge);
    }

    /// <summary>Writes the frames that the film still needs; the last latent frame may give more.</summary>
    private static async Task<int> WriteAsync(
        IFilmWriter writer, QualityMeter meter, byte[] rgb, RenderPlan plan, int before, CancellationToken cancellationToken)
    {
        int frameBytes = plan.Size.Width * plan.Size.Height * 3;
        if (rgb.Length == 0 || rgb.Length % frameBytes != 0)
        {
            throw new RenderFarmException(ErrorCodes.InvalidModel, $"model {plan.Model} decoded frames that are not {plan.Size}");
        }

        int count = Math.Min(rgb.Length / frameBytes, plan.Frames - before);
        for (int i = 0; i < count; i++)
        {
            meter.Add(rgb.AsSpan(i * frameBytes, frameBytes));
        }

        if (count > 0)
        {
            await writer.WriteAsync(rgb.AsMemory(0, count * frameBytes), cancellationToken);
        }

        return Math.Max(count, 0);
    }
}
