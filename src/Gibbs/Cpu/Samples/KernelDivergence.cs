using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// Cauchy-Schwarz divergence −2·log mean K₁₂ + log mean K₁₁ + log mean K₂₂:
/// <code>dx_i = (2/σ²)·(Σ_j e^{u_ij − L₁₂}·(x_i − y_j) − Σ_j e^{u_ij − L₁₁}·(x_i − x_j))        dy alike</code>
/// </summary>
internal static unsafe class KernelDivergence<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static double Run(in SampleCall<T, TReal> call, ref PairScratch scratch)
    {
        ref readonly PackedPoints<TReal> x = ref call.Points, y = ref call.Others;
        LogTotal cross = Total(call, ref scratch, x, y), own = Total(call, ref scratch, x, x), others = Total(call, ref scratch, y, y);
        double logX = Math.Log(x.Count), logY = Math.Log(y.Count);
        Gradient(call, ref scratch, x, y, own, cross, call.Gradient);
        Gradient(call, ref scratch, y, x, others, cross, call.OthersGradient);

        // Each mean in parentheses: where the samples are the same, so are all three, and the value is exactly 0.
        return call.Options.ValueFactor * ((-2 * (cross.Log - (logX + logY))) + (own.Log - (logX + logX)) + (others.Log - (logY + logY)));
    }

    private static LogTotal Total(in SampleCall<T, TReal> call, ref PairScratch scratch, in PackedPoints<TReal> left, in PackedPoints<TReal> right)
    {
        PairChannels<TReal> channels = default;
        channels[0] = new(left, right);
        double* totals = scratch.Take<double>(left.Count * LogKernelSums<TReal, TVector>.Size);
        PairRows.Sum<TReal, TVector, LogKernelSums<TReal, TVector>>(channels, new() { Scale = call.Scale }, totals);
        return LogTotal.Of(totals, left.Count, LogKernelSums<TReal, TVector>.Size);
    }

    private static void Gradient(in SampleCall<T, TReal> call, ref PairScratch scratch, in PackedPoints<TReal> own, in PackedPoints<TReal> other, LogTotal ownTotal, LogTotal cross, in SampleMatrix gradient)
    {
        if (gradient.Rows == 0)
            return;
        double* sums = scratch.Take<double>(own.Count * own.Dimensions);
        double factor = 4 * call.Scale * call.Options.ValueFactor;
        Pass(call, ref scratch, own, own, -factor / ownTotal.Sum, ownTotal.Maximum, sums, add: false);
        Pass(call, ref scratch, own, other, factor / cross.Sum, cross.Maximum, sums, add: true);
        SampleCall<T, TReal>.Store(gradient, sums);
    }

    private static void Pass(in SampleCall<T, TReal> call, ref PairScratch scratch, in PackedPoints<TReal> left, in PackedPoints<TReal> right, double coefficient, double shift, double* sums, bool add)
    {
        PairChannels<TReal> channels = default;
        channels[0] = new(left, right);
        TReal* coefficients = SampleCall<T, TReal>.TakeRow(ref scratch, left.Count), shifts = SampleCall<T, TReal>.TakeRow(ref scratch, left.Count);
        new Span<TReal>(coefficients, checked((int)left.Count)).Fill(Real.From<TReal>(coefficient));
        new Span<TReal>(shifts, checked((int)left.Count)).Fill(Real.From<TReal>(shift));
        PairRows.Gradient<TReal, TVector, KernelWeights<TReal, TVector>>(channels, new() { Scale = call.Scale, Coefficients = coefficients, Shifts = shifts }, sums, add);
    }
}
