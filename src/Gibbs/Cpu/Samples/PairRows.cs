using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>A squared distance that pairs have: between row i of one set of points and row j of another.</summary>
internal struct PairChannel<TReal>(in PackedPoints<TReal> left, in PackedPoints<TReal> right)
    where TReal : unmanaged
{
    public PackedPoints<TReal> Left = left;
    public PackedPoints<TReal> Right = right;
}

/// <summary>The channels of an operation over pairs; all have as many rows, and as many columns.</summary>
[InlineArray(Most)]
internal struct PairChannels<TReal>
    where TReal : unmanaged
{
    public const int Most = 5;

    private PairChannel<TReal> _first;
}

/// <summary>Row sums of functions of a pair's distances.</summary>
internal unsafe interface IPairSums<TReal>
    where TReal : unmanaged
{
    static abstract int Channels { get; }

    /// <summary>Numbers that a row's sums are, at most <see cref="PairRows.MostTotals"/>.</summary>
    static abstract int Totals { get; }

    /// <summary>Of no pairs.</summary>
    void Clear(double* totals);

    /// <summary>Adds a tile's row: channel c's squares begin at squares + c·stride and may be overwritten. column is the tile's first.</summary>
    void Add(TReal* squares, int stride, long row, long column, double* totals);
}

/// <summary>The weights of differences in a gradient: Σ over terms of Σ_j w_ij·(x_i − y_j).</summary>
internal unsafe interface IPairWeights<TReal>
    where TReal : unmanaged
{
    static abstract int Channels { get; }

    static abstract int Terms { get; }

    /// <summary>The channel whose points a term's differences are of.</summary>
    static abstract int ChannelOf(int term);

    /// <summary>A term's weights of a tile's row; squares as in <see cref="IPairSums{TReal}"/>, not to be overwritten.</summary>
    void Weigh(int term, TReal* squares, int stride, long row, long column, TReal* weights);
}

/// <summary>What a worker does: groups of rows against all tiles of columns in order.</summary>
internal static unsafe class PairRows
{
    public const int MostTotals = 6;

    // Below this many coordinate differences, waking a worker costs more than it saves.
    private const double ParallelDifferences = 1 << 17;

    /// <summary>totals [N, Totals] of all rows.</summary>
    public static void Sum<TReal, TVector, TSums>(in PairChannels<TReal> channels, in TSums sums, double* totals)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TSums : unmanaged, IPairSums<TReal>
    {
        SumsJob<TReal, TSums> job = new() { Channels = channels, Sums = sums, Totals = totals };
        Share(&RunSums<TReal, TVector, TSums>, &job, channels, TSums.Channels);
    }

    /// <summary>gradient [N, d] = the weighted differences, or with add, plus those.</summary>
    public static void Gradient<TReal, TVector, TWeights>(in PairChannels<TReal> channels, in TWeights weights, double* gradient, bool add)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TWeights : unmanaged, IPairWeights<TReal>
    {
        WeightsJob<TReal, TWeights> job = new() { Channels = channels, Weights = weights, Gradient = gradient, Add = add };
        Share(&RunWeights<TReal, TVector, TWeights>, &job, channels, TWeights.Channels);
    }

