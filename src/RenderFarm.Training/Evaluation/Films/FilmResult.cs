using RenderFarm.Media.Quality;

namespace RenderFarm.Training.Evaluation.Films;

/// <summary>What was measured of one film.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Maker">A strategy's name, or <see cref="OfTheWorld"/>.</param>
/// <param name="Report">Of its frames.</param>
/// <param name="Seconds">Wall time of making it.</param>
internal sealed record FilmResult(string Caption, string Maker, QualityReport Report, double Seconds)
{
    /// <summary>The maker of films that the world itself renders.</summary>
    public const string OfTheWorld = "rendered";
}
