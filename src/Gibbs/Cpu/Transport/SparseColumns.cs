using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sums over columns.</summary>
internal struct SparseTotals
{
    /// <summary>Σ of the conjugates.</summary>
    public double Conjugate;

    /// <summary>⟨P, C⟩.</summary>
    public double LinearCost;

    /// <summary>½‖P‖².</summary>
    public double HalfSquares;

    /// <summary>Σ|Pᵀ1 − b|.</summary>
    public double Error;

    /// <summary>A column of mass that may receive from no row of mass.</summary>
    public bool Infeasible;

    public void Add(in SparseTotals other)
    {
        Conjugate += other.Conjugate;
        LinearCost += other.LinearCost;
        HalfSquares += other.HalfSquares;
        Error += other.Error;
        Infeasible |= other.Infeasible;
    }
}

/// <summary>A sparsity-constrained problem as the workers see it. Rows without mass take no part.</summary>
internal unsafe struct SparseProblem<TReal, TCosts>
    where TReal : unmanaged
    where TCosts : unmanaged, ICostTiles<double>
{
    public TCosts Costs;
    public int Rows;
    public int Columns;

    /// <summary>At most <see cref="Rows"/>.</summary>
    public int K;
    public double Gamma;
    public bool Dual;
    public double* A;
    public double* B;
    public double* F;

    /// <summary>Given in the dual form, where the column has mass; otherwise found.</summary>
    public double* G;

    /// <summary>b − Pᵀ1, for the dual form.</summary>
    public double* ColumnGradient;

    /// <summary>Row sums of <see cref="BlockColumns"/> columns each; blocks follow from the shape alone.</summary>
    public double* Partials;
    public int BlockColumns;
    public int Blocks;
    public SparseTotals* Totals;

    /// <summary>Where the sparse plan is wanted, or null; strides in bytes.</summary>
    public int* Ids;
    public nint IdsStride;
    public TReal* Values;
    public nint ValuesStride;
    public int Width;
    public TReal* Plan;
    public nint PlanStride;
}

