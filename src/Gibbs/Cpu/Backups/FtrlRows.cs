using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>
/// Rows of follow the regularised leader in double, in y = min L − x, u = η·(L − min L + y): F(y) = Σπ falls from 1 or more, where the largest π is 1, to 1 or less, where no π is above 1/A.
/// </summary>
internal static unsafe class FtrlRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, double>
{
    // A sum this near to 1 is one step of Newton's method from the root.
    private const double NearOne = 1.0 / (1L << 40);

    /// <summary>Rows [begin, end) of the job at context.</summary>
    public static void Run(void* context, long begin, long end)
    {
        ref readonly FtrlJob<T, TReal> job = ref *(FtrlJob<T, TReal>*)context;
        switch (job.Options.Kind)
        {
            case FtrlRegulariser.Shannon:
                Run<ShannonMap<TVector>>(job, begin, end, 1);
                break;
            case FtrlRegulariser.LogBarrier:
                Run<LogBarrierMap<TVector>>(job, begin, end, 1);
                break;
            default:
                if (job.Options.Alpha == 0.5)
                    Run<HalfTsallisMap<TVector>>(job, begin, end, 2);
                else
                    Run<TsallisMap<TVector>>(job, begin, end, 1 / (1 - job.Options.Alpha));
                break;
        }
    }

    private static void Run<TMap>(in FtrlJob<T, TReal> job, long begin, long end, double beta)
        where TMap : struct, IFtrlMap<TVector>
    {
        for (long row = begin; row < end; row++)
            Row<TMap>(job, row, beta);
    }

    private static void Row<TMap>(in FtrlJob<T, TReal> job, long row, double beta)
        where TMap : struct, IFtrlMap<TVector>
    {
        int columns = job.Columns, padded = RowArrays.Padded<double>(columns);
        double* losses = RowArrays.Take<double>(4, columns, out int stride);
        double* rates = losses + stride;
        double* pi = rates + stride;
        double* scratch = pi + stride;

        // Upside down: −∞ is what loads tell apart.
        RowStatus status = DoubleRow.Load(job.Losses.Row(row), losses, columns, -1);
        if (!LoadRates(job, row, rates, columns))
            status = RowStatus.InvalidParameter;
        double smallest = 0, y = 0;
        int allowed = 0;
        if (status == RowStatus.Ok)
        {
            smallest = Gaps(losses, columns, out allowed);
            DoubleRow.Pad(losses, columns, padded, double.PositiveInfinity);
            DoubleRow.Pad(rates, columns, padded, 1);
            status = allowed == 0 ? RowStatus.AllMasked : RowStatus.Ok;
        }

        if (status == RowStatus.Ok)
        {
            y = Root<TMap>(losses, rates, columns, padded, beta, allowed);
            DoubleRow.Set(job.Multipliers, row, smallest - y);
            double regulariser = Policy<TMap>(losses, rates, pi, padded, y, beta);
            DoubleRow.Set(job.Regularisers, row, regulariser);
            if (!job.Policy.IsNull)
                DoubleRow.Store(pi, job.Policy.Row(row), columns);
            if (!job.Gradient.IsNull && allowed == 1)
                DoubleRow.Fill(job.Gradient.Row(row), columns, 0);
            else if (!job.Gradient.IsNull)
                Gradient<TMap>(job, row, losses, rates, pi, scratch, padded, y, beta);
        }
        else
        {
            bool masked = status == RowStatus.AllMasked;
            double all = masked ? 0 : double.NaN;
            DoubleRow.Set(job.Multipliers, row, masked ? double.PositiveInfinity : all);
            DoubleRow.Set(job.Regularisers, row, all);
            DoubleRow.Fill(job.Policy.Row(row), columns, all);
            DoubleRow.Fill(job.Gradient.Row(row), columns, all);
        }

        if (job.Status != null)
            job.Status[row] = status;
    }

    // η of the row; false where one is no rate.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool LoadRates(in FtrlJob<T, TReal> job, long row, double* rates, int columns)
    {
        double all = job.Options.Rate * DoubleRow.Get(job.RowRates, row, 1);
        TReal* own = job.Rates.Row(row);
        bool valid = true;
        for (int j = 0; j < columns; j++)
        {
            double rate = all;
            if (job.ColumnRates != null)
                rate *= Real.ToDouble(job.ColumnRates[j]);
            if (own != null)
                rate *= Real.ToDouble(own[j]);
            rates[j] = rate;
            valid &= rate > 0 && double.IsFinite(rate) && double.IsFinite(1 / rate);
        }

        return valid;
    }

    // −L becomes L − min L, +∞ where an action is not allowed; returns min L.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Gaps(double* losses, int columns, out int allowed)
    {
        double largest = double.NegativeInfinity;
        allowed = 0;
        for (int j = 0; j < columns; j++)
        {
            largest = Math.Max(largest, losses[j]);
            allowed += double.IsNegativeInfinity(losses[j]) ? 0 : 1;
        }

        for (int j = 0; j < columns; j++)
            losses[j] = allowed == 0 ? double.PositiveInfinity : largest - losses[j];
        return -largest + 0.0;
    }

