namespace RenderFarm.Media.Quality;

/// <summary>Differences between the means over a film's last and first 15 %, each as a share of full scale (1 = from black to white).</summary>
/// <param name="Luma">Mean luma.</param>
/// <param name="Contrast">Standard deviation of luma.</param>
/// <param name="Saturation">Mean of (max - min) / 255 over the channels.</param>
/// <param name="Clipped">Share of pixels at 0 or 255 in luma.</param>
/// <param name="Sharpness">Variance of the Laplacian of luma, relative to the first 15 %.</param>
public sealed record QualityDrift(double Luma, double Contrast, double Saturation, double Clipped, double Sharpness);
