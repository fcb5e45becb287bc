using System.Numerics;
using RenderFarm.Training.World;

namespace RenderFarm.Training.Evaluation.Physics;

/// <summary>Finds a ball's place and turn in frames: those of the world's drawing that correlates best.</summary>
internal sealed class BallFinder
{
    private const int Angles = 36;

    /// <summary>How far from where the judge sees it the ball is looked for, in pixels.</summary>
    private const int Search = 4;

    /// <summary>The part of the ball that is compared: its edge may show what is behind it.</summary>
    private const float Inside = 0.85f;

    private readonly (int X, int Y)[] _pixels;
    private readonly float[][] _drawings;

    /// <param name="colour">The ball's.</param>
    /// <param name="radius">In pixels.</param>
    public BallFinder(string colour, float radius)
    {
        int half = (int)MathF.Ceiling(radius) + 1;
        _pixels = [.. Enumerable.Range(-half, (2 * half) + 1).SelectMany(y => Enumerable.Range(-half, (2 * half) + 1).Select(x => (X: x, Y: y)))
            .Where(at => (at.X * at.X) + (at.Y * at.Y) < Inside * radius * Inside * radius)];
        _drawings = [.. Enumerable.Range(0, Angles).Select(i => Draw(colour, radius, half, i * MathF.Tau / Angles))];
    }

    /// <summary>The ball in a frame, packed 8-bit RGB, near a place in pixels.</summary>
    public BallReading Find(ReadOnlySpan<byte> frame, int width, int height, double nearX, double nearY)
    {
        float[] luma = new float[_pixels.Length];
        double best = double.NegativeInfinity;
        (int X, int Y) at = default;
        double[] likenesses = new double[Angles], bestLikenesses = likenesses;
        for (int y = (int)Math.Floor(nearY) - Search; y <= (int)Math.Floor(nearY) + Search; y++)
        {
            for (int x = (int)Math.Floor(nearX) - Search; x <= (int)Math.Floor(nearX) + Search; x++)
            {
                Read(frame, width, height, x, y, luma);
                likenesses = [.. _drawings.Select(drawing => Product(drawing, luma))];
                if (likenesses.Max() > best)
                {
                    (best, at, bestLikenesses) = (likenesses.Max(), (x, y), likenesses);
                }
            }
        }

        int peak = Array.IndexOf(bestLikenesses, best);
        double before = bestLikenesses[(peak + Angles - 1) % Angles], after = bestLikenesses[(peak + 1) % Angles];

        // The vertex of the parabola through the peak and its neighbours.
        double bend = before - (2 * best) + after, between = bend < 0 ? 0.5 * (before - after) / bend : 0;
        return new BallReading(at.X + 0.5, (peak + between) * Math.Tau / Angles);
    }

    /// <summary>The drawing's luma at the compared pixels, of mean 0 and norm 1. The middle is in the middle of a pixel.</summary>
    private float[] Draw(string colour, float radius, int half, float angle)
    {
        int width = (2 * half) + 1;
        Canvas canvas = new(0, 0, width, width);
        float middle = half + 0.5f;
        Subject.Draw(canvas, "ball", Subject.Paint(colour), new Pose(middle, middle, radius, angle, 1, 0), new Colour(1, 1, 1), 0);
        float[] luma = [.. _pixels.Select(at => Luma(canvas.Pixels.AsSpan((((at.Y + half) * width) + at.X + half) * 3, 3)))];
        Normalise(luma);
        return luma;
    }

    private void Read(ReadOnlySpan<byte> frame, int width, int height, int x, int y, float[] luma)
    {
        Span<float> pixel = stackalloc float[3];
        for (int i = 0; i < luma.Length; i++)
        {
            int from = ((Math.Clamp(y + _pixels[i].Y, 0, height - 1) * width) + Math.Clamp(x + _pixels[i].X, 0, width - 1)) * 3;
            (pixel[0], pixel[1], pixel[2]) = (frame[from], frame[from + 1], frame[from + 2]);
            luma[i] = Luma(pixel);
        }

        Normalise(luma);
    }

    /// <summary>Rec. 709.</summary>
    private static float Luma(ReadOnlySpan<float> pixel) => (0.2126f * pixel[0]) + (0.7152f * pixel[1]) + (0.0722f * pixel[2]);

    private static void Normalise(float[] values)
    {
        float mean = values.Average();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] -= mean;
        }

        float norm = MathF.Sqrt(Product(values, values)) + 1e-6f;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] /= norm;
        }
    }

    private static float Product(float[] first, float[] second)
    {
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= first.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums += new Vector<float>(first, i) * new Vector<float>(second, i);
        }

        float sum = Vector.Sum(sums);
        for (; i < first.Length; i++)
        {
            sum += first[i] * second[i];
        }

        return sum;
    }
}
