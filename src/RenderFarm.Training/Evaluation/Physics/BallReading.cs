namespace RenderFarm.Training.Evaluation.Physics;

/// <summary>A ball in one frame.</summary>
/// <param name="X">Its middle across, in pixels.</param>
/// <param name="Angle">Its turn, in radians, clockwise.</param>
internal readonly record struct BallReading(double X, double Angle);
