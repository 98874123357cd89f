using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>A plan's largest entries on spans: rows are independent, and each is made once, a tile at a time.</summary>
internal static unsafe class CpuPlanEntries
{
    public static void TopK<TReal>(in TransportCost cost, in TransportPotentials<TReal> potentials, Span2D<int> ids, Span2D<TReal> values, in SinkhornOptions options)
        where TReal : unmanaged
    {
        TransportPlanValidation.CheckLargest(cost.Rows, cost.Columns, ids.Height, ids.Width, values.Height, values.Width);
        fixed (int* i = ids)
        fixed (TReal* v = values)
        {
            EntriesWork<TReal> work = new()
            {
                K = ids.Width,
                Ids = i,
                IdsStride = RowSplit.StrideBytes((ReadOnlySpan2D<int>)ids),
                Values = v,
                ValuesStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)values),
            };
            CpuPlan.Run(cost, potentials, options, ref work);
        }
    }

    public static long Count<TReal>(in TransportCost cost, in TransportPotentials<TReal> potentials, double threshold, Span<long> rowOffsets, in SinkhornOptions options)
        where TReal : unmanaged
    {
        CheckOffsets(cost, threshold, rowOffsets.Length);
        fixed (long* offsets = rowOffsets)
        {
            EntriesWork<TReal> work = new() { Threshold = threshold, Counts = offsets + 1 };
            CpuPlan.Run(cost, potentials, options, ref work);
        }

        rowOffsets[0] = 0;
        for (int i = 0; i < cost.Rows; i++)
            rowOffsets[i + 1] += rowOffsets[i];
        return rowOffsets[cost.Rows];
    }

    public static void Store<TReal>(
        in TransportCost cost, in TransportPotentials<TReal> potentials, double threshold, ReadOnlySpan<long> rowOffsets, Span<int> columns, Span<TReal> values, in SinkhornOptions options)
        where TReal : unmanaged
    {
        CheckOffsets(cost, threshold, rowOffsets.Length);
        long total = rowOffsets[cost.Rows];
        TransportPlanValidation.Required("columns", columns.Length, total, "rowOffsets[N]");
        TransportPlanValidation.Required("values", values.Length, total, "rowOffsets[N]");
        bool differs = false;
        fixed (long* offsets = rowOffsets)
        fixed (int* c = columns)
        fixed (TReal* v = values)
        {
            for (int i = 0; i < cost.Rows; i++)
                differs |= offsets[i] < 0 || offsets[i] > offsets[i + 1];
            EntriesWork<TReal> work = new() { Threshold = threshold, Offsets = offsets, Ids = c, Values = v, Differs = &differs };
            if (!differs)
                CpuPlan.Run(cost, potentials, options, ref work);
        }

        if (differs)
            ArgumentChecks.Fail("rowOffsets", $"rowOffsets are not those that CountAbove gives for this plan and the threshold {threshold}.");
    }

    private static void CheckOffsets(in TransportCost cost, double threshold, int length)
    {
        TransportPlanValidation.CheckThreshold(threshold);
        TransportPlanValidation.Required("rowOffsets", length, cost.Rows + 1L, "one per row of the cost and one more");
    }

    private struct EntriesWork<TReal> : IPlanWork<TReal>
        where TReal : unmanaged
    {
        public int K;
        public double Threshold;
        public long* Counts;
        public long* Offsets;
        public int* Ids;
        public nint IdsStride;
        public TReal* Values;
        public nint ValuesStride;
        public bool* Differs;

        public readonly void Run<TVector, TCosts>(in PlanProblem<TReal, TCosts> problem)
            where TVector : unmanaged, ISimdVector<TVector, TReal>
            where TCosts : unmanaged, ICostTiles<TReal>
        {
            Job<TCosts> job = new() { Problem = problem, Work = this };
            WorkerTeam.Run(&Job<TCosts>.Run<TVector>, &job, problem.Rows, RowSplit.Chunk<TReal>(problem.Rows, problem.Columns, 1), RowSplit.Parallel(problem.Rows, problem.Columns));
        }

        private struct Job<TCosts>
            where TCosts : unmanaged, ICostTiles<TReal>
        {
            public PlanProblem<TReal, TCosts> Problem;
            public EntriesWork<TReal> Work;

            public static void Run<TVector>(void* context, long begin, long end)
                where TVector : unmanaged, ISimdVector<TVector, TReal>
            {
                ref readonly Job<TCosts> job = ref *(Job<TCosts>*)context;
                TReal* scratch = RowArrays.Take<TReal>(2, CostLanes.Tile, out int stride);
                TReal* plan = scratch + stride;
                LargestEntries largest = new(stackalloc double[TransportPlanValidation.MostPerRow], stackalloc int[TransportPlanValidation.MostPerRow], Math.Max(1, job.Work.K));
                for (long row = begin; row < end; row++)
                {
                    largest.Clear();
                    long position = job.Work.Offsets == null ? 0 : job.Work.Offsets[row], first = position;
                    for (int start = 0; start < job.Problem.Columns; start += CostLanes.Tile)
                    {
                        int count = Math.Min(CostLanes.Tile, job.Problem.Columns - start);
                        DensityTile<TReal, TVector, TCosts>.Of(job.Problem, row, start, count, scratch, plan);
                        PlanEntries<TReal, TVector>.Of(plan, job.Problem.A[row], job.Problem.B + start, CostLanes.Padded<TReal>(count));
                        if (job.Work.K > 0)
                            largest.Add<TReal, TVector>(plan, start, CostLanes.Padded<TReal>(count));
                        else
                            position = job.Work.Above<TVector>(plan, start, CostLanes.Padded<TReal>(count), position, job.Work.Offsets == null ? 0 : job.Work.Offsets[row + 1]);
                    }

                    if (job.Work.K > 0)
                        job.Work.StoreLargest(row, largest);
                    else if (job.Work.Counts != null)
                        job.Work.Counts[row] = position - first;
                    else if (position != job.Work.Offsets[row + 1])
                        *job.Work.Differs = true;
                }
            }
        }

        // Behind the last position that a row has, entries are only counted; those behind the last column are 0.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly long Above<TVector>(TReal* plan, int start, int padded, long position, long last)
            where TVector : unmanaged, ISimdVector<TVector, TReal>
        {
            TVector bound = TVector.Create(Bound());
            for (int j = 0; j < padded; j += TVector.Count)
            {
                ulong bits = TVector.MaskBits(TVector.LessThan(bound, TVector.Load(plan + j)));
                if (Offsets == null)
                {
                    position += BitOperations.PopCount(bits);
                    continue;
                }

                for (; bits != 0; bits &= bits - 1, position++)
                {
                    int place = j + BitOperations.TrailingZeroCount(bits);
                    if (position >= last)
                        continue;
                    Ids[position] = start + place;
                    Values[position] = plan[place];
                }
            }

            return position;
        }

        // The largest number of the arithmetic type that is not above the threshold: above it is above both.
        private readonly TReal Bound() =>
            typeof(TReal) == typeof(float) && (float)Threshold > Threshold ? Real.From<TReal>(MathF.BitDecrement((float)Threshold)) : Real.From<TReal>(Threshold);

        private readonly void StoreLargest(long row, in LargestEntries largest)
        {
            int* ids = (int*)((byte*)Ids + ((nint)row * IdsStride));
            TReal* values = (TReal*)((byte*)Values + ((nint)row * ValuesStride));
            for (int k = 0; k < K; k++)
            {
                bool held = k < largest.Count && !largest.IsNan;
                ids[k] = held ? largest.Columns[k] : -1;
                if (Values != null)
                    values[k] = Real.From<TReal>(held ? largest.Values[k] : largest.IsNan ? double.NaN : 0);
            }
        }
    }
}

