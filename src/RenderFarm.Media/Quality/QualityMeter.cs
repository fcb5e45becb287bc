using RenderFarm.Jobs;

namespace RenderFarm.Media.Quality;

/// <summary>
/// Measures a film while its frames pass by: keeps a few numbers and a thumbnail a frame, never the frames. Not thread-safe.
/// </summary>
public sealed class QualityMeter
{
    private const int ThumbnailWidth = 16;
    private const int ThumbnailHeight = 9;
    private const double Ends = 0.15;

    private readonly FrameSize _size;
    private readonly HashSet<int> _borders;
    private readonly int _windowFrames;
    private readonly List<double> _differences = [];
    private readonly List<double> _flickers = [];
    private readonly List<FrameNumbers> _numbers = [];
    private readonly List<float[]> _thumbnails = [];
    private readonly float[] _luma;
    private readonly float[] _lumaBefore;
    private readonly float[] _change;
    private readonly float[] _changeBefore;

    /// <param name="size">Of every frame.</param>
    /// <param name="borderFrames">The frames at which a window hands over to the next.</param>
    /// <param name="windowFrames">Frames from one window's beginning to the next one's; 0 for a film of one window.</param>
    public QualityMeter(FrameSize size, IEnumerable<int> borderFrames, int windowFrames)
    {
        _size = size;
        _borders = [.. borderFrames];
        _windowFrames = windowFrames;
        _luma = new float[size.Width * size.Height];
        _lumaBefore = new float[_luma.Length];
        _change = new float[_luma.Length];
        _changeBefore = new float[_luma.Length];
    }

