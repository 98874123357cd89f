using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>A plan's action on a matrix, and its marginals, on spans: weights times values go through the passes over the density, some columns of the values at a time.</summary>
internal static unsafe class CpuTransportPlan
{
    // Columns of values of one pass: their sums stay in the second-level cache.
    private const int MostColumns = 32;

    public static void Apply<TReal>(
        in TransportCost cost, in TransportPotentials<TReal> potentials, ReadOnlySpan2D<TReal> values, Span2D<TReal> result, in SinkhornOptions options, bool barycentric)
        where TReal : unmanaged
    {
        TransportPlanValidation.CheckApply(values.Height, values.Width, result.Height, result.Width, cost.Columns, cost.Rows, false);
        Run(cost, potentials, values, result, options, new() { Barycentric = barycentric });
    }

    public static void ApplyTransposed<TReal>(
        in TransportCost cost, in TransportPotentials<TReal> potentials, ReadOnlySpan2D<TReal> values, Span2D<TReal> result, in SinkhornOptions options, bool barycentric)
        where TReal : unmanaged
    {
        TransportPlanValidation.CheckApply(values.Height, values.Width, result.Height, result.Width, cost.Rows, cost.Columns, true);
        Run(cost, potentials, values, result, options, new() { Barycentric = barycentric, Transposed = true });
    }

    public static void Marginals<TReal>(in TransportCost cost, in TransportPotentials<TReal> potentials, Span<TReal> rowSums, Span<TReal> columnSums, in SinkhornOptions options)
        where TReal : unmanaged
    {
        ArgumentChecks.Length("rowSums", rowSums.Length, cost.Rows, "one per row of the cost");
        ArgumentChecks.Length("columnSums", columnSums.Length, cost.Columns, "one per column of the cost");
        fixed (TReal* rows = rowSums, columns = columnSums)
        {
            MarginalsWork<TReal> work = new() { Rows = rows, Columns = columns };
            CpuPlan.Run(cost, potentials, options, ref work);
        }
    }

