using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// Quadratic Rényi entropy and the KDE bound, from the logarithms l_i of the kernel's row sums:
/// <code>
/// Rényi   −(log Σ_i e^{l_i} − 2·log N)      dx_i = (2/σ²)·Σ_j e^{u_ij − L}·(x_i − x_j)
/// KDE     −(1/N)·Σ_i (l_i − log N)          dx_i = (1/(N·σ²))·Σ_j (e^{u_ij − l_i} + e^{u_ij − l_j})·(x_i − x_j)
/// </code>
/// </summary>
internal static unsafe class KernelEntropy<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static double Run(in SampleCall<T, TReal> call, ref PairScratch scratch)
    {
        long count = call.Points.Count;
        double logCount = Math.Log(count), factor = call.Options.ValueFactor;
        PairChannels<TReal> channels = default;
        channels[0] = new(call.Points, call.Points);
        double* totals = scratch.Take<double>(count * LogKernelSums<TReal, TVector>.Size);
        PairRows.Sum<TReal, TVector, LogKernelSums<TReal, TVector>>(channels, new() { Scale = call.Scale }, totals);
        if (call.RowValues != null)
        {
            double unit = call.Options.Base2 ? 1 / Math.Log(2) : 1;
            for (long i = 0; i < count; i++)
                call.RowValues[i] = Real.From<TReal>(unit * (LogKernelSums<TReal, TVector>.LogSum(totals + (i * LogKernelSums<TReal, TVector>.Size)) - logCount));
        }

        bool quadratic = call.Options.Kind == SampleEntropyKind.RenyiQuadratic;
        LogTotal total = LogTotal.Of(totals, count, LogKernelSums<TReal, TVector>.Size);
        double sum = 0;
        for (long i = 0; i < count && !quadratic; i++)
            sum += LogKernelSums<TReal, TVector>.LogSum(totals + (i * LogKernelSums<TReal, TVector>.Size)) - logCount;
        double value = quadratic ? -(total.Log - (2 * logCount)) : -sum / count;
        if (call.Gradient.Rows > 0)
        {
            TReal* coefficients = SampleCall<T, TReal>.TakeRow(ref scratch, count), shifts = SampleCall<T, TReal>.TakeRow(ref scratch, count);
            for (long i = 0; i < count; i++)
            {
                double* row = totals + (i * LogKernelSums<TReal, TVector>.Size);
                coefficients[i] = Real.From<TReal>(factor * 2 * call.Scale * (quadratic ? 2 / total.Sum : 1 / (count * row[1])));
                shifts[i] = Real.From<TReal>(quadratic ? total.Maximum : row[0]);
            }

            KernelWeights<TReal, TVector> weights = new() { Scale = call.Scale, Coefficients = coefficients, Shifts = shifts };
            if (!quadratic)
            {
                weights.ColumnCoefficients = coefficients;
                weights.ColumnShifts = shifts;
            }

            double* gradient = scratch.Take<double>(count * call.Points.Dimensions);
            PairRows.Gradient<TReal, TVector, KernelWeights<TReal, TVector>>(channels, weights, gradient, add: false);
            SampleCall<T, TReal>.Store(call.Gradient, gradient);
        }

        return factor * value;
    }
}

/// <summary>log Σ_i e^{l_i} of row sums kept as (maximum, sum).</summary>
internal readonly struct LogTotal
{
    private LogTotal(double maximum, double sum)
    {
        Maximum = maximum;
        Sum = sum;
    }

    public double Maximum { get; }

    /// <summary>Σ_i e^{l_i − Maximum}.</summary>
    public double Sum { get; }

    public double Log => Maximum + Math.Log(Sum);

    public static unsafe LogTotal Of(double* totals, long count, int stride)
    {
        double maximum = double.NegativeInfinity, sum = 0;
        for (long i = 0; i < count; i++)
            maximum = totals[i * stride] > maximum ? totals[i * stride] : maximum;
        double origin = double.IsNegativeInfinity(maximum) ? 0 : maximum;
        for (long i = 0; i < count; i++)
            sum += totals[(i * stride) + 1] * Math.Exp(totals[i * stride] - origin);
        return new(maximum, sum);
    }
}
