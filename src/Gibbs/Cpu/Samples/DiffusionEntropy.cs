using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// Entropy of the entries of P/N, log N + mean_i H_i, P_ij = exp(u_ij + b_j − n_i), b_j = −½·log D_j or 0. With t_ij = P_ij·(log P_ij + H_i) and τ_i = Σ_j t_ji (0 for plain rows):
/// <code>dx_i = (1/(N·σ²))·Σ_j (t_ij + t_ji − ½·τ_i·K_ij/D_i − ½·τ_j·K_ij/D_j)·(x_i − x_j)</code>
/// </summary>
internal static unsafe class DiffusionEntropy<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int Size = LogKernelSums<TReal, TVector>.Size;

    public static double Run(in SampleCall<T, TReal> call, ref PairScratch scratch)
    {
        long count = call.Points.Count;
        bool plain = call.Options.PlainRows;
        double factor = call.Options.ValueFactor, unit = call.Options.Base2 ? 1 / Math.Log(2) : 1;
        PairChannels<TReal> channels = default;
        channels[0] = new(call.Points, call.Points);
        double* degrees = scratch.Take<double>(count * Size), rows = degrees;
        DiffusionRows<TReal, TVector> diffusion = new()
        {
            Scale = call.Scale,
            Bias = SampleCall<T, TReal>.TakeRow(ref scratch, count),
            LogNorm = SampleCall<T, TReal>.TakeRow(ref scratch, count),
            Entropy = SampleCall<T, TReal>.TakeRow(ref scratch, count),
        };
        PairRows.Sum<TReal, TVector, LogKernelSums<TReal, TVector>>(channels, new() { Scale = call.Scale }, degrees);
        if (!plain)
        {
            for (long i = 0; i < count; i++)
                diffusion.Bias[i] = Real.From<TReal>(-0.5 * LogKernelSums<TReal, TVector>.LogSum(degrees + (i * Size)));
            rows = scratch.Take<double>(count * Size);
            PairRows.Sum<TReal, TVector, LogKernelSums<TReal, TVector>>(channels, new() { Scale = call.Scale, Bias = diffusion.Bias }, rows);
        }

        double sum = 0;
        for (long i = 0; i < count; i++)
        {
            double* row = rows + (i * Size);
            double entropy = Math.Log(row[1]) - (row[2] / row[1]);
            diffusion.LogNorm[i] = Real.From<TReal>(LogKernelSums<TReal, TVector>.LogSum(row));
            diffusion.Entropy[i] = Real.From<TReal>(entropy);
            sum += entropy;
            if (call.RowValues != null)
                call.RowValues[i] = Real.From<TReal>(unit * entropy);
        }

        if (call.Gradient.Rows > 0)
            Gradient(call, ref scratch, channels, diffusion, degrees);
        return factor * (Math.Log(count) + (sum / count));
    }

    private static void Gradient(in SampleCall<T, TReal> call, ref PairScratch scratch, in PairChannels<TReal> channels, in DiffusionRows<TReal, TVector> diffusion, double* degrees)
    {
        long count = call.Points.Count;
        double factor = 2 * call.Scale * call.Options.ValueFactor / count;
        TReal* coefficients = SampleCall<T, TReal>.TakeRow(ref scratch, count), shifts = SampleCall<T, TReal>.TakeRow(ref scratch, count);
        if (!call.Options.PlainRows)
        {
            double* slopes = scratch.Take<double>(count);
            PairRows.Sum<TReal, TVector, DiffusionColumnSums<TReal, TVector>>(channels, new() { Rows = diffusion }, slopes);
            for (long i = 0; i < count; i++)
            {
                coefficients[i] = Real.From<TReal>(-0.5 * factor * slopes[i] / degrees[(i * Size) + 1]);
                shifts[i] = Real.From<TReal>(degrees[i * Size]);
            }
        }

        DiffusionWeights<TReal, TVector> weights = new()
        {
            Rows = diffusion,
            Degrees = new() { Scale = call.Scale, Coefficients = coefficients, Shifts = shifts, ColumnCoefficients = coefficients, ColumnShifts = shifts },
            Factor = factor,
        };
        double* gradient = scratch.Take<double>(count * call.Points.Dimensions);
        PairRows.Gradient<TReal, TVector, DiffusionWeights<TReal, TVector>>(channels, weights, gradient, add: false);
        SampleCall<T, TReal>.Store(call.Gradient, gradient);
    }
}
