using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// log Σ_j e^{v_ij} and the moment of its terms, v_ij = −|x_i − y_j|²/(2σ²) + b_j. Totals: the maximum m of v, Σ e^{v−m}, Σ e^{v−m}·(v − m); the maximum moves with the tiles, so that no row underflows.
/// </summary>
internal unsafe struct LogKernelSums<TReal, TVector> : IPairSums<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public const int Size = 3;

    /// <summary>1/(2σ²).</summary>
    public double Scale;

    /// <summary>b, in whole tiles; null for 0.</summary>
    public TReal* Bias;

    public static int Channels => 1;

    public static int Totals => Size;

    /// <summary>log Σ e^v.</summary>
    public static double LogSum(double* totals) => totals[0] + Math.Log(totals[1]);

    public readonly void Clear(double* totals)
    {
        totals[0] = double.NegativeInfinity;
        totals[1] = totals[2] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Add(TReal* squares, int stride, long row, long column, double* totals)
    {
        TVector scale = TVector.Constant(-Scale), top = TVector.Constant(double.NegativeInfinity);
        int width = Lanes.Count<TReal>();
        for (int c = 0; c < width; c += TVector.Count)
        {
            TVector v = TVector.Load(squares + c) * scale;
            if (Bias != null)
                v += TVector.Load(Bias + column + c);
            TVector.Store(squares + c, v);
            top = TVector.Max(top, v);
        }

        LogSums.Add<TReal, TVector>(squares, TVector.MaxOfLanes(top), totals, totals + 2);
    }
}

/// <summary>Sums of exponentials relative to a maximum that moves with the tiles.</summary>
internal static unsafe class LogSums
{
    /// <summary>Adds a tile's exponents v, overwritten, whose maximum is given, to (maximum, sum) and, where it is wanted, to the moment.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TReal, TVector>(TReal* v, double tileMaximum, double* totals, double* moment)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        double maximum = tileMaximum > totals[0] ? tileMaximum : totals[0];

        // All terms 0 so far: any finite origin will do, and −∞ − (−∞) would not.
        TVector origin = TVector.Constant(double.IsNegativeInfinity(maximum) ? 0 : maximum);
        TReal* terms = stackalloc TReal[Lanes.Count<TReal>()];
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            TVector x = PairTile<TReal, TVector>.Clamped(TVector.Load(v + c) - origin);
            TVector e = PairTile<TReal, TVector>.Exp(x);
            TVector.Store(v + c, e);
            TVector.Store(terms + c, e * x);
        }

        if (maximum > totals[0])
        {
            double shift = totals[0] - maximum, factor = Math.Exp(shift);
            if (moment != null)
                *moment = factor == 0 ? 0 : factor * (*moment + (shift * totals[1]));
            totals[1] *= factor;
            totals[0] = maximum;
        }

        totals[1] += Lanes.Sum(v);
        if (moment != null)
            *moment += Lanes.Sum(terms);
    }
}
