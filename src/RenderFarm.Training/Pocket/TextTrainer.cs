using RenderFarm.Diffusion.Models.Pocket;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Training.Captions;
using RenderFarm.Training.World;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>Trains the text encoder to say which value a caption gives each attribute.</summary>
internal sealed class TextTrainer(PocketTextEncoder encoder, PocketTokenizer tokenizer, TrainingOptions options, TrainingCurves curves, Action<string> log)
{
    private const int Batch = 64;
    private const double PeakLearningRate = 2e-3;

    /// <summary>The words of captions, for the tokenizer.</summary>
    public static IReadOnlyList<string> Words()
    {
        Random random = new(7);
        HashSet<string> words = new(StringComparer.Ordinal);
        for (int i = 0; i < 20_000; i++)
        {
            words.UnionWith(CaptionWriter.Write(RandomCaption.Draw(random), random).Text
                .ToLowerInvariant().Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries));
        }

        return [.. words];
    }

    public void Run(TrainingState state)
    {
        using optim.Optimizer optimizer = optim.AdamW(encoder.parameters(), PeakLearningRate, beta2: 0.98, weight_decay: 1e-2);
        TrainingClock clock = new(options.TextMinutes, state.Seconds);
        double right = 0;
        while (clock.Progress < 1)
        {
            using IDisposable pause = CollectionPause.Begin();
            using IDisposable scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = clock.LearningRate(PeakLearningRate, state.Step, warmUp: 100);
            }

            Random random = SeededRandom.For(options.Seed, "text", state.Step);
            long[] tokens = new long[Batch * PocketTokenizer.Length], choices = new long[Batch * PocketVocabulary.Attributes.Count];
            for (int i = 0; i < Batch; i++)
            {
                (string text, PocketCaption said) = CaptionWriter.Write(RandomCaption.Draw(random), random);
                tokenizer.Encode(text).CopyTo(tokens, i * PocketTokenizer.Length);
                PocketReading.ChoicesOf(said).CopyTo(choices, i * PocketVocabulary.Attributes.Count);
            }

            Tensor scores = encoder.Score(tensor(tokens, [Batch, PocketTokenizer.Length]));
            Tensor truth = tensor(choices, [Batch, PocketVocabulary.Attributes.Count]);
            Tensor loss = zeros(1), correct = ones([Batch], ScalarType.Bool);
            for (int i = 0; i < PocketVocabulary.Attributes.Count; i++)
            {
                Tensor own = scores.narrow(1, PocketReading.Offsets[i], PocketReading.Choices(PocketVocabulary.Attributes[i]));
                loss += nn.functional.cross_entropy(own, truth.select(1, i));
                correct = correct.logical_and(own.argmax(1).eq(truth.select(1, i)));
            }

            optimizer.zero_grad();
            loss.backward();
            GradientStep.Apply(encoder.parameters(), optimizer);
            double share = correct.to_type(ScalarType.Float32).mean().item<float>();
            right = (0.98 * right) + (0.02 * share);
            state.Step++;
            state.Seconds = clock.Seconds;
            if (state.Step % 100 == 0)
            {
                curves.Add("text", state.Step, state.Seconds, loss.item<float>());
                log($"text step {state.Step} loss {loss.item<float>():f3} captions read whole {right:p1} {clock.Progress:p0}");
            }
        }
    }
}
