namespace RenderFarm.Training.Evaluation;

/// <summary>Measures one part.</summary>
internal interface IPartEvaluation
{
    EvaluationPart Part { get; }

    PartReport Run(EvaluationContext context);
}
