using System.Text;

namespace RenderFarm.Training;

/// <summary>Chance that is the same in every process, and another for every purpose: what is measured is drawn apart from what is learned.</summary>
internal static class SeededRandom
{
    /// <summary>Chance for one thing.</summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="purpose">What it is for, such as "bank".</param>
    /// <param name="indices">Which of them.</param>
    public static Random For(int seed, string purpose, params ReadOnlySpan<int> indices)
    {
        // FNV-1a, then the finaliser of SplitMix64. HashCode would not do: it differs from process to process.
        ulong state = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(purpose))
        {
            state = (state ^ value) * 1099511628211;
        }

        foreach (int index in (ReadOnlySpan<int>)[seed, .. indices])
        {
            state = (state ^ (uint)index) * 1099511628211;
            state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
            state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
        }

        return new Random((int)((state ^ (state >> 31)) & int.MaxValue));
    }
}
