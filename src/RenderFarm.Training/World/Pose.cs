namespace RenderFarm.Training.World;

/// <summary>A subject at one moment.</summary>
/// <param name="X">Middle, in pixels.</param>
/// <param name="Y">Middle, in pixels, downwards.</param>
/// <param name="Radius">Half its height, in pixels.</param>
/// <param name="Angle">Turn in its plane, radians, clockwise.</param>
/// <param name="Twist">Turn about the vertical, as the cosine of its angle: -1 to 1.</param>
/// <param name="Travelled">Way on the ground, in pixels.</param>
internal readonly record struct Pose(float X, float Y, float Radius, float Angle, float Twist, float Travelled);