/// <summary>P_ij = a_i·b_j·e_ij of a tile.</summary>
internal static unsafe class PlanEntries<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of(TReal* density, TReal mass, TReal* masses, int padded)
    {
        TVector a = TVector.Create(mass);
        for (int j = 0; j < padded; j += TVector.Count)
            TVector.Store(density + j, a * TVector.Load(masses + j) * TVector.Load(density + j));
    }
}

/// <summary>The k largest positive numbers of a sequence, largest first, of equal ones the first, with their places.</summary>
internal ref struct LargestEntries(Span<double> values, Span<int> columns, int k)
{
    public readonly Span<double> Values = values;
    public readonly Span<int> Columns = columns;

    public int Count { get; private set; }

    public bool IsNan { get; private set; }

    public void Clear()
    {
        Count = 0;
        IsNan = false;
    }

    /// <summary>Entries in whole blocks, whose last may be 0 behind the end of the sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Add<TReal, TVector>(TReal* entries, int start, int padded)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        TReal least = Real.From<TReal>(Count < k ? 0 : Values[k - 1]);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector block = TVector.Load(entries + j);

            // NaN is larger than nothing and equal to nothing.
            ulong ordinary = TVector.MaskBits(TVector.Equal(block, block));
            IsNan |= BitOperations.PopCount(ordinary) != TVector.Count;
            for (ulong bits = TVector.MaskBits(TVector.LessThan(TVector.Create(least), block)); bits != 0; bits &= bits - 1)
            {
                int place = j + BitOperations.TrailingZeroCount(bits);
                double value = Real.ToDouble(entries[place]);
                if (!(value > Real.ToDouble(least)))
                    continue;
                Insert(value, start + place);
                least = Real.From<TReal>(Count < k ? 0 : Values[k - 1]);
            }
        }
    }

    private void Insert(double value, int column)
    {
        int place = Count < k ? Count++ : k - 1;
        for (; place > 0 && Values[place - 1] < value; place--)
        {
            Values[place] = Values[place - 1];
            Columns[place] = Columns[place - 1];
        }

        Values[place] = value;
        Columns[place] = column;
    }
}
