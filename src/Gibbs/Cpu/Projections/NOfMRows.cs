using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Of every m consecutive entries the n largest by magnitude as they are, the others 0; among equal ones the lower index, NaN before all. Values of pairs and fours go by vectors, the rest group by group.</summary>
internal static unsafe class NOfMRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(void* context, long begin, long end)
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        bool vectors = job.Map.GroupSize is 2 or 4 && TVector.Count >= 4 && job.Output != null && job.Mask == null && job.Compressed == null && job.Metadata == null;
        for (long row = begin; row < end; row++)
        {
            if (vectors)
                Vectors(job, row);
            else
                Groups(job, row);
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    private static void Vectors(in ProjectionJob<T, TReal> job, long row)
    {
        T* y = job.OutputRow(row);
        RankFormula formula = RankFormula.Of(RowReals<T, TReal, TVector>.Of(job.InputRow(row), job.Columns, ProjectionSlots.Input), job.Map.Count, job.Map.GroupSize);

        // Past the caches only where whole vectors hold whole groups.
        bool streaming = job.Streaming && ((nint)y & ((4 * sizeof(T)) - 1)) == 0;
        long support = RowWriter<T, TReal, TVector>.Write(y, job.Columns, streaming, job.SupportSize != null, ref formula);
        if (job.SupportSize != null)
            job.SupportSize[row] = support;
        if (job.Status != null)
            job.Status[row] = RowFiniteness<TVector, TReal>.Status(formula.Probe, y, job.Columns);
    }

    [SkipLocalsInit]
    private static void Groups(in ProjectionJob<T, TReal> job, long row)
    {
        T* x = job.InputRow(row), y = job.OutputRow(row), compressed = job.CompressedRow(row);
        byte* mask = job.MaskRow(row), metadata = job.MetadataRow(row);
        ulong* keys = stackalloc ulong[64];
        int n = job.Map.Count, m = job.Map.GroupSize, kept = 0;
        ulong largest = 0;
        long support = 0;
        for (int start = 0; start < job.Columns; start += m)
        {
            int count = Math.Min(m, job.Columns - start);
            for (int j = 0; j < count; j++)
            {
                keys[j] = MagnitudeKeys<T>.Of(x[start + j]);
                largest = Math.Max(largest, keys[j]);
            }

            for (int j = 0; j < count; j++)
            {
                int rank = 0;
                for (int i = 0; i < j; i++)
                    rank += keys[i] >= keys[j] ? 1 : 0;
                for (int i = j + 1; i < count; i++)
                    rank += keys[i] > keys[j] ? 1 : 0;
                bool keep = rank < n;
                T value = x[start + j];
                support += keep && keys[j] != 0 ? 1 : 0;
                if (mask != null)
                    mask[start + j] = keep ? (byte)1 : (byte)0;
                if (keep && metadata != null)
                    metadata[kept] = (byte)j;
                if (keep && compressed != null)
                    compressed[kept] = value;
                kept += keep ? 1 : 0;
                if (y != null)
                    y[start + j] = keep ? value : default;
            }
        }

        if (job.SupportSize != null)
            job.SupportSize[row] = support;
        if (job.Status != null)
            job.Status[row] = MaskStatus.Of<T>(largest);
    }

    // An entry's rank in its group: how many others are larger, or as large and before it.
    private struct RankFormula : IRowFormula<TVector, TReal>
    {
        private TReal* _input;
        private TVector _before1;
        private TVector _before2;
        private TVector _before3;
        private TVector _limit;
        private bool _pairs;
        private bool _halves;

        /// <summary>See <see cref="RowFiniteness{TVector, TReal}"/>.</summary>
        public TVector Probe;

        public static RankFormula Of(TReal* input, int kept, int group) => new()
        {
            _input = input,
            _pairs = group == 2,
            _halves = group == 4 && kept == 2,
            _before1 = Before(group, 1),
            _before2 = Before(4, 2),
            _before3 = Before(4, 3),
            _limit = TVector.FromBits((ulong)-(long)kept),
        };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector At<TAccess>(TAccess access)
            where TAccess : struct, IRowAccess<TVector, TReal>
        {
            TVector x = access.Load(_input);
            Probe = TVector.FusedMultiplyAdd(x, default, Probe);
            if (_halves)
            {
                // The second largest of four by exchanges; where just half of the lanes reach it there is no tie, and no NaN.
                TVector magnitude = Lane<TVector, TReal>.Magnitude(x), pair = TVector.Neighbour(magnitude, 0);
                TVector above = TVector.Max(magnitude, pair), below = Lesser(magnitude, pair);
                TVector across = TVector.Neighbour(above, 2);
                TVector second = TVector.Max(Lesser(above, across), TVector.Max(below, TVector.Neighbour(below, 2)));
                TVector less = TVector.LessThan(magnitude, second);
                if (BitOperations.PopCount(TVector.MaskBits(less)) == TVector.Count / 2)
                    return TVector.Select(less, default, x);
            }

            return x & Kept(x);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Lesser(TVector left, TVector right) => TVector.Select(TVector.LessThan(left, right), left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly TVector Kept(TVector x)
        {
            TVector key = TVector.Select(TVector.Equal(x, x), Lane<TVector, TReal>.Magnitude(x), RowScan<TVector, TReal>.AbsoluteMask);

            // A mask is −1: the sum of masks is −rank.
            TVector rank;
            if (_pairs)
            {
                rank = TVector.GreaterBits(TVector.Neighbour(key, 0), TVector.AddBits(key, _before1));
            }
            else
            {
                rank = TVector.GreaterBits(TVector.Neighbour(key, 1), TVector.AddBits(key, _before1));
                rank = TVector.AddBits(rank, TVector.GreaterBits(TVector.Neighbour(key, 2), TVector.AddBits(key, _before2)));
                rank = TVector.AddBits(rank, TVector.GreaterBits(TVector.Neighbour(key, 3), TVector.AddBits(key, _before3)));
            }

            return TVector.GreaterBits(rank, _limit);
        }

        // −1 where the neighbour comes first and wins a tie.
        private static TVector Before(int group, int step)
        {
            TReal* lanes = stackalloc TReal[TVector.Count];
            for (int j = 0; j < TVector.Count; j++)
            {
                bool first = (j & (group - 1)) + step >= group;
                new Span<byte>(lanes + j, sizeof(TReal)).Fill(first ? (byte)0xFF : (byte)0);
            }

            return TVector.Load(lanes);
        }
    }
}
