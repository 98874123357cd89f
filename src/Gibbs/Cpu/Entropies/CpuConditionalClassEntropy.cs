using System;
using System.Runtime.CompilerServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>Conditional class entropies on spans: blocks of units on the worker team, each counting through all samples.</summary>
internal static unsafe class CpuConditionalClassEntropy
{
    // A line of float32; the counts of a block of units and a class lie side by side.
    private const int BlockUnits = 64;

    private struct Job<T, TReal>
        where T : unmanaged
        where TReal : unmanaged
    {
        public T* Values;
        public nint Stride;
        public long Rows;
        public long Units;
        public int Classes;
        public int* Labels32;
        public long* Labels64;
        public long IgnoreIndex;
        public bool Accumulate, Base2, OutOfRange;
        public long* Counts;
        public nint CountsStride;
        public double* Nans;
        public TReal* Entropies;
        public RowStatus* Status;

        public readonly long Label(long row) => Labels32 != null ? Labels32[row] : Labels64[row];
    }

    public static ConditionalClassEntropyResult Compute<T, TReal>(
        ReadOnlySpan2D<T> values, TargetSpan labels, int classes, in ConditionalClassEntropyOutputs<TReal> outputs, in ConditionalClassEntropyOptions options)
        where T : unmanaged
        where TReal : unmanaged
    {
        ConditionalClassEntropyValidation.Check(
            values.Height, values.Width, labels.Length, classes, outputs.Entropies.Length, outputs.Counts.Height, outputs.Counts.Width, outputs.Status.Length, options);
        fixed (T* x = values)
        fixed (int* labels32 = labels.Int32)
        fixed (long* labels64 = labels.Int64, counts = outputs.Counts)
        fixed (TReal* entropies = outputs.Entropies)
        fixed (RowStatus* status = outputs.Status)
        {
            Job<T, TReal> job = default;
            job.Values = x;
            job.Stride = RowSplit.StrideBytes(values);
            job.Rows = values.Height;
            job.Units = values.Width;
            job.Classes = classes;
            job.Labels32 = labels32;
            job.Labels64 = labels64;
            job.IgnoreIndex = options.IgnoreIndex;
            job.Accumulate = options.Accumulate;
            job.Base2 = options.Base2;
            job.Entropies = entropies;
            job.Status = status;
            long samples = 0, outOfRange = 0;
            for (long row = 0; row < job.Rows; row++)
            {
                long label = job.Label(row);
                bool inside = (ulong)label < (ulong)classes && label != options.IgnoreIndex;
                samples += inside ? 1 : 0;
                outOfRange += inside || label == options.IgnoreIndex ? 0 : 1;
            }

            job.OutOfRange = outOfRange > 0;
            job.Counts = counts != null ? counts : ProjectionScratch.Take<long>(ProjectionSlots.Input, 2L * classes * job.Units);
            job.CountsStride = counts != null ? RowSplit.StrideBytes((ReadOnlySpan2D<long>)outputs.Counts) / sizeof(long) : (nint)job.Units;
            long blocks = (job.Units + BlockUnits - 1) / BlockUnits;
            job.Nans = ProjectionScratch.Take<double>(ProjectionSlots.Result, blocks * BlockUnits);
            WorkerTeam.Run(&Run<T, TReal>, &job, blocks, 1, RowSplit.Parallel(job.Rows, job.Units));
            return new ConditionalClassEntropyResult(samples, outOfRange);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T, TReal>(void* context, long begin, long end)
        where T : unmanaged
        where TReal : unmanaged
    {
        ref readonly Job<T, TReal> job = ref *(Job<T, TReal>*)context;
        for (long block = begin; block < end; block++)
        {
            long first = block * BlockUnits;
            int units = (int)Math.Min(BlockUnits, job.Units - first);
            double* nans = job.Nans + first;
            new Span<double>(nans, BlockUnits).Clear();
            if (!job.Accumulate)
            {
                for (long c = 0; c < 2L * job.Classes; c++)
                    new Span<long>(job.Counts + ((nint)c * job.CountsStride) + first, units).Clear();
            }

            Count(job, first, units, nans);
            Entropies(job, first, units, nans);
        }
    }

    // nans[u] counts the unit's NaN.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Count<T, TReal>(in Job<T, TReal> job, long first, int units, double* nans)
        where T : unmanaged
        where TReal : unmanaged
    {
        for (long row = 0; row < job.Rows; row++)
        {
            long label = job.Label(row);
            if (label == job.IgnoreIndex || (ulong)label >= (ulong)job.Classes)
                continue;
            T* x = (T*)((byte*)job.Values + ((nint)row * job.Stride)) + first;
            long* below = job.Counts + ((nint)label * job.CountsStride) + first, above = below + ((nint)job.Classes * job.CountsStride);
            for (int u = 0; u < units; u++)
            {
                double value = Real.ToDouble(x[u]);
                below[u] += value <= 0 ? 1 : 0;
                above[u] += value > 0 ? 1 : 0;
                nans[u] += double.IsNaN(value) ? 1 : 0;
            }
        }
    }

    // Σ n·log(the count of its sign / n), over all; a class that has its sign to itself adds 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Entropies<T, TReal>(in Job<T, TReal> job, long first, int units, double* nans)
        where T : unmanaged
        where TReal : unmanaged
    {
        for (int u = 0; u < units; u++)
        {
            double sum = 0;
            long total = 0;
            for (int sign = 0; sign < 2; sign++)
            {
                long* counts = job.Counts + ((nint)sign * job.Classes * job.CountsStride) + first + u;
                long ofSign = 0;
                for (int c = 0; c < job.Classes; c++)
                    ofSign += counts[c * job.CountsStride];
                total += ofSign;
                for (int c = 0; c < job.Classes; c++)
                {
                    long n = counts[c * job.CountsStride];
                    sum += n == 0 || n == ofSign ? 0 : n * Math.Log((double)ofSign / n);
                }
            }

            RowStatus status = job.OutOfRange ? RowStatus.TargetOutOfRange : nans[u] > 0 ? RowStatus.NotANumber : total == 0 ? RowStatus.AllMasked : RowStatus.Ok;
            double entropy = total == 0 ? 0 : sum / total;
            if (job.Base2)
                entropy /= Math.Log(2);
            if (job.Entropies != null)
                job.Entropies[first + u] = Real.From<TReal>(status is RowStatus.TargetOutOfRange or RowStatus.NotANumber ? double.NaN : entropy);
            if (job.Status != null)
                job.Status[first + u] = status;
        }
    }
}
