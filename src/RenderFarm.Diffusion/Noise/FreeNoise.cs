namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// FreeNoise's rescheduling (arXiv 2310.15169): after the first window, each stride of latent frames takes the noise of the stride a
/// window before it, shuffled. Here the shuffle is a function of (seed, stride), so a frame's source is known without the others.
/// </summary>
/// <param name="seed">The job's.</param>
/// <param name="window">Latent frames of a window, at least 1: those of the first keep noise of their own.</param>
/// <param name="stride">Latent frames from one window's beginning to the next's, 1 to <paramref name="window"/>.</param>
public sealed class FreeNoise(long seed, int window, int stride)
{
    /// <summary>The frame, of the first window, whose noise a latent frame takes.</summary>
    public int SourceOf(int latentFrame)
    {
        while (latentFrame >= window)
        {
            int block = (latentFrame - window) / stride, place = (latentFrame - window) % stride;
            latentFrame = (block * stride) + Shuffle(block)[place];
        }

        return latentFrame;
    }

    private int[] Shuffle(int block)
    {
        int[] places = [.. Enumerable.Range(0, stride)];
        for (int i = stride - 1; i > 0; i--)
        {
            int other = (int)(CounterRandom.UniformOfShuffle(seed, block, i) * (i + 1));
            (places[i], places[other]) = (places[other], places[i]);
        }

        return places;
    }
}
