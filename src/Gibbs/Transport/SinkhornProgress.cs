namespace Gibbs;

/// <summary>How far a solve is.</summary>
/// <param name="Iterations">Full iterations so far, of all stages of ε.</param>
/// <param name="MarginalError">Of the state before the next one.</param>
/// <param name="Epsilon">Of the stage.</param>
public readonly record struct SinkhornProgress(int Iterations, double MarginalError, double Epsilon);
