namespace RenderFarm.Training.World;

/// <summary>The subject at one moment.</summary>
/// <param name="X">Middle, in pixels.</param>
/// <param name="Y">Middle, in pixels, downwards.</param>
/// <param name="Radius">Half its height, in pixels.</param>
/// <param name="Angle">Turn in radians, clockwise.</param>
/// <param name="Facing">1 to the right, -1 to the left.</param>
internal readonly record struct Pose(float X, float Y, float Radius, float Angle, float Facing);