/// <summary>
/// The columns of the plan that potentials stand for: one reading of the costs. Of s_i = f_i − C_ij the k largest are kept while rows pass by, columns a vector at a time against what each must exceed.
/// <code>
/// semi-dual   t = [s − θ]₊/γ with Σt = b_j, g_j = −θ     conjugate ⟨t, s⟩ − (γ/2)‖t‖²        nothing at or below max s − γ·b_j counts
/// dual        t = [s + g_j]₊/γ                           conjugate (γ/2)‖t‖²
/// </code>
/// </summary>
internal static unsafe class SparseColumns<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, double>
    where TCosts : unmanaged, ICostTiles<double>
{
    // Columns that are worked on together: their entries stay in cache.
    private const int MostColumns = 256;
    private const int EntriesAtWork = 16384;

    /// <summary>Blocks [begin, end) of the problem at context.</summary>
    [SkipLocalsInit]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly SparseProblem<TReal, TCosts> problem = ref *(SparseProblem<TReal, TCosts>*)context;
        int width = Math.Clamp(EntriesAtWork / problem.K / 8 * 8, 8, MostColumns);
        long doubles = (3L * width) + (width * (long)problem.K * 3 / 2) + 16;
        double* memory = RowArrays.Take<double>(1, checked((int)doubles), out _);
        int* counts = stackalloc int[MostColumns];
        Work work = new() { Thresholds = memory, Largest = memory + width, Tile = memory + (2 * width), Values = memory + (3 * width), Width = width };
        work.Ids = (int*)(work.Values + ((long)width * problem.K));
        work.Counts = counts;
        for (long block = begin; block < end; block++)
        {
            double* sums = problem.Partials + (block * problem.Rows);
            new Span<double>(sums, problem.Rows).Clear();
            SparseTotals totals = default;
            int last = (int)Math.Min(problem.Columns, (block + 1) * problem.BlockColumns);
            for (int start = (int)block * problem.BlockColumns; start < last; start += width)
            {
                int count = Math.Min(width, last - start);
                Select(problem, start, count, work);
                for (int j = 0; j < count; j++)
                    Column(problem, start + j, work, j, sums, ref totals);
            }

            problem.Totals[block] = totals;
        }
    }

    private struct Work
    {
        /// <summary>What a value must exceed to count.</summary>
        public double* Thresholds;

        /// <summary>The greatest value so far.</summary>
        public double* Largest;
        public double* Tile;
        public double* Values;
        public int* Ids;
        public int* Counts;
        public int Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Select(in SparseProblem<TReal, TCosts> problem, int start, int count, in Work work)
    {
        int padded = CostLanes.Padded<double>(count);
        for (int j = 0; j < padded; j++)
        {
            bool given = problem.Dual && j < count && problem.B[start + j] > 0;
            work.Thresholds[j] = j >= count ? double.PositiveInfinity : given ? -problem.G[start + j] : double.NegativeInfinity;
            work.Largest[j] = double.NegativeInfinity;
            work.Counts[j] = 0;
        }

        for (int row = 0; row < problem.Rows; row++)
        {
            if (!(problem.A[row] > 0))
                continue;
            double* costs = problem.Costs.Tile(row, start, count, work.Tile);
            TVector f = TVector.Create(problem.F[row]);
            for (int j = 0; j < padded; j += TVector.Count)
            {
                TVector s = f - TVector.Load(costs + j);
                ulong bits = TVector.MaskBits(TVector.LessThan(TVector.Load(work.Thresholds + j), s));
                for (; bits != 0; bits &= bits - 1)
                {
                    int lane = j + BitOperations.TrailingZeroCount(bits);
                    Take(problem, start + lane, work, lane, problem.F[row] - costs[lane], row);
                }
            }
        }
    }

    private static void Take(in SparseProblem<TReal, TCosts> problem, int column, in Work work, int lane, double value, int row)
    {
        TopEntries entries = new(work.Values + ((long)lane * problem.K), work.Ids + ((long)lane * problem.K), work.Counts[lane]);
        entries.Add(value, row, problem.K);
        work.Counts[lane] = entries.Count;
        work.Largest[lane] = Math.Max(work.Largest[lane], value);
        double threshold = work.Thresholds[lane];
        if (entries.Count == problem.K)
            threshold = Math.Max(threshold, entries.Root);
        if (!problem.Dual || !(problem.B[column] > 0))
            threshold = Math.Max(threshold, work.Largest[lane] - (problem.Gamma * problem.B[column]));
        work.Thresholds[lane] = threshold;
    }

    private static void Column(in SparseProblem<TReal, TCosts> problem, int column, in Work work, int lane, double* sums, ref SparseTotals totals)
    {
        double mass = problem.B[column], largest = work.Largest[lane], goal = problem.Gamma * mass;
        bool given = problem.Dual && mass > 0;
        double* values = work.Values + ((long)lane * problem.K);
        int* ids = work.Ids + ((long)lane * problem.K);
        TopEntries entries = new(values, ids, work.Counts[lane]);
        if (!given && entries.Count == 0)
        {
            // No row of mass may reach it; a potential is due all the same.
            totals.Infeasible |= mass > 0;
            problem.G[column] = 0;
        }

        if (given || mass == 0 || entries.Count == 0)
        {
            // A column without mass has the c-transform as its potential, and no entries.
            if (!given && entries.Count > 0)
                problem.G[column] = -largest;
            entries.Sort(given ? -problem.G[column] : double.PositiveInfinity);
        }
        else
        {
            entries.Sort(largest - goal);
            problem.G[column] = -Threshold(values, entries.Count, goal);
        }

        double total = 0;
        int kept = 0;
        for (int e = 0; e < entries.Count; e++)
        {
            double t = (values[e] + problem.G[column]) / problem.Gamma;
            if (!(t > 0))
                break;
            kept++;
            total += t;
            sums[ids[e]] += t;
            totals.LinearCost += t * (problem.F[ids[e]] - values[e]);
            totals.HalfSquares += 0.5 * t * t;
            totals.Conjugate += given ? 0.5 * problem.Gamma * t * t : t * (values[e] - (0.5 * problem.Gamma * t));
            values[e] = t;
        }

        totals.Error += Math.Abs(total - mass);
        if (problem.ColumnGradient != null)
            problem.ColumnGradient[column] = given ? mass - total : 0;
        Store(problem, column, values, ids, kept);
    }

    // θ with Σ [s − θ]₊ = goal, of values sorted downwards; relative to the greatest, which may be far from 0.
    private static double Threshold(double* values, int count, double goal)
    {
        double sum = 0, theta = 0;
        for (int e = 0; e < count; e++)
        {
            double u = values[e] - values[0];
            double next = (sum + u - goal) / (e + 1);
            if (e > 0 && !(u > next))
                break;
            sum += u;
            theta = next;
        }

        return values[0] + theta;
    }

    private static void Store(in SparseProblem<TReal, TCosts> problem, int column, double* values, int* ids, int count)
    {
        for (int e = 0; problem.Ids != null && e < problem.Width; e++)
            ((int*)((byte*)problem.Ids + (column * problem.IdsStride)))[e] = e < count ? ids[e] : -1;
        for (int e = 0; problem.Values != null && e < problem.Width; e++)
            ((TReal*)((byte*)problem.Values + (column * problem.ValuesStride)))[e] = Real.From<TReal>(e < count ? values[e] : 0);
        for (int e = 0; problem.Plan != null && e < count; e++)
            ((TReal*)((byte*)problem.Plan + (ids[e] * problem.PlanStride)))[column] = Real.From<TReal>(values[e]);
    }
}
