using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Where y is free, and the normal g of the constraint there.</summary>
internal interface IAffineSupport<TSelf, TVector, TReal>
    where TSelf : struct, IAffineSupport<TSelf, TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    static abstract TSelf Of<T>(in ProjectionJob<T, TReal> job)
        where T : unmanaged;

    /// <summary>The row's own rule: nothing moves, or everything freely, or null for the formula.</summary>
    static abstract bool? MovesFreely<T>(in ProjectionJob<T, TReal> job, long row)
        where T : unmanaged;

    /// <summary>All ones where y is free; NaN counts as free.</summary>
    TVector Free<TAccess>(TVector y, TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal>;

    /// <summary>NaN where y is.</summary>
    TVector Normal<TAccess>(TVector y, TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal>;

    /// <summary>All ones where y is at the cap.</summary>
    TVector Capped(TVector y);
}

/// <summary>The vector-Jacobian product of a projection onto a section: on the free entries S, v_j − g_j·β with β = Σ_S g·v/Σ_S g², which is also the gradient by the total.</summary>
internal static unsafe class AffineGradient<T, TReal, TVector, TSupport>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TSupport : struct, IAffineSupport<TSupport, TVector, TReal>
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        TSupport support = TSupport.Of(job);
        for (long row = begin; row < end; row++)
        {
            double beta = 0, byCap = 0;
            bool? free = TSupport.MovesFreely(job, row);
            T* gradient = job.GradientRow(row);
            if (free == true)
            {
                if (gradient != null && gradient != job.UpstreamRow(row))
                    new ReadOnlySpan<T>(job.UpstreamRow(row), job.Columns).CopyTo(new Span<T>(gradient, job.Columns));
            }
            else if (free == false)
            {
                if (gradient != null)
                    new Span<T>(gradient, job.Columns).Clear();
            }
            else
            {
                Formula formula = new()
                {
                    Result = RowReals<T, TReal, TVector>.Of(job.ResultRow(row), job.Columns, ProjectionSlots.Result),
                    Upstream = RowReals<T, TReal, TVector>.Of(job.UpstreamRow(row), job.Columns, ProjectionSlots.Upstream),
                    Support = support,
                };
                beta = formula.Mean(job.Columns, job.SecondGradient != null, out byCap);
                formula.Beta = TVector.Constant(beta);
                if (gradient != null)
                    _ = RowWriter<T, TReal, TVector>.Write(gradient, job.Columns, job.Streaming, false, ref formula);
            }

            if (job.ParameterGradient != null)
                job.ParameterGradient[row] = Real.From<TReal>(beta);
            if (job.SecondGradient != null)
                job.SecondGradient[row] = Real.From<TReal>(byCap);
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    private struct Formula : IRowFormula<TVector, TReal>
    {
        public TReal* Result;
        public TReal* Upstream;
        public TSupport Support;
        public TVector Beta;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector At<TAccess>(TAccess access)
            where TAccess : struct, IRowAccess<TVector, TReal>
        {
            TVector y = access.Load(Result);
            return TVector.Select(Support.Free(y, access), access.Load(Upstream) - (Support.Normal(y, access) * Beta), default);
        }

        // β; and by the cap, Σ v over the capped entries less β for each of them: 0 where nothing is free.
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly double Mean(int columns, bool capped, out double byCap)
        {
            double* lanes = stackalloc double[4 * RowSums.Lanes];
            for (int k = 0; k < 4; k++)
                RowSums.Clear(lanes + (k * RowSums.Lanes));
            int j = 0;
            for (; j <= columns - TVector.Count; j += TVector.Count)
                Add(new WholeVector<TVector, TReal>(j), lanes + (j & (RowSums.Lanes - 1)), capped);
            if (j < columns)
                Add(new PartVector<TVector, TReal>(j, columns - j), lanes + (j & (RowSums.Lanes - 1)), capped);
            double product = RowSums.Total(lanes), squares = RowSums.Total(lanes + RowSums.Lanes);
            double beta = squares == 0 ? 0 : product / squares;
            byCap = squares == 0 ? 0 : RowSums.Total(lanes + (2 * RowSums.Lanes)) - (RowSums.Total(lanes + (3 * RowSums.Lanes)) * beta);
            return beta;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Add<TAccess>(TAccess access, double* lanes, bool capped)
            where TAccess : struct, IRowAccess<TVector, TReal>
        {
            TVector y = access.Load(Result), v = access.Load(Upstream), normal = Support.Normal(y, access), free = Support.Free(y, access);
            TVector.AddTo(lanes, TVector.Select(free, normal * v, default));
            TVector.AddTo(lanes + RowSums.Lanes, TVector.Select(free, normal * normal, default));
            if (capped)
            {
                TVector at = Support.Capped(y);
                TVector.AddTo(lanes + (2 * RowSums.Lanes), TVector.Select(at, v, default));
                TVector.AddTo(lanes + (3 * RowSums.Lanes), TVector.Select(at, TVector.Constant(1), default));
            }
        }
    }
}

/// <summary>l &lt; y &lt; u, g = w.</summary>
internal unsafe struct BoxSupport<TVector, TReal> : IAffineSupport<BoxSupport<TVector, TReal>, TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    private TReal* _weights;
    private TReal* _lower;
    private TReal* _upper;
    private TVector _cap;

    public static BoxSupport<TVector, TReal> Of<T>(in ProjectionJob<T, TReal> job)
        where T : unmanaged => new()
        {
            _weights = job.Weights,
            _lower = BoundsAsStored<T>(job.Lower, job.Columns, ProjectionSlots.Lower),
            _upper = BoundsAsStored<T>(job.Upper, job.Columns, ProjectionSlots.Upper),
            _cap = TVector.Constant(job.Map.Kind == RowMapKind.CappedSimplex ? Real.ToDouble(Real.From<T>(job.Map.Second)) : double.PositiveInfinity),
        };

    public static bool? MovesFreely<T>(in ProjectionJob<T, TReal> job, long row)
        where T : unmanaged => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Free<TAccess>(TVector y, TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal>
    {
        TVector lower = _lower == null ? default : access.Load(_lower);
        TVector upper = _upper == null ? _cap : access.Load(_upper);
        TVector inside = TVector.LessThan(lower, y) & TVector.LessThan(y, upper);
        return TVector.Select(TVector.Equal(y, y), inside, TVector.FromBits(ulong.MaxValue));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Normal<TAccess>(TVector y, TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal> =>
        Lane<TVector, TReal>.OrNaN(y, _weights == null ? Lane<TVector, TReal>.One : access.Load(_weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Capped(TVector y) => TVector.Equal(y, _cap);

    // Results are compared with bounds as results are stored.
    private static TReal* BoundsAsStored<T>(TReal* bounds, int columns, int slot)
        where T : unmanaged
    {
        if (bounds == null || typeof(T) == typeof(TReal))
            return bounds;
        TReal* stored = ProjectionScratch.Take<TReal>(slot, columns);
        for (int j = 0; j < columns; j++)
            stored[j] = Real.From<TReal>(Real.ToDouble(Real.From<T>(Real.ToDouble(bounds[j]))));
        return stored;
    }
}

/// <summary>y ≠ 0, g = sign(y)·w.</summary>
internal unsafe struct L1Support<TVector, TReal> : IAffineSupport<L1Support<TVector, TReal>, TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    private TReal* _weights;

    public static L1Support<TVector, TReal> Of<T>(in ProjectionJob<T, TReal> job)
        where T : unmanaged => new() { _weights = job.Weights };

    // Inside the ball; but in a ball of radius 0 nothing moves.
    public static bool? MovesFreely<T>(in ProjectionJob<T, TReal> job, long row)
        where T : unmanaged => Real.ToDouble(job.SavedThresholds[row]) == 0 ? job.Parameter(row) != 0 : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Free<TAccess>(TVector y, TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal> =>
        TVector.Select(TVector.Equal(y, default), default, TVector.FromBits(ulong.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Normal<TAccess>(TVector y, TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal> =>
        Lane<TVector, TReal>.OrNaN(y, Lane<TVector, TReal>.Signed(_weights == null ? Lane<TVector, TReal>.One : access.Load(_weights), y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Capped(TVector y) => default;
}
