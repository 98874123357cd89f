using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>dz_j = a·e^x_j + b·u_j of a segment, from its kept e^x and from its kept u, or from z where u = e^x·x.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="TReal">The arithmetic type.</typeparam>
/// <typeparam name="TForm">What u is.</typeparam>
internal readonly unsafe struct DeformedGradient<TVector, TReal, TForm>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
    where TForm : struct, IEntropyForm
{
    private readonly TReal* _kept;
    private readonly TReal* _second;
    private readonly TReal _a;
    private readonly TReal _b;
    private readonly TReal _after;
    private readonly TReal _maximum;
    private readonly TReal _lowest;
    private readonly TReal _inverse;

    /// <param name="kept">e^x, lifted, in whole blocks.</param>
    /// <param name="second">u, lifted, in whole blocks; of Shannon's form z, as many as there are.</param>
    /// <param name="a">Of e^x.</param>
    /// <param name="b">Of u.</param>
    /// <param name="maximum">The segment's, 0 where all is masked.</param>
    /// <param name="scale">T.</param>
    public DeformedGradient(TReal* kept, TReal* second, double a, double b, TReal maximum, in RowScale scale)
    {
        _kept = kept;
        _second = second;

        // The lift comes off after the products, which may be as small as an upstream gradient, or before where they would overflow.
        double lowered = SegmentDeformed<TVector, TReal>.Lowered;
        bool large = Math.Max(Math.Abs(a), Math.Abs(scale.LowestLifted * scale.InverseTemperature * b)) > Real.Largest<TReal>() * lowered / 4;
        _a = Real.Coefficient<TReal>(large ? a * lowered : a);
        _b = Real.Coefficient<TReal>(large ? b * lowered : b);
        _after = Real.From<TReal>(large ? 1 : lowered);
        _maximum = maximum;
        _lowest = Real.From<TReal>(scale.LowestLifted);
        _inverse = Real.From<TReal>(scale.InverseTemperature);
    }

    /// <summary>Writes count entries, which may be z itself where that is not past the caches.</summary>
    public void Write(TReal* destination, int count, bool streaming, Prefetch next)
    {
        if (streaming)
            Write<StreamingStore>(destination, count, next);
        else
            Write<CachedStore>(destination, count, next);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write<TStore>(TReal* destination, int count, Prefetch next)
        where TStore : struct, IGradientStore
    {
        DeformedBlocks<TVector, TReal, TForm, TStore> blocks = Begin<TStore>(destination, count);
        for (int block = 0; block < blocks.Count; block++)
        {
            next.Far(block);
            blocks.Write(block);
        }
    }

    /// <summary>Writes what does not lie in whole blocks, and leaves the rest: from a cache line on where that is past the caches.</summary>
    public DeformedBlocks<TVector, TReal, TForm, TStore> Begin<TStore>(TReal* destination, int count)
        where TStore : struct, IGradientStore
    {
        int lanes = Lanes.Count<TReal>(), head = 0;
        if (TStore.IsStreaming && ((nint)destination & 63) != 0)
            head = Math.Min((int)(64 - ((nint)destination & 63)) / sizeof(TReal), count);
        int blocks = (count - head) / lanes;
        Ends(destination, 0, head);
        Ends(destination, head + (blocks * lanes), count);
        return new(this, destination, head, blocks);
    }

    /// <summary>A block of entries from one on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block<TStore>(TReal* destination, nint start)
        where TStore : struct, IGradientStore
    {
        TVector a = TVector.Create(_a), b = TVector.Create(_b), after = TVector.Create(_after), maximum = TVector.Create(_maximum), lowest = TVector.Create(_lowest), inverse = TVector.Create(_inverse);
        for (nint j = start; j < start + Lanes.Count<TReal>(); j += TVector.Count)
        {
            TVector value = Entry(_kept + j, _second + j, a, b, after, maximum, lowest, inverse);
            if (TStore.IsStreaming)
                TVector.StoreStreaming(destination + j, value);
            else
                TVector.Store(destination + j, value);
        }
    }

    private void Ends(TReal* destination, int start, int end)
    {
        for (; start <= end - TVector.Count; start += TVector.Count)
            TVector.Store(destination + start, Entry(_kept + start, _second + start));
        Part(destination, start, end - start);
    }

    // Fewer entries than a vector has, by way of the stack: nothing is read behind the row's end, nor after it was overwritten.
    [SkipLocalsInit]
    private void Part(TReal* destination, int start, int count)
    {
        if (count == 0)
            return;
        TReal* kept = stackalloc TReal[3 * TVector.Count];
        TReal* second = kept + TVector.Count, whole = second + TVector.Count;
        TVector.Store(kept, default);
        TVector.Store(second, default);
        Unsafe.CopyBlockUnaligned(kept, _kept + start, (uint)(count * sizeof(TReal)));
        Unsafe.CopyBlockUnaligned(second, _second + start, (uint)(count * sizeof(TReal)));
        TVector.Store(whole, Entry(kept, second));
        Unsafe.CopyBlockUnaligned(destination + start, whole, (uint)(count * sizeof(TReal)));
    }

    private TVector Entry(TReal* kept, TReal* second) =>
        Entry(kept, second, TVector.Create(_a), TVector.Create(_b), TVector.Create(_after), TVector.Create(_maximum), TVector.Create(_lowest), TVector.Create(_inverse));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Entry(TReal* kept, TReal* second, TVector a, TVector b, TVector after, TVector maximum, TVector lowest, TVector inverse)
    {
        TVector e = TVector.Load(kept), u = TVector.Load(second);
        if (TForm.IsPower)
            return TVector.FusedMultiplyAdd(u, b, e * a) * after;
        TVector x = TVector.Max(lowest, u - maximum) * inverse;
        return e * TVector.FusedMultiplyAdd(x, b, a) * after;
    }
}

/// <summary>Whole blocks of a segment's gradient.</summary>
internal readonly unsafe struct DeformedBlocks<TVector, TReal, TForm, TStore>(DeformedGradient<TVector, TReal, TForm> gradient, TReal* destination, int first, int count) : IPendingBlocks
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
    where TForm : struct, IEntropyForm
    where TStore : struct, IGradientStore
{
    private readonly DeformedGradient<TVector, TReal, TForm> _gradient = gradient;
    private readonly TReal* _destination = destination;
    private readonly int _first = first;

    public int Count { get; } = count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int block) => _gradient.Block<TStore>(_destination, _first + ((nint)block * Lanes.Count<TReal>()));
}
