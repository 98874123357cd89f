using System;
using System.Linq;

namespace Gibbs.Tests.Reference;

/// <summary>All rows of a problem, reduced: normaliser, loss, and the factor that row gradients are multiplied by.</summary>
internal sealed class ReferenceBatch
{
    private ReferenceBatch(ReferenceProblem problem)
    {
        Problem = problem;
        Rows = [.. Enumerable.Range(0, problem.Rows).Select(i => ReferenceCrossEntropy.Row(problem, i))];
        HasTargets = problem.Targets is not null || problem.SoftTargets is not null;
        CompensatedSum share = default, magnitude = default, loss = default;
        foreach (ReferenceRow row in Rows)
        {
            ValidRows += row.Valid ? 1 : 0;
            share.Add(row.NormaliserShare);
            magnitude.Add(Math.Abs(row.NormaliserShare));
            loss.Add(row.Loss);
        }
        Reduction reduction = problem.Options.Reduction;
        Normaliser = problem.Options.Normaliser ?? problem.DeviceNormaliser ?? share.Value;
        NormaliserScale = magnitude.Value;
        Loss = !HasTargets || reduction == Reduction.None ? double.NaN
            : reduction == Reduction.Sum ? loss.Value
            : Normaliser == 0 ? 0
            : loss.Value / Normaliser;
    }

    public ReferenceProblem Problem { get; }

    public ReferenceRow[] Rows { get; }

    public bool HasTargets { get; }

    public long ValidRows { get; }

    /// <summary>The divisor that the mean uses, or would use.</summary>
    public double Normaliser { get; }

    /// <summary>Σ|r·w_y|: what the computed normaliser is accurate relative to.</summary>
    public double NormaliserScale { get; }

    public double Loss { get; }

    public static ReferenceBatch Compute(ReferenceProblem problem) => new(problem);

    /// <summary>What a mean with normaliser 0 makes of everything: 0, in NaN rows too.</summary>
    public bool Vanishes => Problem.Options.Reduction == Reduction.Mean && Normaliser == 0;

    /// <summary>The factor of a row's gradient: 1, or 1/normaliser for a mean; times the upstream gradient where there is one.</summary>
    public double Factor(double upstream = 1) =>
        Problem.Options.Reduction != Reduction.Mean ? upstream : Normaliser == 0 ? 0 : upstream / Normaliser;

    /// <summary>The gradient of the reduced loss, entry j of a row.</summary>
    public double Gradient(int row, int column, double upstream = 1)
    {
        double value = Rows[row].Gradient[column];
        if (Vanishes)
            return 0;
        // Rows without a gradient have none whatever comes from above.
        if (Rows[row].Status is RowStatus.Ignored or RowStatus.TargetOutOfRange or RowStatus.AllMasked)
            return 0;
        return value * Factor(upstream);
    }
}
