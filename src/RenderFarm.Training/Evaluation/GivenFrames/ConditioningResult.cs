namespace RenderFarm.Training.Evaluation.GivenFrames;

/// <summary>How one window kept what it was given.</summary>
/// <param name="Known">What was given.</param>
/// <param name="Error">Mean squared error of the decoded given frames, against the same frames encoded and decoded alone; of values of 0 to 255.</param>
/// <param name="Join">Mean |difference| of frames where given meets sampled, over the median of the window's other differences.</param>
/// <param name="Strip">The first given frame and some of the window's at half size, 8-bit RGB; null for most.</param>
internal sealed record ConditioningResult(KnownFrames Known, double Error, double Join, byte[][]? Strip);
