namespace RenderFarm.Diffusion.Models.Wan.Text;

/// <summary>T5's buckets of relative positions (arXiv 1910.10683, section 2.1, in its form without a causal mask).</summary>
public static class RelativePositions
{
    /// <summary>
    /// The bucket of a distance. The upper half of the buckets is for keys after the query; in each half the first half has a bucket for
    /// each distance, and the others widen logarithmically up to <paramref name="maxDistance"/>.
    /// </summary>
    /// <param name="offset">Key position minus query position.</param>
    /// <param name="buckets">How many there are, a multiple of 4.</param>
    /// <param name="maxDistance">From here on the last bucket holds all.</param>
    public static int Bucket(int offset, int buckets, int maxDistance)
    {
        int half = buckets / 2, exact = half / 2, distance = Math.Abs(offset);
        int side = offset > 0 ? half : 0;
        if (distance < exact)
        {
            return side + distance;
        }

        // In 32 bits, as the checkpoints were trained: a distance at a bucket's very edge falls where rounding puts it.
        float place = MathF.Log((float)distance / exact) / (float)Math.Log((double)maxDistance / exact) * (half - exact);
        return side + Math.Min(exact + (int)place, half - 1);
    }

    /// <summary>The buckets of all pairs of <paramref name="length"/> positions, query by query.</summary>
    public static long[] Buckets(int length, int buckets, int maxDistance)
    {
        long[] ofOffset = [.. Enumerable.Range(1 - length, (2 * length) - 1).Select(offset => (long)Bucket(offset, buckets, maxDistance))];
        long[] all = new long[length * length];
        for (int query = 0; query < length; query++)
        {
            ofOffset.AsSpan(length - 1 - query, length).CopyTo(all.AsSpan(query * length));
        }

        return all;
    }
}
