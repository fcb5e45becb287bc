namespace RenderFarm.Diffusion.Noise;

/// <summary>
/// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a random function of
/// (key, counter) without state, so that whoever asks for a number gets the same one.
/// </summary>
public static class CounterRandom
{
    /// <summary>The four random words at a counter.</summary>
    public static (uint A, uint B, uint C, uint D) Words(long seed, uint c0, uint c1, uint c2, uint c3)
    {
        uint k0 = (uint)seed;
        uint k1 = (uint)((ulong)seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0;
            ulong p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>A number in [0, 1) for one border between windows in one step.</summary>
    public static double Uniform(long seed, int step, int border)
    {
        // The last word keeps these counters apart from the noise field's, which has 0 there.
        return Uniform(seed, (uint)step, (uint)border, 1);
    }

    /// <summary>A number in [0, 1) for one exchange in the shuffle of one stride.</summary>
    public static double UniformOfShuffle(long seed, int stride, int exchange) => Uniform(seed, (uint)stride, (uint)exchange, 2);

    private static double Uniform(long seed, uint c0, uint c1, uint purpose)
    {
        (uint a, uint b, _, _) = Words(seed, c0, c1, 0, purpose);
        return (((ulong)a << 21) ^ (b >> 11)) * (1.0 / (1UL << 53));
    }
}
