using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>y_j = f·(p·x_j), p a power of two that keeps f in range.</summary>
internal readonly struct ScaledRow<TVector, TReal>(double p, double f) : IRowFormula<TVector>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    private readonly TVector _p = TVector.Constant(p);
    private readonly TVector _f = TVector.Create(Real.Coefficient<TReal>(f));

    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(TVector x, TVector w) => x * _p * _f;
}

/// <summary>y_j = f·x_j + c·(p·w_j), c in two words, the greater first: what cancels, cancels exactly.</summary>
internal readonly struct CombinedRow<TVector, TReal>(double f, double p, double c) : IRowFormula<TVector>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    private readonly TVector _f = TVector.Create(Real.Coefficient<TReal>(f));
    private readonly TVector _p = TVector.Constant(p);
    private readonly TVector _c = TVector.Create(Real.Coefficient<TReal>(c));
    private readonly TVector _rest = TVector.Create(Real.Coefficient<TReal>(c - Real.ToDouble(Real.Coefficient<TReal>(c))));

    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(TVector x, TVector w)
    {
        TVector scaled = w * _p;
        return TVector.FusedMultiplyAdd(scaled, _rest, TVector.FusedMultiplyAdd(scaled, _c, x * _f));
    }
}

/// <summary>What becomes of an entry x, with an entry w of another row beside it where the formula is binary.</summary>
internal interface IRowFormula<TVector>
    where TVector : unmanaged
{
    static abstract bool IsBinary { get; }

    TVector Of(TVector x, TVector w);
}

/// <summary>Writes a formula's row: one read, one write, in place where y is x or w.</summary>
internal static unsafe class RowCombination<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int LeftSlot = 13;
    private const int RightSlot = 14;

    // From here on a part's lines are worth writing past the caches.
    private const int LongPart = 1024;

    /// <summary>y = formula(x, w); w may be null where the formula is not binary. Streaming: past the caches, y disjoint from x and w.</summary>
    public static void Write<TFormula>(TFormula formula, T* x, T* w, T* y, int count, bool streaming)
        where TFormula : struct, IRowFormula<TVector>
    {
        if (typeof(T) == typeof(TReal))
        {
            WriteReals(formula, (TReal*)x, (TReal*)w, (TReal*)y, count, streaming);
            return;
        }

        int segment = Lanes.SegmentLength<TReal>();
        TReal* left = ProjectionScratch.Take<TReal>(LeftSlot, segment);
        TReal* right = TFormula.IsBinary ? ProjectionScratch.Take<TReal>(RightSlot, segment) : null;
        for (int start = 0; start < count; start += segment)
        {
            int length = Math.Min(segment, count - start);
            RowSource<T, TReal, TVector>.Widen(x + start, left, length);
            if (TFormula.IsBinary)
                RowSource<T, TReal, TVector>.Widen(w + start, right, length);
            WriteReals(formula, left, right, left, length, false);
            RowSource<T, TReal, TVector>.Narrow(left, y + start, length);
        }
    }

    /// <summary>y = f·x for a part of a row, zeros where f is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(double f, T* x, T* y, int count, bool streaming)
    {
        if (f == 0)
        {
            new Span<T>(y, count).Clear();
        }
        else if (count >= RowDot<T, TReal, TVector>.Short)
        {
            Write(new ScaledRow<TVector, TReal>(1, f), x, null, y, count, streaming && count >= LongPart);
        }
        else
        {
            for (int j = 0; j < count; j++)
                y[j] = Real.From<T>(Real.ToDouble(x[j]) * f);
        }
    }

    /// <summary>y = f·x + c·(p·w) for a part of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Combine(double f, double p, double c, T* x, T* w, T* y, int count)
    {
        if (count >= RowDot<T, TReal, TVector>.Short)
        {
            Write(new CombinedRow<TVector, TReal>(f, p, c), x, w, y, count, false);
            return;
        }

        for (int j = 0; j < count; j++)
            y[j] = Real.From<T>((Real.ToDouble(x[j]) * f) + (Real.ToDouble(w[j]) * p * c));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteReals<TFormula>(TFormula formula, TReal* x, TReal* w, TReal* y, int count, bool streaming)
        where TFormula : struct, IRowFormula<TVector>
    {
        int j = 0;
        if (streaming && (nint)y % sizeof(TReal) == 0)
        {
            // Up to the first entry that begins a cache line.
            int head = (int)Math.Min((-(nint)y & 63) / sizeof(TReal), count);
            for (; j < head; j += TVector.Count)
                WritePart(formula, x + j, w + j, y + j, Math.Min(TVector.Count, head - j));
            for (j = head; j <= count - TVector.Count; j += TVector.Count)
                TVector.StoreStreaming(y + j, formula.Of(TVector.Load(x + j), TFormula.IsBinary ? TVector.Load(w + j) : default));
        }

        for (; j <= count - TVector.Count; j += TVector.Count)
            TVector.Store(y + j, formula.Of(TVector.Load(x + j), TFormula.IsBinary ? TVector.Load(w + j) : default));
        if (j < count)
            WritePart(formula, x + j, w + j, y + j, count - j);
    }

    // Fewer entries than a vector has lanes.
    private static void WritePart<TFormula>(TFormula formula, TReal* x, TReal* w, TReal* y, int count)
        where TFormula : struct, IRowFormula<TVector>
    {
        TVector left = default, right = default;
        Unsafe.CopyBlockUnaligned(&left, x, (uint)(count * sizeof(TReal)));
        if (TFormula.IsBinary)
            Unsafe.CopyBlockUnaligned(&right, w, (uint)(count * sizeof(TReal)));
        TVector value = formula.Of(left, right);
        Unsafe.CopyBlockUnaligned(y, &value, (uint)(count * sizeof(TReal)));
    }
}
