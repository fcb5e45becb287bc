namespace RenderFarm.Segments;

/// <summary>Which of a window's two overlaps.</summary>
public enum HaloSide
{
    /// <summary>The overlap with the window before.</summary>
    Before,

    /// <summary>The overlap with the window after.</summary>
    After,
}
