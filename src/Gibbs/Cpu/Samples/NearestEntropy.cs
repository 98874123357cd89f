using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>Nearest-neighbour entropy −log mean_i m_i, m_i = min_j |x_i − b_j|²/d at j = a_i; dx_i = −(2/(d·Σm))·(x_i − b_{a_i}), 0 where Σm is.</summary>
internal static unsafe class NearestEntropy<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static double Run(in SampleCall<T, TReal> call, ref PairScratch scratch)
    {
        ref readonly PackedPoints<TReal> x = ref call.Points;
        double* nearest = scratch.Take<double>(x.Count * NearestRow<TReal, TVector>.Size);
        if (call.Options.OwnBuffers)
        {
            OwnBuffers(call, nearest);
        }
        else
        {
            PairChannels<TReal> channels = default;
            channels[0] = new(x, call.Others);
            PairRows.Sum<TReal, TVector, NearestRow<TReal, TVector>>(channels, default, nearest);
        }

        double sum = 0;
        for (long i = 0; i < x.Count; i++)
        {
            double* row = nearest + (i * NearestRow<TReal, TVector>.Size);
            double square = row[1] < 0 ? double.NaN : row[0] / x.Dimensions;
            sum += square;
            if (call.RowValues != null)
                call.RowValues[i] = Real.From<TReal>(square);
            if (call.Nearest != null)
                call.Nearest[i] = (long)row[1];
        }

        double factor = call.Options.ValueFactor;
        for (long i = 0; i < call.Gradient.Rows; i++)
        {
            T* gradient = (T*)(call.Gradient.Start + ((nint)i * call.Gradient.Stride));
            long at = (long)nearest[(i * NearestRow<TReal, TVector>.Size) + 1];
            double scale = sum == 0 ? 0 : -2 * factor / (x.Dimensions * sum);
            for (int k = 0; k < x.Dimensions; k++)
                gradient[k] = Real.From<T>(at < 0 ? double.NaN : scale * (Real.ToDouble(x.Row(i)[k]) - Real.ToDouble(call.Others.Row(at)[k])));
        }

        return factor * -Math.Log(sum / x.Count);
    }

    // Point i against the rows i, N + i, 2N + i, …
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OwnBuffers(in SampleCall<T, TReal> call, double* nearest)
    {
        ref readonly PackedPoints<TReal> x = ref call.Points;
        NearestRow<TReal, TVector> rows = default;
        for (long i = 0; i < x.Count; i++)
        {
            double* best = nearest + (i * NearestRow<TReal, TVector>.Size);
            rows.Clear(best);
            for (long j = i; j < call.Others.Count; j += x.Count)
            {
                double square = 0;
                for (int k = 0; k < x.Dimensions; k++)
                {
                    double difference = Real.ToDouble(x.Row(i)[k]) - Real.ToDouble(call.Others.Row(j)[k]);
                    square += difference * difference;
                }

                if (square < best[0])
                {
                    best[0] = square;
                    best[1] = j;
                }
            }
        }
    }
}

/// <summary>min_j |x_i − b_j|² and the lowest j that attains it, −1 where none is a number.</summary>
internal unsafe struct NearestRow<TReal, TVector> : IPairSums<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public const int Size = 2;

    public static int Channels => 1;

    public static int Totals => Size;

    public readonly void Clear(double* totals)
    {
        totals[0] = double.PositiveInfinity;
        totals[1] = -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Add(TReal* squares, int stride, long row, long column, double* totals)
    {
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            ulong nearer = TVector.MaskBits(TVector.LessThan(TVector.Load(squares + c), TVector.Constant(totals[0])));
            for (; nearer != 0; nearer &= nearer - 1)
            {
                int at = c + BitOperations.TrailingZeroCount(nearer);
                double square = Real.ToDouble(squares[at]);
                if (square < totals[0])
                {
                    totals[0] = square;
                    totals[1] = column + at;
                }
            }
        }
    }
}
