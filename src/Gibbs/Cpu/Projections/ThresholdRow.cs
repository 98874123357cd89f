using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>What became of a row.</summary>
internal struct ThresholdOutcome
{
    public RowStatus Status;

    /// <summary>The result is NaN throughout.</summary>
    public bool IsNotANumber;

    /// <summary>The result is the input: a point inside a ball.</summary>
    public bool IsUnchanged;
    public double Maximum;
    public double Threshold;

    public static ThresholdOutcome Bad(RowStatus status) => new() { Status = status, IsNotANumber = true, Maximum = double.NaN, Threshold = double.NaN };
}

/// <summary>One row of a threshold map.</summary>
internal static unsafe class ThresholdRow<TReal, TVector, TMap>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TMap : struct, IThresholdMap
{
    /// <summary>The support with its values, in order of index.</summary>
    public static ThresholdOutcome Solve(in RowMap map, double parameter, TReal* x, int columns, ref Candidates support)
    {
        support.Count = 0;
        if (!TMap.IsValid(parameter))
            return ThresholdOutcome.Bad(RowStatus.InvalidParameter);
        double sum = 0;
        double maximum = TMap.IsBall ? RowScan<TVector, TReal>.Magnitude(x, columns, out sum) : RowScan<TVector, TReal>.Maximum(x, columns);
        if (double.IsNaN(maximum))
            return ThresholdOutcome.Bad(RowStatus.NotANumber);
        ThresholdOutcome outcome = new() { Maximum = maximum };
        if (double.IsInfinity(maximum))
        {
            if (TMap.IsBall)
                return ThresholdOutcome.Bad(RowStatus.PlusInfinity);
            outcome.Threshold = maximum;
            outcome.Status = maximum > 0 ? RowStatus.PlusInfinity : RowStatus.AllMasked;
            if (maximum < 0)
                return outcome;
        }

        // A norm that rounds to the radius is inside.
        if (TMap.IsBall && Real.ToDouble(Real.From<TReal>(sum)) <= Real.ToDouble(Real.From<TReal>(parameter)))
        {
            outcome.IsUnchanged = true;
            return outcome;
        }

        double reach = TMap.Reach(parameter);
        TwoReal tau = default;
        if (reach > 0)
        {
            if (double.IsInfinity(maximum))
                CandidateScan<TVector, TReal>.Equal(x, columns, maximum, ref support);
            else
                CandidateScan<TVector, TReal>.Near(x, columns, maximum, reach, TMap.IsBall, ref support);
            tau = TMap.Solve<TReal, TVector>(map, parameter, ref support);
        }

        outcome.Threshold = TMap.Threshold(parameter, maximum, tau);
        if (TMap.IsBall)
        {
            for (int i = 0; i < support.Count; i++)
                support.Values[i] = Math.CopySign(support.Values[i], Real.ToDouble(x[support.Indices[i]]));
        }

        return outcome;
    }
}
