namespace RenderFarm.Training.Evaluation;

/// <summary>What an evaluation may measure, in the order in which it does.</summary>
public enum EvaluationPart
{
    /// <summary>How well the autoencoder gives back what it was given.</summary>
    Reconstruction,

    /// <summary>Whether known frames stay as they were: at the start, at the end, at both, and before a clip.</summary>
    Conditioning,

    /// <summary>Whether clips show what their captions say.</summary>
    Adherence,

    /// <summary>Whether bounces are parabolas and rolling is without slipping.</summary>
    Physics,

    /// <summary>Whether it is the same subject that comes out from behind an occluder.</summary>
    Permanence,

    /// <summary>Whether long films hold together, under each strategy.</summary>
    Films,
}