    private static void Share<TReal>(delegate*<void*, long, long, void> body, void* context, in PairChannels<TReal> channels, int count)
        where TReal : unmanaged
    {
        long rows = channels[0].Left.Count, groups = (rows + PairTile.Rows - 1) / PairTile.Rows;
        double differences = 0;
        for (int c = 0; c < count; c++)
            differences += (double)rows * channels[c].Right.Count * (channels[c].Right.Dimensions + 8);
        WorkerTeam.Run(body, context, groups, Math.Max(1, groups / (CpuThreads.Count * 8L)), differences >= ParallelDifferences);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunSums<TReal, TVector, TSums>(void* context, long begin, long end)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TSums : unmanaged, IPairSums<TReal>
    {
        ref readonly SumsJob<TReal, TSums> job = ref *(SumsJob<TReal, TSums>*)context;
        int width = Lanes.Count<TReal>(), stride = PairTile.Rows * width;
        TReal* squares = stackalloc TReal[PairChannels<TReal>.Most * PairTile.Rows * Lanes.Count<TReal>()];
        double* totals = stackalloc double[PairTile.Rows * MostTotals];
        long rows = job.Channels[0].Left.Count, columns = job.Channels[0].Right.Count;
        for (long group = begin; group < end; group++)
        {
            long first = group * PairTile.Rows;
            int count = (int)Math.Min(PairTile.Rows, rows - first);
            for (int r = 0; r < count; r++)
                job.Sums.Clear(totals + (r * TSums.Totals));
            for (long column = 0; column < columns; column += width)
            {
                Squares<TReal, TVector>(job.Channels, TSums.Channels, first, column, squares);
                for (int r = 0; r < count; r++)
                    job.Sums.Add(squares + (r * width), stride, first + r, column, totals + (r * TSums.Totals));
            }

            for (int i = 0; i < count * TSums.Totals; i++)
                job.Totals[(first * TSums.Totals) + i] = totals[i];
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunWeights<TReal, TVector, TWeights>(void* context, long begin, long end)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TWeights : unmanaged, IPairWeights<TReal>
    {
        ref readonly WeightsJob<TReal, TWeights> job = ref *(WeightsJob<TReal, TWeights>*)context;
        int width = Lanes.Count<TReal>(), stride = PairTile.Rows * width;
        TReal* squares = stackalloc TReal[PairChannels<TReal>.Most * PairTile.Rows * Lanes.Count<TReal>()];
        TReal* weights = stackalloc TReal[PairTile.Rows * Lanes.Count<TReal>()];
        ref readonly PackedPoints<TReal> left = ref job.Channels[TWeights.ChannelOf(0)].Left;
        double* sums = RowArrays.Take<double>(PairTile.Rows, left.Stride, out _);
        long rows = left.Count, columns = job.Channels[0].Right.Count;
        for (long group = begin; group < end; group++)
        {
            long first = group * PairTile.Rows;
            int count = (int)Math.Min(PairTile.Rows, rows - first);
            new Span<double>(sums, PairTile.Rows * left.Stride).Clear();
            new Span<TReal>(weights, stride).Clear();
            for (long column = 0; column < columns; column += width)
            {
                int valid = (int)Math.Min(width, columns - column);
                Squares<TReal, TVector>(job.Channels, TWeights.Channels, first, column, squares);
                for (int term = 0; term < TWeights.Terms; term++)
                {
                    for (int r = 0; r < count; r++)
                        job.Weights.Weigh(term, squares + (r * width), stride, first + r, column, weights + (r * width));
                    ref readonly PackedPoints<TReal> right = ref job.Channels[TWeights.ChannelOf(term)].Right;
                    PairTile<TReal, TVector>.Contract(left.Row(first), right.Row(column), left.Stride, valid, weights, sums);
                }
            }

            for (int r = 0; r < count; r++)
            {
                double* gradient = job.Gradient + ((first + r) * left.Dimensions), sum = sums + (r * left.Stride);
                for (int k = 0; k < left.Dimensions; k++)
                    gradient[k] = job.Add ? gradient[k] + sum[k] : sum[k];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Squares<TReal, TVector>(in PairChannels<TReal> channels, int count, long row, long column, TReal* squares)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        int width = Lanes.Count<TReal>();
        for (int c = 0; c < count; c++)
        {
            ref readonly PairChannel<TReal> channel = ref channels[c];
            int valid = (int)Math.Min(width, channel.Right.Count - column);
            PairTile<TReal, TVector>.Squares(
                channel.Left.Row(row), channel.Left.Stride, channel.Right.Tile(column / width), channel.Left.Dimensions, valid, squares + (c * PairTile.Rows * width));
        }
    }

    private struct SumsJob<TReal, TSums>
        where TReal : unmanaged
        where TSums : unmanaged
    {
        public PairChannels<TReal> Channels;
        public TSums Sums;
        public double* Totals;
    }

    private struct WeightsJob<TReal, TWeights>
        where TReal : unmanaged
        where TWeights : unmanaged
    {
        public PairChannels<TReal> Channels;
        public TWeights Weights;
        public double* Gradient;
        public bool Add;
    }
}
