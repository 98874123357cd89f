using System;

using Gibbs.Cpu.Simd;

namespace Gibbs;

/// <summary>Argument checks of Sinkhorn solves, the same for spans and device views.</summary>
internal static class SinkhornValidation
{
    /// <summary>By how much of Σa the masses of held marginals may differ.</summary>
    public const double MassTolerance = 1e-5;

    /// <summary>Throws where a scalar option is outside its documented range.</summary>
    /// <param name="options">The scalars.</param>
    /// <param name="epsilons">Whether every problem of a batch is given its own ε.</param>
    /// <exception cref="ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions(in SinkhornOptions options, bool epsilons = false)
    {
        ArgumentChecks.Range(epsilons || IsEpsilon(options.Epsilon), "options", nameof(options.Epsilon), options.Epsilon, "positive and finite; it has no default");
        ArgumentChecks.Range(options.SourceRho > 0, "options", nameof(options.SourceRho), options.SourceRho, "positive, or +infinity");
        ArgumentChecks.Range(options.TargetRho > 0, "options", nameof(options.TargetRho), options.TargetRho, "positive, or +infinity");
        ArgumentChecks.Range(IsTolerance(options.Tolerance), "options", nameof(options.Tolerance), options.Tolerance, "0 (the type's default) or positive and finite");
        ArgumentChecks.Range(options.MaxIterations >= 1, "options", nameof(options.MaxIterations), options.MaxIterations, "at least 1");
        ArgumentChecks.Range(options.EpsilonStart >= 0 && double.IsFinite(options.EpsilonStart), "options", nameof(options.EpsilonStart), options.EpsilonStart, "0 (no schedule) or positive and finite");
    }

    /// <summary>Whether ε is in its range.</summary>
    public static bool IsEpsilon(double epsilon) => epsilon > 0 && double.IsFinite(epsilon);

    /// <summary>Whether a tolerance is in its range.</summary>
    public static bool IsTolerance(double tolerance) => tolerance >= 0 && double.IsFinite(tolerance);

    /// <summary>As <see cref="CheckOptions"/>, for divergences, which relax both clouds alike or neither.</summary>
    /// <exception cref="ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckDivergence(in SinkhornOptions options)
    {
        CheckOptions(options);
        ArgumentChecks.Range(options.SourceRho == options.TargetRho, "options", nameof(options.TargetRho), options.TargetRho, "SourceRho: a divergence relaxes both clouds alike, or neither");
    }

    /// <summary>Throws where shapes do not fit each other.</summary>
    public static void CheckShapes(long rows, long columns, long sourceWeights, long targetWeights, long initialTarget, long sourcePotential, long targetPotential, long planRows, long planColumns)
    {
        if (rows == 0 || columns == 0)
            ArgumentChecks.Fail("cost", $"the cost is [{rows}, {columns}]; it needs at least one row and one column.");
        ArgumentChecks.Length("inputs.SourceWeights", sourceWeights, rows, "one per row of the cost");
        ArgumentChecks.Length("inputs.TargetWeights", targetWeights, columns, "one per column of the cost");
        ArgumentChecks.Length("inputs.InitialTargetPotential", initialTarget, columns, "one per column of the cost");
        ArgumentChecks.Length("outputs.SourcePotential", sourcePotential, rows, "one per row of the cost");
        ArgumentChecks.Length("outputs.TargetPotential", targetPotential, columns, "one per column of the cost");
        ArgumentChecks.Matrix("outputs.Plan", planRows, planColumns, rows, columns, "as the cost");
    }

    /// <summary>Dimensions beyond which the k-support cost, which sorts a pair's coordinates, is not offered.</summary>
    public const int MostSortedDimensions = 4096;

    /// <summary>Throws where clouds do not fit each other, or the metric.</summary>
    public static void CheckPoints(TransportMetric metric, long rows, long dimensions, long columns, long targetDimensions)
    {
        if (rows == 0 || columns == 0 || dimensions == 0)
            ArgumentChecks.Fail("x", $"x is [{rows}, {dimensions}] and y [{columns}, {targetDimensions}]; each needs at least one point and one coordinate.");
        if (dimensions != targetDimensions)
            ArgumentChecks.Fail("y", $"y is [{columns}, {targetDimensions}]; its points need the {dimensions} coordinates of x.");
        if (metric.Kind == TransportMetricKind.ElasticKSupport && dimensions > MostSortedDimensions)
            ArgumentChecks.Fail("options.Metric", $"options.Metric is the k-support cost, for at most {MostSortedDimensions} coordinates; x has {dimensions}.");
    }

    /// <summary>Σ of weights, in double; throws for one that is negative or not finite, or where all are 0.</summary>
    public static double Mass<TReal>(ReadOnlySpan<TReal> weights, string name)
        where TReal : unmanaged
    {
        if (!TryMass(weights, out double mass, out int bad))
        {
            if (bad >= 0)
                ArgumentChecks.Fail(name, $"{name}[{bad}] is {Real.ToDouble(weights[bad])}; weights must be at least 0 and finite.");
            ArgumentChecks.Fail(name, $"{name} sum to {mass}; there must be some mass, and a finite one.");
        }

        return mass;
    }

    /// <summary>Σ of weights, in double; false for one that is negative or not finite, where it says which, or where there is no mass.</summary>
    public static bool TryMass<TReal>(ReadOnlySpan<TReal> weights, out double mass, out int bad)
        where TReal : unmanaged
    {
        mass = 0;
        bad = -1;
        for (int i = 0; i < weights.Length; i++)
        {
            double weight = Real.ToDouble(weights[i]);
            if (!(weight >= 0) || double.IsInfinity(weight))
            {
                bad = i;
                return false;
            }

            mass += weight;
        }

        return mass > 0 && double.IsFinite(mass);
    }

    /// <summary>Whether masses fit: where both marginals are held they must be the same.</summary>
    public static bool MassesAgree(in SinkhornOptions options, double source, double target) =>
        !double.IsPositiveInfinity(options.SourceRho) || !double.IsPositiveInfinity(options.TargetRho) || Math.Abs(source - target) <= MassTolerance * source;

    /// <summary>Throws where both marginals are held and their masses differ.</summary>
    public static void CheckMasses(in SinkhornOptions options, double source, double target)
    {
        if (!MassesAgree(options, source, target))
        {
            ArgumentChecks.Fail(
                "inputs.TargetWeights",
                $"inputs.TargetWeights sum to {target} and inputs.SourceWeights to {source}; where both marginals are held they must agree to {MassTolerance} of it (relax one by SourceRho or TargetRho).");
        }
    }
}