    private static double Root<TMap>(double* gaps, double* rates, int columns, int padded, double beta, int allowed)
        where TMap : struct, IFtrlMap<TVector>
    {
        double y = Extreme(gaps, rates, columns, TMap.Bound(beta, 1)), high = Extreme(gaps, rates, columns, TMap.Bound(beta, allowed));
        if (!(y < high))
            return y;
        // A row of equal actions has its root at the upper end.
        RootBracket bracket = new(y, high + (Math.Abs(high) * NearOne));
        while (true)
        {
            double sum = Sums<TMap>(gaps, rates, padded, y, beta, out double decay), next = y + TMap.Step(sum, decay, beta);
            if (Math.Abs(sum - 1) <= NearOne)
                return next;
            if (!bracket.Narrow(ref y, sum > 1, next))
                return y;
        }
    }

    // max bound/η − (L − min L) over the allowed actions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Extreme(double* gaps, double* rates, int columns, double bound)
    {
        double extreme = double.NegativeInfinity;
        for (int j = 0; j < columns; j++)
            extreme = Math.Max(extreme, (bound / rates[j]) - gaps[j]);
        return extreme;
    }

    // Σ π, and Σ −dπ/dy.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sums<TMap>(double* gaps, double* rates, int padded, double y, double beta, out double decay)
        where TMap : struct, IFtrlMap<TVector>
    {
        double* lanes = stackalloc double[2 * RowSums.Lanes];
        RowSums.Clear(lanes);
        RowSums.Clear(lanes + RowSums.Lanes);
        TVector at = TVector.Constant(y), power = TVector.Constant(beta), masked = TVector.Constant(double.PositiveInfinity), zero = default;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector gap = TVector.Load(gaps + j), rate = TVector.Load(rates + j), u = rate * (gap + at), p = TMap.Probability(u, power);
            TVector outside = TVector.Equal(gap, masked);
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), TVector.Select(outside, zero, p));
            TVector.AddTo(lanes + RowSums.Lanes + (j & (RowSums.Lanes - 1)), TVector.Select(outside, zero, rate * TMap.Decay(p, u, power)));
        }

        decay = RowSums.Total(lanes + RowSums.Lanes);
        return RowSums.Total(lanes);
    }

    // π, and ψ(π).
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Policy<TMap>(double* gaps, double* rates, double* pi, int padded, double y, double beta)
        where TMap : struct, IFtrlMap<TVector>
    {
        double* lanes = stackalloc double[RowSums.Lanes];
        RowSums.Clear(lanes);
        TVector at = TVector.Constant(y), power = TVector.Constant(beta), masked = TVector.Constant(double.PositiveInfinity), zero = default;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector gap = TVector.Load(gaps + j), rate = TVector.Load(rates + j), u = rate * (gap + at);
            TVector outside = TVector.Equal(gap, masked), p = TVector.Select(outside, zero, TMap.Probability(u, power));
            TVector.Store(pi + j, p);
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), TVector.Select(outside, zero, TMap.Regulariser(p, u, power) / rate));
        }

        return RowSums.Total(lanes);
    }

    // −w·(v − ⟨w, v⟩/Σw).
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient<TMap>(in FtrlJob<T, TReal> job, long row, double* gaps, double* rates, double* pi, double* scratch, int padded, double y, double beta)
        where TMap : struct, IFtrlMap<TVector>
    {
        double* lanes = stackalloc double[2 * RowSums.Lanes];
        RowSums.Clear(lanes);
        RowSums.Clear(lanes + RowSums.Lanes);
        _ = DoubleRow.Load(job.Upstream.Row(row), scratch, job.Columns);
        DoubleRow.Pad(scratch, job.Columns, padded, 0);
        TVector at = TVector.Constant(y), power = TVector.Constant(beta), masked = TVector.Constant(double.PositiveInfinity), zero = default;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector gap = TVector.Load(gaps + j), rate = TVector.Load(rates + j);
            TVector outside = TVector.Equal(gap, masked), w = TVector.Select(outside, zero, rate * TMap.Decay(TVector.Load(pi + j), rate * (gap + at), power));
            TVector v = TVector.Select(outside, zero, TVector.Load(scratch + j));
            TVector.Store(pi + j, w);
            TVector.Store(scratch + j, v);
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), w);
            TVector.AddTo(lanes + RowSums.Lanes + (j & (RowSums.Lanes - 1)), w * v);
        }

        TVector mean = TVector.Constant(RowSums.Total(lanes + RowSums.Lanes) / RowSums.Total(lanes));
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector w = TVector.Load(pi + j), g = w * (mean - TVector.Load(scratch + j));
            TVector.Store(scratch + j, TVector.Select(TVector.Equal(w, zero), zero, g));
        }

        DoubleRow.Store(scratch, job.Gradient.Row(row), job.Columns);
    }
}
