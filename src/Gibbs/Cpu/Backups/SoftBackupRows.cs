using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>
/// Rows of a soft backup: the softmax row of y = λ·log μ + q at temperature c = λ + τ, everything in double. V = max y + c·log Σe, so that a large c takes nothing from the digits of the rest.
/// </summary>
internal static unsafe class SoftBackupRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, double>
{
    /// <summary>Rows [begin, end) of the job at context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly SoftBackupJob<T, TReal> job = ref *(SoftBackupJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
            Row(job, row);
    }

    private static void Row(in SoftBackupJob<T, TReal> job, long row)
    {
        int columns = job.Columns, padded = RowArrays.Padded<double>(columns);
        double* y = RowArrays.Take<double>(4, columns, out int stride);
        double* x = y + stride;
        double* e = x + stride;
        double* logMu = e + stride;
        double sign = job.Options.Minimise ? -1 : 1;
        double lambda = DoubleRow.Get(job.KlWeights, row, job.Options.KlWeight), tau = DoubleRow.Get(job.Temperatures, row, job.Options.Temperature), c = lambda + tau;
        bool prior = !job.LogPrior.IsNull;
        RowStatus status = !(lambda >= 0 && double.IsFinite(lambda)) ? RowStatus.InvalidParameter
            : !(tau >= 0 && double.IsFinite(c)) ? RowStatus.InvalidTemperature
            : DoubleRow.Load(job.Q.Row(row), y, columns, sign);
        if (prior && status is not (RowStatus.InvalidParameter or RowStatus.InvalidTemperature))
            status = DoubleRow.Worse(status, DoubleRow.Load(job.LogPrior.Row(row), logMu, columns));
        SoftmaxSums sums = default;
        if (status == RowStatus.Ok)
        {
            DoubleRow.Pad(logMu, columns, padded, 0);
            DoubleRow.Pad(y, columns, padded, double.NegativeInfinity);
            if (prior && lambda > 0)
                AddPrior(y, logMu, lambda, padded);
            sums = c > 0 ? SoftmaxRow<double, double, TVector>.Read(y, columns, c, x, e) : Greedy(y, columns, padded, x, e);
            status = sums.Status;
        }

        double upstream = DoubleRow.Get(job.Upstream, row, 1);
        if (status == RowStatus.Ok)
        {
            double logCount = Math.Log(columns), entropy = sums.Entropy;
            double divergence = !prior ? Math.Max(0, logCount - entropy) : Divergence(x, e, logMu, padded, sums);
            double value = sums.Maximum + (c * sums.LogSum) - (prior ? 0 : lambda * logCount);
            Numbers(job, row, sign, value, entropy, divergence, upstream);

            // Everything is read by now: a gradient may lie where its row was.
            Scaled(e, 1 / sums.Sum, y, padded, job.Policy.Row(row), columns);
            Scaled(e, upstream / sums.Sum, y, padded, job.QGradient.Row(row), columns);
            Scaled(e, prior ? sign * upstream * lambda / sums.Sum : 0, y, padded, job.LogPriorGradient.Row(row), columns);
            Shifted(x, sums.LogSum, y, padded, job.LogPolicy.Row(row), columns);
            if (double.IsPositiveInfinity(divergence))
                status = RowStatus.DisjointSupport;
        }
        else
        {
            double all = status == RowStatus.AllMasked ? 0 : double.NaN;
            Numbers(job, row, sign, all == 0 ? double.NegativeInfinity : all, all, all, upstream);
            DoubleRow.Fill(job.Policy.Row(row), columns, all);
            DoubleRow.Fill(job.QGradient.Row(row), columns, all);
            DoubleRow.Fill(job.LogPriorGradient.Row(row), columns, all);
            DoubleRow.Fill(job.LogPolicy.Row(row), columns, all == 0 ? double.NegativeInfinity : all);
        }

        if (job.Status != null)
            job.Status[row] = status;
    }

    private static void Numbers(in SoftBackupJob<T, TReal> job, long row, double sign, double value, double entropy, double divergence, double upstream)
    {
        DoubleRow.Set(job.Values, row, sign * value);
        DoubleRow.Set(job.Entropies, row, entropy);
        DoubleRow.Set(job.Kl, row, divergence);
        DoubleRow.Set(job.TemperatureGradient, row, upstream * sign * entropy);
        DoubleRow.Set(job.KlWeightGradient, row, upstream == 0 && !double.IsNaN(divergence) ? 0 : -upstream * sign * divergence);
    }

    // y += λ·log μ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPrior(double* y, double* logMu, double lambda, int padded)
    {
        TVector weight = TVector.Constant(lambda);
        for (int j = 0; j < padded; j += TVector.Count)
            TVector.Store(y + j, TVector.FusedMultiplyAdd(weight, TVector.Load(logMu + j), TVector.Load(y + j)));
    }

    // c = 0: the first largest alone.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static SoftmaxSums Greedy(double* y, int columns, int padded, double* x, double* e)
    {
        int first = 0;
        for (int j = 1; j < columns; j++)
        {
            if (y[j] > y[first])
                first = j;
        }

        SoftmaxSums sums = new() { Maximum = y[first] + 0.0 };
        if (double.IsNegativeInfinity(sums.Maximum))
        {
            sums.Status = RowStatus.AllMasked;
            return sums;
        }

        new Span<double>(x, padded).Fill(double.NegativeInfinity);
        new Span<double>(e, padded).Clear();
        x[first] = 0;
        e[first] = 1;
        return sums;
    }

    // Σ π·(log π − log μ) over what π takes.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Divergence(double* x, double* e, double* logMu, int padded, in SoftmaxSums sums)
    {
        double* lanes = stackalloc double[RowSums.Lanes];
        RowSums.Clear(lanes);
        TVector zero = default, shift = TVector.Constant(sums.LogSum);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector weight = TVector.Load(e + j), term = weight * (TVector.Load(x + j) - shift - TVector.Load(logMu + j));
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), TVector.Select(TVector.LessThan(zero, weight), term, zero));
        }

        return RowSums.Total(lanes) / sums.Sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scaled(double* values, double factor, double* scratch, int padded, T* destination, int columns)
    {
        if (destination == null)
            return;
        TVector by = TVector.Constant(factor);
        for (int j = 0; j < padded; j += TVector.Count)
            TVector.Store(scratch + j, TVector.Load(values + j) * by);
        DoubleRow.Store(scratch, destination, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shifted(double* values, double shift, double* scratch, int padded, T* destination, int columns)
    {
        if (destination == null)
            return;
        TVector by = TVector.Constant(shift);
        for (int j = 0; j < padded; j += TVector.Count)
            TVector.Store(scratch + j, TVector.Load(values + j) - by);
        DoubleRow.Store(scratch, destination, columns);
    }
}
