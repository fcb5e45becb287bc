using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Models.Registry;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Plans;
using RenderFarm.Segments;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Plans;

/// <summary>How fast this machine's device is with a model: measured by the jobs that it did, guessed before the first.</summary>
/// <param name="FlopsPerSecond">Floating-point operations a second of denoising steps.</param>
/// <param name="IsMeasured">Whether a job measured it.</param>
internal sealed record DeviceRate(double FlopsPerSecond, bool IsMeasured)
{
    /// <summary>A guess for one core with 256-bit vectors or wider.</summary>
    private const double GuessPerCore = 80e9;

    public static async Task<DeviceRate> ReadAsync(IArtifactStore? store, string model, CancellationToken cancellationToken)
    {
        byte[]? content = store is null ? null : await store.ReadAsync(PathOf(model), cancellationToken);
        return content is not null
            && double.TryParse(Encoding.UTF8.GetString(content), NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate > 0
            ? new DeviceRate(rate, IsMeasured: true)
            : new DeviceRate(GuessPerCore * Environment.ProcessorCount, IsMeasured: false);
    }

    /// <summary>Keeps what a job's windows measured; a rate that cannot be kept is not worth an error.</summary>
    public static async Task LearnAsync(IArtifactStore store, JobProgress job, ModelCatalogue models, CancellationToken cancellationToken)
    {
        SegmentProgress[] measured = [.. job.Segments.Where(segment => segment.SecondsPerStep > 0)];
        if (measured.Length == 0 || job.Plan is not { } plan)
        {
            return;
        }

        try
        {
            ModelDescriptor model = models.Find(plan.Model);
            double flops = measured.Sum(segment => StepFlops(plan.Windows[segment.Index], plan, model));
            double rate = flops / measured.Sum(segment => segment.SecondsPerStep);
            await store.WriteAsync(PathOf(model.Name), Encoding.UTF8.GetBytes(rate.ToString("R", CultureInfo.InvariantCulture)), cancellationToken);
        }
        catch (RenderFarmException)
        {
            // The film is delivered; the next job measures again.
        }
    }

    /// <summary>Time of all denoising steps on one device; null where the model does not say what a step costs.</summary>
    public TimeSpan? Estimate(RenderPlan plan, ModelDescriptor model) => model.StepFlops > 0
        ? TimeSpan.FromSeconds(plan.Steps * plan.Windows.Sum(window => StepFlops(window, plan, model)) / FlopsPerSecond)
        : null;

    private static double StepFlops(PlannedWindow window, RenderPlan plan, ModelDescriptor model)
    {
        double cells = (double)window.Length * plan.Size.Width * plan.Size.Height;
        return model.StepFlops * cells / ((double)model.WindowLength * model.Sizes[0].Width * model.Sizes[0].Height);
    }

    /// <summary>A model that is named by its folder's path goes by the hash of that.</summary>
    private static string PathOf(string model) =>
        $"rates/{(ModelName.IsValid(model) ? model : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(model)))[..16])}";
}
