using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>p_j = ((α−1)x_j − τ)₊^(1/(α−1)) with Σp = 1.</summary>
internal readonly struct EntmaxMap : IThresholdMap
{
    // Below it e^d is 0 in double, and no power of a sparse form is larger.
    private const double LowestExponent = 746;

    public static bool IsValid(double parameter) => parameter is > 1 and <= 8;

    public static double Reach(double parameter) => Math.Min(1 / (parameter - 1), LowestExponent);

    public static double Reach(double parameter, TwoReal tau) => -tau.High / (parameter - 1);

    public static TwoReal Solve<TReal, TVector>(in RowMap map, double parameter, double reach, ref Candidates candidates)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal> => parameter switch
        {
            2 => SimplexRoot.Solve<TReal, TVector>(ref candidates, 1, -reach),
            1.5 => SquareRootSum.Solve<TReal, TVector>(ref candidates, -0.5 * reach),
            _ => PowerSum.Solve<TReal, TVector>(ref candidates, parameter - 1),
        };

    public static double LaneScale(double parameter) => parameter switch
    {
        2 => 1,
        1.5 => 0.5,
        _ => 0,
    };

    public static double LaneStep(double parameter, in LaneSums sums) => parameter == 2 ? (sums.Sum - 1) / sums.Count : (sums.Squares - 1) / (2 * sums.Sum);

    public static double Threshold(double parameter, double maximum, TwoReal tau) => ((parameter - 1) * maximum) + tau.High + tau.Low;
}

/// <summary>α-entmax.</summary>
internal static unsafe class EntmaxRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end) => ThresholdRows<T, TReal, TVector, EntmaxMap>.Forward(context, begin, end);

    public static void Sparse(void* context, long begin, long end) => ThresholdRows<T, TReal, TVector, EntmaxMap>.Sparse(context, begin, end);

    public static void Gradient(void* context, long begin, long end) => SupportGradient<T, TReal, TVector, EntmaxSlopes>.Run(context, begin, end);
}
