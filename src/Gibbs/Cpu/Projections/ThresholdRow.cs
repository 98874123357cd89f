using System;
using System.Runtime.CompilerServices;

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
    // Shorter rows are searched faster than bounded.
    private const int ShortestBounded = 1024;

    // Of a bound: well above the rounding of a root, well below what would let entries in.
    private const double Slack = 1e-9;

    /// <summary>The support with its values, in order of index.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ThresholdOutcome Solve(in RowMap map, double parameter, TReal* x, int columns, ref Candidates support)
    {
        support.Count = 0;
        if (!TMap.IsValid(parameter))
            return ThresholdOutcome.Bad(RowStatus.InvalidParameter);
        double sum = 0;
        TReal* lanes = stackalloc TReal[Lanes.Count<TReal>()];
        double maximum = TMap.IsBall ? RowScan<TVector, TReal>.Magnitude(x, columns, out sum) : RowScan<TVector, TReal>.Maximum(x, columns, lanes);
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
            {
                CandidateScan<TVector, TReal>.Equal(x, columns, maximum, ref support);
            }
            else
            {
                if (!TMap.IsBall && columns >= ShortestBounded)
                    reach = Math.Min(reach, LaneReach(map, parameter, reach, maximum, lanes, ref support));
                CandidateScan<TVector, TReal>.Near(x, columns, maximum, reach, TMap.IsBall, ref support);
            }

            tau = TMap.Solve<TReal, TVector>(map, parameter, reach, ref support);
        }

        outcome.Threshold = TMap.Threshold(parameter, maximum, tau);
        if (TMap.IsBall)
        {
            for (int i = 0; i < support.Count; i++)
                support.Values[i] = Math.CopySign(support.Values[i], Real.ToDouble(x[support.Indices[i]]));
        }

        return outcome;
    }

    // The maxima of the lanes are a part of the row: τ of a part is at or below that of the whole, by far above the least that it could be, and leaves few candidates.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double LaneReach(in RowMap map, double parameter, double reach, double maximum, TReal* lanes, ref Candidates part)
    {
        double scale = TMap.LaneScale(parameter);
        if (scale > 0)
            return LaneSums.Reach<TReal, TVector, TMap>(parameter, scale, reach, maximum, lanes);
        CandidateScan<TVector, TReal>.Near(lanes, Lanes.Count<TReal>(), maximum, reach, false, ref part);
        TwoReal tau = TMap.Solve<TReal, TVector>(map, parameter, reach, ref part);
        return TMap.Reach(parameter, tau) * (1 + Slack);
    }
}
