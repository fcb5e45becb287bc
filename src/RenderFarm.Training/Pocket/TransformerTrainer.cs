using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>
/// Trains the transformer by flow matching (arXiv 2210.02747) with a timestep for each latent frame: in six of ten windows some
/// frames are clean, at timestep 0 and out of the loss.
/// </summary>
internal sealed class TransformerTrainer(
    PocketTransformer transformer, PocketTransformer average, IReadOnlyList<LatentBank> banks, LatentBank keyframes, TrainingOptions options,
    TrainingCurves curves, SampleSheets sheets, Action<string> log)
{
    /// <summary>Latent frames between the keyframes that a film is anchored at.</summary>
    public const int KeyframeSpacing = PocketTrainer.WindowLength - PocketTrainer.Overlap;

    private const double KeyframeShare = 0.15;
    private const double CaptionDropOut = 0.1;
    private const double AttributeDropOut = 0.06;

    /// <summary>
    /// What a subject's cells weigh more than others, growing as the noise goes below a level: most of a picture is scenery, and what
    /// people look at is not. Above the level it is open where the subject is, and there weights would draw it everywhere.
    /// </summary>
    private const double SubjectWeight = 6;
    private const double SubjectSeenBelow = 0.85;
    private const int StepsPerFollow = 4;

    /// <summary>Pixels of a wide frame: other sizes get batches of about as many.</summary>
    private static readonly int WidePixels = PocketSizes.All[0].Width * PocketSizes.All[0].Height;

    /// <summary>Trains on windows of a length: 1 for stills.</summary>
    public void Run(string stage, TrainingState state, TrainingState averageState, int length, int batch, double minutes, double peak)
    {
        Parameter[] all = [.. transformer.parameters()], matrices = [.. transformer.Matrices()];
        HashSet<Parameter> taken = [.. matrices];
        using Muon muon = new(matrices);
        using optim.Optimizer optimizer = optim.AdamW(all.Where(parameter => !taken.Contains(parameter)), peak, beta2: 0.98, weight_decay: 1e-2);
        Random random = SeededRandom.For(options.Seed, "transformer", length, state.Step);
        TrainingClock clock = new(minutes, state.Seconds);
        double shown = 0;
        while (clock.Progress < 1)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            double rate = clock.LearningRate(peak, state.Step, warmUp: 100);
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = rate;
            }

            bool sparse = length > 1 && random.NextDouble() < KeyframeShare;
            (Tensor clean, Tensor readings, Tensor subjects) = sparse ? Draw(random, keyframes, length, batch) : Draw(random, length, batch);
            long drawn = clean.shape[0];
            Tensor sigmas = DrawSigmas(random, length, (int)drawn);
            Tensor frameWeights = sigmas.gt(0).to_type(ScalarType.Float32).view(drawn, length, 1, 1);
            Tensor weights = frameWeights * (1 + (subjects * (SubjectWeight * nn.functional.relu(1 - (sigmas / SubjectSeenBelow))).view(drawn, length, 1, 1)));
            Tensor noise = randn_like(clean);
            Tensor sigma = sigmas.view(drawn, 1, length, 1, 1);
            Tensor noisy = ((1 - sigma) * clean) + (sigma * noise);
            Tensor predicted = transformer.Forward(noisy, sigmas * 1000, readings, sparse ? KeyframeSpacing : 1);
            Tensor loss = ((predicted - (noise - clean)).square().mean([1]) * weights).sum() / (frameWeights.sum() * clean.shape[3] * clean.shape[4]);
            optimizer.zero_grad();
            foreach (Parameter matrix in matrices)
            {
                matrix.grad?.zero_();
            }

            loss.backward();
            if (GradientStep.Clip(all))
            {
                optimizer.step();
                muon.Step(rate);
                double value = loss.item<float>();
                shown = shown == 0 ? value : (0.98 * shown) + (0.02 * value);
            }

            if (state.Step % StepsPerFollow == 0)
            {
                Follow(Math.Min(0.99, (state.Step + 10.0) / (state.Step + 100)));
            }

            state.Step++;
            state.Seconds = clock.Seconds;
            if (state.Step % 25 == 0)
            {
                curves.Add(stage, state.Step, state.Seconds, shown);
                log($"transformer x{length} step {state.Step} loss {shown:f4} {clock.Progress:p1}");
            }

            if (state.Step % 100 == 0)
            {
                state.Save();
                averageState.Save();
            }

            sheets.DrawIfDue(stage, state.Step, length);
        }

        state.Save();
        averageState.Save();
        sheets.DrawIfDue(stage, state.Step, length, isEnd: true);
    }

    private (Tensor Clean, Tensor Readings, Tensor Subjects) Draw(Random random, int length, int batch)
    {
        (int Width, int Height) size = PocketSizes.Draw(random);
        return Draw(random, banks[PocketSizes.All.ToList().IndexOf(size)], length, Math.Max(1, batch * WidePixels / (size.Width * size.Height)));
    }

    /// <summary>Windows [B, 64, T, h, w], their captions' readings, and where their subjects are, 1 or 0, [B, T, h, w].</summary>
    private static (Tensor Clean, Tensor Readings, Tensor Subjects) Draw(Random random, LatentBank bank, int length, int count)
    {
        Tensor[] clips = new Tensor[count];
        long[] choices = new long[count * PocketVocabulary.Attributes.Count];
        Tensor subjects = zeros([count, length, bank.Latents.shape[3], bank.Latents.shape[4]]);
        for (int i = 0; i < count; i++)
        {
            int clip = random.Next(bank.Clips.Count), start = random.Next(LatentBank.ClipLength - length + 1);
            clips[i] = bank.Latents[clip].slice(1, start, start + length, 1);
            long[] said = PocketReading.ChoicesOf(bank.Clips[clip].Of(start, length, random));
            bool nothing = random.NextDouble() < CaptionDropOut;
            for (int j = 0; j < said.Length; j++)
            {
                choices[(i * said.Length) + j] = nothing || random.NextDouble() < AttributeDropOut ? 0 : said[j];
            }

            for (int k = 0; k < length; k++)
            {
                CellBox box = bank.Clips[clip].Boxes[start + k];
                subjects[i, k].slice(0, box.Top, box.Bottom, 1).slice(1, box.Left, box.Right, 1).fill_(1);
            }
        }

        Tensor readings = PocketReading.Sure(tensor(choices, [count, PocketVocabulary.Attributes.Count]));
        return (stack(clips).to_type(ScalarType.Float32), readings, subjects);
    }

    /// <summary>Noise levels [B, T] in (0, 1): logit-normal, moved towards noise by a shift of 3; 0 for clean frames.</summary>
    private static Tensor DrawSigmas(Random random, int length, int batch)
    {
        float[] sigmas = new float[batch * length];
        for (int i = 0; i < batch; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double sigma = 1 / (1 + Math.Exp(-normal));
            sigma = 3 * sigma / (1 + (2 * sigma));
            sigmas.AsSpan(i * length, length).Fill((float)sigma);
            if (length > 1 && random.NextDouble() < 0.6)
            {
                Keep(random, sigmas.AsSpan(i * length, length));
            }
        }

        return tensor(sigmas, [batch, length]);
    }

    /// <summary>Makes some frames clean: the first, the last, both, or every n-th.</summary>
    private static void Keep(Random random, Span<float> sigmas)
    {
        int half = sigmas.Length / 2;
        double kind = random.NextDouble();
        if (kind < 0.5)
        {
            sigmas[..(1 + random.Next(half))].Clear();
        }
        else if (kind < 0.65)
        {
            sigmas[^(1 + random.Next(half))..].Clear();
        }
        else if (kind < 0.85)
        {
            sigmas[..(1 + random.Next(half - 1))].Clear();
            sigmas[^(1 + random.Next(half - 1))..].Clear();
        }
        else
        {
            int spacing = 3 + random.Next(sigmas.Length - 3);
            for (int i = random.Next(spacing); i < sigmas.Length; i += spacing)
            {
                sigmas[i] = 0;
            }
        }
    }

    private void Follow(double decay)
    {
        using IDisposable gradients = no_grad();
        using IDisposable scope = NewDisposeScope();
        foreach ((Parameter slow, Parameter fast) in average.parameters().Zip(transformer.parameters()))
        {
            slow.mul_(decay).add_(fast, 1 - decay);
        }
    }
}