    /// <summary>Takes the film's next frame, packed 8-bit RGB.</summary>
    public void Add(ReadOnlySpan<byte> rgb)
    {
        if (rgb.Length != _luma.Length * 3)
        {
            throw new ArgumentException($"a frame of {_size} is {_luma.Length * 3} bytes, not {rgb.Length}", nameof(rgb));
        }

        _luma.CopyTo(_lumaBefore, 0);
        _change.CopyTo(_changeBefore, 0);
        double saturation = 0;
        int clipped = 0;
        for (int i = 0; i < _luma.Length; i++)
        {
            byte red = rgb[3 * i], green = rgb[(3 * i) + 1], blue = rgb[(3 * i) + 2];

            // Rec. 709 luma.
            _luma[i] = (0.2126f * red) + (0.7152f * green) + (0.0722f * blue);
            saturation += Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue));
            clipped += _luma[i] is < 0.5f or > 254.5f ? 1 : 0;
        }

        if (_numbers.Count > 0)
        {
            double difference = 0, flicker = 0;
            for (int i = 0; i < _luma.Length; i++)
            {
                _change[i] = _luma[i] - _lumaBefore[i];
                difference += Math.Abs(_change[i]);
                flicker += Math.Abs(_change[i] - _changeBefore[i]);
            }

            _differences.Add(difference / _luma.Length);
            if (_numbers.Count > 1)
            {
                _flickers.Add(flicker / _luma.Length);
            }
        }

        double mean = _luma.Average(value => (double)value);
        double variance = _luma.Average(value => (value - mean) * (value - mean));
        _numbers.Add(new FrameNumbers(
            mean / 255, Math.Sqrt(variance) / 255, saturation / _luma.Length / 255, (double)clipped / _luma.Length, LaplacianVariance()));
        _thumbnails.Add(Thumbnail());
    }

    /// <summary>The report on all frames so far.</summary>
    public QualityReport Finish() => new()
    {
        Frames = _numbers.Count,
        SeamRatio = SeamRatio(),
        SeamPeriodicity = SeamPeriodicity(),
        Flicker = _flickers.Count > 0 ? _flickers.Average() : null,
        Drift = Drift(),
        Repetition = Repetition(),
    };

    private double? SeamRatio()
    {
        double[] inside = [.. _differences.Where((_, i) => !_borders.Contains(i + 1)).Order()];
        double[] at = [.. _differences.Where((_, i) => _borders.Contains(i + 1))];
        return at.Length == 0 || inside.Length == 0 || Median(inside) <= 0 ? null : at.Average() / Median(inside);
    }

    private double? SeamPeriodicity()
    {
        int count = _differences.Count;
        if (_windowFrames < 2 || count < 4 * _windowFrames)
        {
            return null;
        }

        double mean = _differences.Average();
        int centre = (int)Math.Round((double)count / _windowFrames);
        double Power(int bin)
        {
            double real = 0, imaginary = 0;
            for (int i = 0; i < count; i++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * bin * i / count);
                real += (_differences[i] - mean) * cos;
                imaginary += (_differences[i] - mean) * sin;
            }

            return (real * real) + (imaginary * imaginary);
        }

        double[] around = [.. Enumerable.Range(Math.Max(1, centre / 2), centre + 1).Where(bin => Math.Abs(bin - centre) > 1).Select(Power).Order()];
        return around.Length == 0 || Median(around) <= 0 ? null : Power(centre) / Median(around);
    }

    private QualityDrift? Drift()
    {
        int share = (int)(_numbers.Count * Ends);
        if (share < 1)
        {
            return null;
        }

        double Change(Func<FrameNumbers, double> of) => _numbers.TakeLast(share).Average(of) - _numbers.Take(share).Average(of);
        double sharp = _numbers.Take(share).Average(frame => frame.Sharpness);
        return new QualityDrift(
            Change(frame => frame.Luma), Change(frame => frame.Contrast), Change(frame => frame.Saturation), Change(frame => frame.Clipped),
            sharp > 0 ? Change(frame => frame.Sharpness) / sharp : 0);
    }

    private double? Repetition()
    {
        if (_windowFrames < 1 || _thumbnails.Count <= _windowFrames)
        {
            return null;
        }

        // What stays the whole film is no repetition: only what moves is compared.
        float[] mean = new float[ThumbnailWidth * ThumbnailHeight];
        foreach (float[] thumbnail in _thumbnails)
        {
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += thumbnail[i] / _thumbnails.Count;
            }
        }

        double most = 0;
        for (int lag = _windowFrames; lag <= _thumbnails.Count / 2; lag++)
        {
            double product = 0, first = 0, second = 0;
            for (int frame = lag; frame < _thumbnails.Count; frame++)
            {
                for (int i = 0; i < mean.Length; i++)
                {
                    double a = _thumbnails[frame][i] - mean[i], b = _thumbnails[frame - lag][i] - mean[i];
                    product += a * b;
                    first += a * a;
                    second += b * b;
                }
            }

            if (first > 0 && second > 0)
            {
                most = Math.Max(most, product / Math.Sqrt(first * second));
            }
        }

        return most;
    }

    private double LaplacianVariance()
    {
        int width = _size.Width, count = 0;
        double sum = 0, squares = 0;
        for (int y = 1; y < _size.Height - 1; y++)
        {
            for (int x = 1; x < width - 1; x++, count++)
            {
                int at = (y * width) + x;
                double value = _luma[at - 1] + _luma[at + 1] + _luma[at - width] + _luma[at + width] - (4 * _luma[at]);
                sum += value;
                squares += value * value;
            }
        }

        return count == 0 ? 0 : (squares / count) - (sum / count * (sum / count));
    }

    private float[] Thumbnail()
    {
        float[] thumbnail = new float[ThumbnailWidth * ThumbnailHeight];
        int[] counts = new int[thumbnail.Length];
        for (int y = 0; y < _size.Height; y++)
        {
            for (int x = 0; x < _size.Width; x++)
            {
                int cell = (y * ThumbnailHeight / _size.Height * ThumbnailWidth) + (x * ThumbnailWidth / _size.Width);
                thumbnail[cell] += _luma[(y * _size.Width) + x];
                counts[cell]++;
            }
        }

        for (int i = 0; i < thumbnail.Length; i++)
        {
            thumbnail[i] /= Math.Max(1, counts[i]);
        }

        return thumbnail;
    }

    private static double Median(double[] ordered) => ordered[ordered.Length / 2];

    private readonly record struct FrameNumbers(double Luma, double Contrast, double Saturation, double Clipped, double Sharpness);
}