    private static void Run<TReal>(in TransportCost cost, in TransportPotentials<TReal> potentials, ReadOnlySpan2D<TReal> values, Span2D<TReal> result, in SinkhornOptions options, ApplyWork<TReal> work)
        where TReal : unmanaged
    {
        fixed (TReal* v = values, r = result)
        {
            work.Values = v;
            work.ValuesStride = RowSplit.StrideBytes(values);
            work.Result = r;
            work.ResultStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)result);
            work.Width = values.Width;
            CpuPlan.Run(cost, potentials, options, ref work);
        }
    }

    private struct MarginalsWork<TReal> : IPlanWork<TReal>
        where TReal : unmanaged
    {
        public TReal* Rows;
        public TReal* Columns;

        public readonly void Run<TVector, TCosts>(in PlanProblem<TReal, TCosts> problem)
            where TVector : unmanaged, ISimdVector<TVector, TReal>
            where TCosts : unmanaged, ICostTiles<TReal>
        {
            double* sums = (double*)NativeMemory.Alloc((nuint)(Math.Max(problem.Rows, DensityColumns<TReal, TVector, TCosts>.Doubles(problem, 1)) * sizeof(double)));
            try
            {
                if (Rows != null)
                {
                    DensityRows<TReal, TVector, TCosts>.Of(problem, problem.B, 1, sums);
                    for (long i = 0; i < problem.Rows; i++)
                        Rows[i] = Real.From<TReal>(Real.ToDouble(problem.A[i]) * sums[i]);
                }

                if (Columns == null)
                    return;
                DensityColumns<TReal, TVector, TCosts>.Of(problem, problem.A, 1, sums);
                for (int j = 0; j < problem.Columns; j++)
                    Columns[j] = Real.From<TReal>(Real.ToDouble(problem.B[j]) * sums[j]);
            }
            finally
            {
                NativeMemory.Free(sums);
            }
        }
    }

    private struct ApplyWork<TReal> : IPlanWork<TReal>
        where TReal : unmanaged
    {
        public TReal* Values;
        public nint ValuesStride;
        public TReal* Result;
        public nint ResultStride;
        public int Width;
        public bool Transposed;
        public bool Barycentric;

        public readonly void Run<TVector, TCosts>(in PlanProblem<TReal, TCosts> problem)
            where TVector : unmanaged, ISimdVector<TVector, TReal>
            where TCosts : unmanaged, ICostTiles<TReal>
        {
            // The mass is one more column of values, the first of every pass.
            int extra = Barycentric ? 1 : 0, width = Math.Min(Width, MostColumns) + extra;
            long weights = Transposed ? problem.Rows * width : (long)problem.Padded * width;
            long sums = Transposed ? DensityColumns<TReal, TVector, TCosts>.Doubles(problem, width) : problem.Rows * width;
            double* memory = (double*)NativeMemory.AlignedAlloc((nuint)((sums * sizeof(double)) + (weights * sizeof(TReal)) + 64), 64);
            TReal* scaled = (TReal*)(((nint)(memory + sums) + 63) & ~(nint)63);
            try
            {
                for (int first = 0; first < Width; first += MostColumns)
                {
                    int count = Math.Min(MostColumns, Width - first) + extra;
                    if (Transposed)
                    {
                        RowWeights(scaled, problem.A, problem.Rows, first, count - extra, count);
                        DensityColumns<TReal, TVector, TCosts>.Of(problem, scaled, count, memory);
                        for (int j = 0; j < problem.Columns; j++)
                            Store(j, first, count, memory + j, problem.Padded, problem.B[j]);
                    }
                    else
                    {
                        ColumnWeights(scaled, problem.B, problem.Columns, problem.Padded, first, count - extra, count);
                        DensityRows<TReal, TVector, TCosts>.Of(problem, scaled, count, memory);
                        for (long i = 0; i < problem.Rows; i++)
                            Store(i, first, count, memory + (i * count), 1, problem.A[i]);
                    }
                }
            }
            finally
            {
                NativeMemory.AlignedFree(memory);
            }
        }

        private static TReal* Row(TReal* matrix, nint stride, long row) => (TReal*)((byte*)matrix + ((nint)row * stride));

        // [rows, count]: a_i, where the mass is wanted, and a_i·V_ik.
        private readonly void RowWeights(TReal* weights, TReal* masses, long rows, int first, int columns, int count)
        {
            for (long i = 0; i < rows; i++)
            {
                TReal* row = weights + (i * count), values = Row(Values, ValuesStride, i) + first;
                double mass = Real.ToDouble(masses[i]);
                row[0] = masses[i];
                for (int k = 0; k < columns; k++)
                    row[k + count - columns] = Real.From<TReal>(mass * Real.ToDouble(values[k]));
            }
        }

        // [count, padded]: b_j and b_j·V_jk, 0 behind the columns.
        private readonly void ColumnWeights(TReal* weights, TReal* masses, int length, int padded, int first, int columns, int count)
        {
            for (int j = 0; j < padded; j++)
            {
                TReal* values = Row(Values, ValuesStride, Math.Min(j, length - 1)) + first;
                double mass = Real.ToDouble(masses[j]);
                weights[j] = masses[j];
                for (int k = 0; k < columns; k++)
                    weights[((nint)(k + count - columns) * padded) + j] = j < length ? Real.From<TReal>(mass * Real.ToDouble(values[k])) : default;
            }
        }

        private readonly void Store(long row, int first, int count, double* sums, nint step, TReal mass)
        {
            TReal* result = Row(Result, ResultStride, row) + first;
            int extra = Barycentric ? 1 : 0;
            double factor = Barycentric ? 1 / sums[0] : Real.ToDouble(mass);
            for (int k = extra; k < count; k++)
                result[k - extra] = Real.From<TReal>(sums[k * step] * factor);
        }
    }
}
