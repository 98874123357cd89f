using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// The projection of s/ε onto the permutahedron of w, quadratic or entropic (in the log domain), by one sort and one isotonic regression. Permutahedron: s = x↓, ε = 1, w the weights. Soft rank: s = ±x↓,
/// w = (V, …, 1), or its logarithms and the exponential of the result. Soft sort: s = (V, …, 1), w = x↓, the result in its own order. Gradient: by s through the sort, by w for soft sort.
/// </summary>
internal static unsafe class PermutahedronRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int RowSlot = 0;
    private const int BlocksSlot = 1;
    private const int ProjectedSlot = 2;
    private const int VerticesSlot = 3;
    private const int OrderSlot = 4;
    private const int UpstreamSlot = 5;
    private const int ByVerticesSlot = 6;

    public static void Forward(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        if (job.Map.Regulariser == SortRegulariser.Entropic)
            Forward<LogSortedBlock>(job, begin, end);
        else
            Forward<MeanSortedBlock>(job, begin, end);
    }

    public static void Gradient(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        if (job.Map.Regulariser == SortRegulariser.Entropic)
            Gradient<LogSortedBlock>(job, begin, end);
        else
            Gradient<MeanSortedBlock>(job, begin, end);
    }

    private static void Forward<TBlock>(in ProjectionJob<T, TReal> job, long begin, long end)
        where TBlock : unmanaged, ISortedBlock<TBlock>
    {
        Sorted<TBlock> sorted = new(job);
        bool isSort = job.Map.Kind == RowMapKind.SoftSort, isExponential = IsExponential(job);
        for (long row = begin; row < end; row++)
        {
            RowStatus status = sorted.Solve(job, row);
            if (status != RowStatus.Ok)
            {
                RowOutcome<T, TReal>.Bad(job, row, status);
                continue;
            }

            T* y = RowOutcome<T, TReal>.Destination(job, row);
            for (int block = 0, i = 0; y != null && block < sorted.Count; block++)
            {
                for (int stop = i + sorted.Blocks[block].Count; i < stop; i++)
                {
                    double value = sorted.Blocks[block].Value(sorted.S[i], sorted.Epsilon);
                    y[isSort ? Place(job, i) : sorted.Order[i]] = Real.From<T>(isExponential ? Math.Exp(value) : value);
                }
            }

            RowOutcome<T, TReal>.Good(job, row, y);
        }
    }

    private static void Gradient<TBlock>(in ProjectionJob<T, TReal> job, long begin, long end)
        where TBlock : unmanaged, ISortedBlock<TBlock>
    {
        Sorted<TBlock> sorted = new(job);
        double* u = ProjectionScratch.Take<double>(UpstreamSlot, job.Columns);
        double* byVertices = ProjectionScratch.Take<double>(ByVerticesSlot, job.Columns);
        bool isSort = job.Map.Kind == RowMapKind.SoftSort, isExponential = IsExponential(job);
        for (long row = begin; row < end; row++)
        {
            if (sorted.Solve(job, row) != RowStatus.Ok)
            {
                RowOutcome<T, TReal>.BadGradient(job, row);
                continue;
            }

            T* v = job.UpstreamRow(row);
            TwoSum byEpsilon = default;
            for (int block = 0, i = 0; block < sorted.Count; block++)
            {
                int start = i;
                for (int stop = i + sorted.Blocks[block].Count; i < stop; i++)
                {
                    u[i] = Real.ToDouble(v[isSort ? Place(job, i) : sorted.Order[i]]);
                    if (isExponential)
                        u[i] *= Math.Exp(sorted.Blocks[block].Value(sorted.S[i], sorted.Epsilon));
                }

                byEpsilon.Add(sorted.Blocks[block].Differentiate(sorted.S + start, sorted.W + start, u + start, byVertices + start, sorted.Epsilon));
            }

            T* gradient = job.GradientRow(row);
            for (int i = 0; gradient != null && i < job.Columns; i++)
                gradient[sorted.Order[i]] = Real.From<T>(isSort ? byVertices[i] : sorted.Sign * u[i] / sorted.Epsilon);
            RowOutcome<T, TReal>.GoodGradient(job, row, byEpsilon.Rounded);
        }
    }

    // Soft ranks are projected in the log domain.
    private static bool IsExponential(in ProjectionJob<T, TReal> job) => job.Map.Kind == RowMapKind.SoftRank && job.Map.Regulariser == SortRegulariser.Entropic;

    // Of the i-th largest of a soft sort.
    private static int Place(in ProjectionJob<T, TReal> job, int i) => job.Map.Descending ? i : job.Columns - 1 - i;

    /// <summary>A row sorted and its blocks.</summary>
    private ref struct Sorted<TBlock>
        where TBlock : unmanaged, ISortedBlock<TBlock>
    {
        private readonly double* _row;

        public Sorted(in ProjectionJob<T, TReal> job)
        {
            int columns = job.Columns;
            _row = ProjectionScratch.Take<double>(RowSlot, columns);
            Blocks = ProjectionScratch.Take<TBlock>(BlocksSlot, columns);
            S = ProjectionScratch.Take<double>(ProjectedSlot, columns);
            W = ProjectionScratch.Take<double>(VerticesSlot, columns);
            Order = ProjectionScratch.Take<int>(OrderSlot, columns);
            Sign = job.Map.Kind == RowMapKind.SoftRank && job.Map.Descending ? -1 : 1;

            // What does not depend on the row.
            bool isSort = job.Map.Kind == RowMapKind.SoftSort;
            double* ranks = isSort ? S : W;
            for (int i = 0; i < columns; i++)
                ranks[i] = IsExponential(job) ? Math.Log(columns - i) : columns - i;
            if (job.Map.Kind == RowMapKind.Permutahedron)
            {
                RowBuffer.Widen(job.Weights, W, columns);
                Span<double> weights = new(W, columns);
                weights.Sort();
                weights.Reverse();
            }
        }

        public TBlock* Blocks { get; }

        public int Count { get; private set; }

        public double* S { get; }

        public double* W { get; }

        public int* Order { get; }

        public double Sign { get; }

        public double Epsilon { get; private set; }

        public RowStatus Solve(in ProjectionJob<T, TReal> job, long row)
        {
            Epsilon = job.Map.Kind == RowMapKind.Permutahedron ? 1 : job.Parameter(row);
            RowStatus status = Epsilon > 0 && double.IsFinite(Epsilon) ? RowBuffer.Widen(job.InputRow(row), _row, job.Columns) : RowStatus.InvalidParameter;
            if (status != RowStatus.Ok)
                return status;
            RowOrder.Downwards(_row, Sign, job.Columns, job.Map.Kind == RowMapKind.SoftSort ? W : S, Order);
            for (int i = 0; i < job.Columns; i++)
                Blocks[i] = TBlock.Single(S[i], W[i]);
            Count = PoolAdjacentViolators.Pool(Blocks, job.Columns, Epsilon);
            for (int block = 0, i = 0; block < Count; i += Blocks[block].Count, block++)
                Blocks[block].Finish(S + i, W + i, Epsilon);
            return RowStatus.Ok;
        }
    }
}
