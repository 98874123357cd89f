using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// argmin ½Σ w_j(y_j − x_j)² with y_1 ≤ … ≤ y_V (≥ where descending): the weighted mean of each pooled block; a block of one entry is that entry, bit for bit. The gradient, over a run of equal y: w_j·Σv/Σw.
/// </summary>
internal static unsafe class IsotonicRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int RowSlot = 0;
    private const int BlocksSlot = 1;

    public static void Forward(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        double* values = ProjectionScratch.Take<double>(RowSlot, job.Columns);
        MeanBlock* blocks = ProjectionScratch.Take<MeanBlock>(BlocksSlot, job.Columns);
        double sign = job.Map.Descending ? -1 : 1;
        for (long row = begin; row < end; row++)
        {
            T* x = job.InputRow(row);
            RowStatus status = RowBuffer.Widen(x, values, job.Columns);
            if (status != RowStatus.Ok)
            {
                RowOutcome<T, TReal>.Bad(job, row, status);
                continue;
            }

            for (int j = 0; j < job.Columns; j++)
                blocks[j] = new(sign * values[j], job.Weights == null ? 1 : Real.ToDouble(job.Weights[j]));
            int count = PoolAdjacentViolators.Pool(blocks, job.Columns, 0);
            T* y = RowOutcome<T, TReal>.Destination(job, row);
            if (y != null)
                Write(blocks, count, sign, x, y);
            RowOutcome<T, TReal>.Good(job, row, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            T* y = job.ResultRow(row);
            T* v = job.UpstreamRow(row);
            T* gradient = job.GradientRow(row);
            if (gradient == null)
                continue;
            if (RowBuffer.HasNaN(y, job.Columns))
            {
                RowOutcome<T, TReal>.BadGradient(job, row);
                continue;
            }

            for (int start = 0; start < job.Columns;)
            {
                double value = Real.ToDouble(y[start]);
                TwoSum sum = default, weight = default;
                int stop = start;
                for (; stop < job.Columns && Real.ToDouble(y[stop]) == value; stop++)
                {
                    sum.Add(Real.ToDouble(v[stop]));
                    weight.Add(job.Weights == null ? 1 : Real.ToDouble(job.Weights[stop]));
                }

                double mean = sum.Over(weight.Rounded);
                if (stop == start + 1)
                    gradient[start] = v[start];
                else if (job.Weights == null)
                    new Span<T>(gradient + start, stop - start).Fill(Real.From<T>(mean));
                else
                    for (int j = start; j < stop; j++)
                        gradient[j] = Real.From<T>(Real.ToDouble(job.Weights[j]) * mean);
                start = stop;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write(MeanBlock* blocks, int count, double sign, T* x, T* y)
    {
        int start = 0;
        for (int i = 0; i < count; i++)
        {
            int length = blocks[i].Count;
            T value = length == 1 ? x[start] : Real.From<T>(sign * blocks[i].Mean);
            new Span<T>(y + start, length).Fill(value);
            start += length;
        }
    }

    private struct MeanBlock(double value, double weight) : IPooledBlock<MeanBlock>
    {
        public double Mean = value;
        public int Count = 1;
        private TwoSum _sum = Product(weight, value);
        private TwoSum _weight = new() { Value = weight };

        public static bool OutOfOrder(in MeanBlock earlier, in MeanBlock later, double unit) => earlier.Mean > later.Mean;

        public void Absorb(in MeanBlock later, double unit)
        {
            _sum.Add(later._sum);
            _weight.Add(later._weight);
            Count += later.Count;
            Mean = _sum.Over(_weight.Rounded);
        }

        private static TwoSum Product(double weight, double value)
        {
            TwoSum sum = default;
            sum.AddProduct(weight, value);
            return sum;
        }
    }
}
