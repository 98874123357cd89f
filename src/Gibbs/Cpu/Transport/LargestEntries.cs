using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// The largest entries of a plan, relative to √(a_i·b_j), and the largest of every row. Two readings of the costs that take no exponentials: a histogram of
/// <code>e_ij = F_i + G_j − s·(C_ij − C0) + ½·log2(a_i·b_j)</code>
/// in eighths of an octave, then the entries in bins that fit the capacity together.
/// </summary>
internal unsafe struct LargestEntries<TReal, TVector, TCosts> : IDisposable
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    private const int Bins = 512;
    private const int BinsPerOctave = 8;
    private const double Lowest = -60;

    // Lifted potentials of both sides, and a histogram of every block.
    private TReal* _f;
    private TReal* _g;
    private long* _counts;
    private int _threshold;
    private SinkhornState<TReal, TCosts> _state;
    private NewtonSystem _system;

    public static LargestEntries<TReal, TVector, TCosts> Allocate(in SinkhornState<TReal, TCosts> state)
    {
        LargestEntries<TReal, TVector, TCosts> entries = default;
        entries._counts = (long*)NativeMemory.AlignedAlloc((nuint)(((long)state.Blocks * Bins * sizeof(long)) + ((state.Padded + state.Rows) * sizeof(TReal))), 64);
        entries._g = (TReal*)(entries._counts + ((long)state.Blocks * Bins));
        entries._f = entries._g + state.Padded;
        return entries;
    }

    public readonly void Dispose() => NativeMemory.AlignedFree(_counts);

    /// <summary>Fills the system's rows from the plan of F = NextF and G. At most about wanted entries and one a row.</summary>
    public void Collect(in SinkhornState<TReal, TCosts> state, in NewtonSystem system, long wanted)
    {
        for (long i = 0; i < state.Rows; i++)
            _f[i] = Lifted(state.NextF[i], state.A[i]);
        for (int j = 0; j < state.Padded; j++)
            _g[j] = Lifted(state.G[j], state.B[j]);
        _state = state;
        _system = system;
        bool parallel = RowSplit.Parallel(state.Rows, state.Columns);
        fixed (LargestEntries<TReal, TVector, TCosts>* self = &this)
        {
            WorkerTeam.Run(&Count, self, state.Blocks, 1, parallel);
            _threshold = Threshold(wanted);
            WorkerTeam.Run(&Gather, self, state.Blocks, 1, parallel);
        }

        // Blocks have left gaps of rows that needed no entry of their own.
        long end = 0;
        for (long row = 0; row < state.Rows; row++)
        {
            long begin = system.RowStart[row], count = BlockEnd(row) - begin;
            for (long k = 0; k < count; k++)
            {
                system.Ids[end + k] = system.Ids[begin + k];
                system.Values[end + k] = system.Values[begin + k];
            }

            system.RowStart[row] = end;
            end += count;
        }

        system.RowStart[state.Rows] = end;
    }

    private static TReal Lifted(TReal potential, TReal mass) => Real.From<TReal>(Real.ToDouble(potential) + (0.5 * Math.Log2(Real.ToDouble(mass))));

    // Where a row's entries end: where the next begin, but at the end of a block.
    private readonly long BlockEnd(long row) => _state.Rows == row + 1 || (row + 1) % _state.BlockRows == 0 ? _counts[row / _state.BlockRows * Bins] : _system.RowStart[row + 1];

    // The lowest bin with which those above hold no more than wanted; a first bin that is too full is given in, for its share of ties would be arbitrary.
    private readonly int Threshold(long wanted)
    {
        long count = 0;
        int bin = Bins;
        while (bin > 0)
        {
            long more = 0;
            for (int block = 0; block < _state.Blocks; block++)
                more += _counts[((long)block * Bins) + bin - 1];
            if (count + more > wanted)
                break;
            count += more;
            bin--;
        }

        return bin;
    }

    private static void Count(void* context, long begin, long end)
    {
        ref readonly LargestEntries<TReal, TVector, TCosts> self = ref *(LargestEntries<TReal, TVector, TCosts>*)context;
        TReal* tile = RowArrays.Take<TReal>(2, CostLanes.Tile, out int stride);
        for (long block = begin; block < end; block++)
        {
            long* counts = self._counts + (block * Bins);
            new Span<long>(counts, Bins).Clear();
            long last = Math.Min(self._state.Rows, (block + 1) * self._state.BlockRows);
            for (long row = block * self._state.BlockRows; row < last; row++)
            {
                for (int start = 0; start < self._state.Columns; start += CostLanes.Tile)
                {
                    int padded = self.Exponents(row, start, tile, tile + stride);
                    Bin(tile + stride, padded, counts);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Bin(TReal* exponents, int count, long* counts)
    {
        TVector lowest = TVector.Constant(Lowest);
        for (int j = 0; j < count; j += TVector.Count)
        {
            ulong bits = TVector.MaskBits(TVector.LessThan(lowest, TVector.Load(exponents + j)));
            for (; bits != 0; bits &= bits - 1)
                counts[BinOf(Real.ToDouble(exponents[j + BitOperations.TrailingZeroCount(bits)]))]++;
        }
    }

    private static int BinOf(double exponent) => (int)Math.Clamp((exponent - Lowest) * BinsPerOctave, 0, Bins - 1);

    // e of a tile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Exponents(long row, int start, TReal* scratch, TReal* result)
    {
        int count = Math.Min(CostLanes.Tile, _state.Columns - start), padded = CostLanes.Padded<TReal>(count);
        TReal* costs = _state.Costs.Tile(row, start, count, scratch);
        TVector scale = TVector.Constant(-_state.Scale), origin = TVector.Constant(_state.Origin), f = TVector.Create(_f[row]);
        for (int j = 0; j < padded; j += TVector.Count)
            TVector.Store(result + j, TVector.FusedMultiplyAdd(TVector.Load(costs + j) - origin, scale, TVector.Load(_g + start + j) + f));
        return padded;
    }

    private static void Gather(void* context, long begin, long end)
    {
        ref readonly LargestEntries<TReal, TVector, TCosts> self = ref *(LargestEntries<TReal, TVector, TCosts>*)context;
        TReal* tile = RowArrays.Take<TReal>(2, CostLanes.Tile, out int stride);
        for (long block = begin; block < end; block++)
        {
            long first = block * self._state.BlockRows, last = Math.Min(self._state.Rows, first + self._state.BlockRows);
            long next = first;
            for (long other = 0; other < block; other++)
                next += self.Kept(other);
            for (long row = first; row < last; row++)
            {
                self._system.RowStart[row] = next;
                double mass = Real.ToDouble(self._state.A[row]), largest = double.NegativeInfinity;
                int place = 0;
                for (int start = 0; mass > 0 && start < self._state.Columns; start += CostLanes.Tile)
                {
                    int padded = self.Exponents(row, start, tile, tile + stride);
                    next = self.Take(row, start, tile + stride, padded, next, ref largest, ref place);
                }

                if (next == self._system.RowStart[row] && largest > double.NegativeInfinity)
                    next = self.Add(row, place, largest, next);
            }

            self._counts[block * Bins] = next;
        }
    }

    // Of a block: entries of its bins from the threshold on. Its first bin, which is never kept, later holds where its entries end.
    private readonly long Kept(long block)
    {
        long kept = 0;
        for (int bin = Math.Max(1, _threshold); bin < Bins; bin++)
            kept += _counts[(block * Bins) + bin];
        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly long Take(long row, int start, TReal* exponents, int count, long next, ref double largest, ref int place)
    {
        double bound = Lowest + (Math.Max(1, _threshold) / (double)BinsPerOctave);
        long begin = _system.RowStart[row];

        // A tenth below, for the comparison is in the arithmetic of the type; the bin decides.
        TVector low = TVector.Constant(bound - 0.1);
        for (int j = 0; j < count; j += TVector.Count)
        {
            TVector e = TVector.Load(exponents + j);
            ulong bits = TVector.MaskBits(TVector.LessThan(low, e));
            for (; bits != 0; bits &= bits - 1)
            {
                int column = j + BitOperations.TrailingZeroCount(bits);
                double exponent = Real.ToDouble(exponents[column]);
                if (BinOf(exponent) >= Math.Max(1, _threshold))
                    next = Add(row, start + column, exponent, next);
            }
        }

        if (next == begin)
        {
            for (int j = 0; j < count; j++)
            {
                if (Real.ToDouble(exponents[j]) > largest)
                    (largest, place) = (Real.ToDouble(exponents[j]), start + j);
            }
        }

        return next;
    }

    // P = √(a·b)·2^e.
    private readonly long Add(long row, int column, double exponent, long next)
    {
        _system.Ids[next] = column;
        _system.Values[next] = Math.Sqrt(Real.ToDouble(_state.A[row])) * Math.Sqrt(Real.ToDouble(_state.B[column])) * Math.Pow(2, exponent);
        return next + 1;
    }
}
