using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>The sums of one segment that an entropy is made of, relative to its own maximum m; x_j = (z_j − m)/T.</summary>
internal struct DeformedSums
{
    public double Maximum;

    /// <summary>Σ e^x, without the ties where they are apart.</summary>
    public double Sum;

    /// <summary>Σ u, never positive.</summary>
    public double Deformed;

    /// <summary>Σ e^(αx) for α &gt; 1, else 0.</summary>
    public double Power;

    /// <summary>Count of x = 0 that Sum leaves out.</summary>
    public long Ties;
}

/// <summary>Terms of a segment and their sums, in the first-level cache. A vector at a time, with several turns over the logical lanes: small enough for all of it to be inlined.</summary>
internal static unsafe class SegmentDeformed<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    // Above it a rounding of the sum is one of Σ exp − 1.
    private const double SmallSum = 8;

    private interface IFlag
    {
        static abstract bool Set { get; }
    }

    private readonly struct No : IFlag
    {
        static bool IFlag.Set => false;
    }

    private readonly struct Yes : IFlag
    {
        static bool IFlag.Set => true;
    }

    /// <summary>Sums of a segment. One that may hold the row's maximum, and whose sum is small, counts the terms at the maximum apart: so Σ e^x − 1 of a confident row keeps its digits.</summary>
    /// <param name="segment">z.</param>
    /// <param name="maximum">m, 0 where all is masked.</param>
    /// <param name="scale">T and α.</param>
    /// <param name="mayHoldMaximum">Whether m is the largest so far.</param>
    /// <param name="kept">Null, or memory for e^x, 2^lift times each, whole blocks.</param>
    /// <param name="keptDeformed">The same for u; not of <see cref="ShannonForm"/>, whose u follows from z.</param>
    /// <param name="next">Fetched into the cache meanwhile.</param>
    /// <param name="sums">The sums; Maximum is the caller's.</param>
    public static void Sum<TForm>(Segment<TReal> segment, TReal maximum, in DeformedScale scale, bool mayHoldMaximum, TReal* kept, TReal* keptDeformed, Prefetch next, ref DeformedSums sums)
        where TForm : struct, IEntropyForm
    {
        if (!TForm.IsPower)
        {
            SegmentExponentials<TVector, TReal>.Sum(segment, maximum, scale.Row, true, mayHoldMaximum, kept, default, false, next, out sums.Sum, out sums.Deformed, out sums.Ties);
            return;
        }

        if (kept == null)
            Sum<TForm, No, No>(segment, maximum, scale, null, null, next, ref sums);
        else
            Sum<TForm, No, Yes>(segment, maximum, scale, kept, keptDeformed, next, ref sums);
        if (mayHoldMaximum && sums.Sum < SmallSum)
            Sum<TForm, Yes, No>(segment, maximum, scale, null, null, Prefetch.None, ref sums);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TForm, TTies, TKeep>(Segment<TReal> segment, TReal maximum, in DeformedScale scale, TReal* kept, TReal* keptDeformed, Prefetch next, ref DeformedSums sums)
        where TForm : struct, IEntropyForm
        where TTies : struct, IFlag
        where TKeep : struct, IFlag
    {
        TReal* lanes = stackalloc TReal[4 * Lanes.Count<TReal>()];
        TReal* deformedLanes = lanes + Lanes.Count<TReal>(), powerLanes = lanes + (2 * Lanes.Count<TReal>()), tieLanes = lanes + (3 * Lanes.Count<TReal>());
        TVector m = TVector.Create(maximum);
        TVector k = TVector.Constant(scale.Row.K), kLow = TVector.Constant(scale.Row.KLow), lowest = TVector.Constant(scale.Row.LowestLifted);
        TVector kP = TVector.Constant(scale.KPower), kPLow = TVector.Constant(scale.KPowerLow), lowestP = TVector.Constant(scale.LowestPower);
        TVector kB = TVector.Constant(scale.KBeta), kBLow = TVector.Constant(scale.KBetaLow), lowestB = TVector.Constant(scale.LowestBeta);
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += TVector.Count)
        {
            TVector sum = default, deformedSum = default, powerSum = default, ties = default;
            for (int block = 0; block < segment.Blocks; block++)
            {
                if (turn == 0)
                    next.Near(block);
                TVector e = Add<TForm, TTies>(
                    TVector.Load(segment.Block(block) + turn), m, k, kLow, lowest, kP, kPLow, lowestP, kB, kBLow, lowestB, ref sum, ref deformedSum, ref powerSum, ref ties, out TVector deformed);
                if (TKeep.Set)
                {
                    nint at = ((nint)block * Lanes.Count<TReal>()) + turn;
                    TVector.Store(kept + at, e);
                    TVector.Store(keptDeformed + at, deformed);
                }
            }

            TVector.Store(lanes + turn, sum);
            TVector.Store(deformedLanes + turn, deformedSum);
            TVector.Store(powerLanes + turn, powerSum);
            TVector.Store(tieLanes + turn, ties);
        }

        sums.Sum = Lanes.Sum(lanes) * Lowered;
        sums.Deformed = Lanes.Sum(deformedLanes) * Lowered;
        sums.Power = TForm.IsAbove ? Lanes.Sum(powerLanes) * Lowered : 0;
        sums.Ties = TTies.Set ? (long)Lanes.Sum(tieLanes) : 0;
    }

    /// <summary>Takes the lift off.</summary>
    public static double Lowered => typeof(TReal) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 60);

    // e^x and u of a vector, and their sums. u at the maximum is 0 of itself. Constants come one by one: a struct of them would stay in memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add<TForm, TTies>(
        TVector z, TVector m, TVector k, TVector kLow, TVector lowest, TVector kPower, TVector kPowerLow, TVector lowestPower, TVector kBeta, TVector kBetaLow, TVector lowestBeta,
        ref TVector sum, ref TVector deformedSum, ref TVector powerSum, ref TVector ties, out TVector deformed)
        where TForm : struct, IEntropyForm
        where TTies : struct, IFlag
    {
        TVector d = z - m;
        TVector clamped = TVector.Max(lowest, d);
        TVector e = Exponential.OfProduct<TVector, TReal>(clamped, k, kLow, Exponential.Lift<TReal>());
        TVector h = Exponential.MinusOneOfProduct<TVector, TReal>(TVector.Max(lowestBeta, d), kBeta, kBetaLow, out TVector beta);
        if (TForm.IsAbove)
        {
            deformed = e * h;
            powerSum = TVector.FusedMultiplyAdd(e, beta, powerSum);
        }
        else
        {
            deformed = Exponential.OfProduct<TVector, TReal>(TVector.Max(lowestPower, d), kPower, kPowerLow, Exponential.Lift<TReal>()) * h;
        }

        deformedSum += deformed;
        TVector added = sum + e;
        sum = TTies.Set ? TVector.Select(TVector.Equal(d, default), sum, added) : added;
        if (TTies.Set)
            ties = TVector.Select(TVector.Equal(z, m), ties + TVector.Constant(1), ties);
        return e;
    }
}
