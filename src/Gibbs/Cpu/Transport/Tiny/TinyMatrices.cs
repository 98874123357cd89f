using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>Matrices from their rows of the view to vector lanes, and back.</summary>
internal static unsafe class TinyMatrices<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>The entries of matrices first to first + count − 1 as reals, a lane each; other lanes hold zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(in TinyJob job, byte* source, nint stride, long first, int count, bool noisy, TReal* scratch, TReal* entries)
    {
        if (count < TVector.Count)
            new Span<TReal>(entries, job.Entries * TVector.Count).Clear();
        for (int lane = 0; lane < count; lane++)
        {
            TReal* matrix = Read(job, source + ((nint)(first + lane) * stride), first + lane, noisy, scratch);
            TReal* destination = entries + lane;
            for (int e = 0; e < job.Entries; e++, destination += TVector.Count)
                *destination = matrix[e];
        }
    }

    /// <summary>The entries of a matrix as reals, with noise where it is asked for: as they lie, or in the scratch.</summary>
    public static TReal* Read(in TinyJob job, byte* source, long matrix, bool noisy, TReal* scratch)
    {
        if (typeof(T) == typeof(TReal) && !noisy)
            return (TReal*)source;
        if (typeof(T) == typeof(TReal))
            Unsafe.CopyBlockUnaligned(scratch, source, (uint)(job.Entries * sizeof(TReal)));
        else
            RowSource<T, TReal, TVector>.Widen((T*)source, scratch, job.Entries);
        if (noisy)
            TinyNoise.Add(job.Options, matrix, scratch, job.Entries);
        return scratch;
    }

    /// <summary>Entries of a lane to the matrix's row of the view, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(in TinyJob job, TReal* entries, int lane, byte* destination, TReal* scratch)
    {
        TReal* matrix = typeof(T) == typeof(TReal) ? (TReal*)destination : scratch;
        TReal* source = entries + lane;
        for (int e = 0; e < job.Entries; e++, source += TVector.Count)
            matrix[e] = *source;
        if (typeof(T) != typeof(TReal))
            RowSource<T, TReal, TVector>.Narrow(scratch, (T*)destination, job.Entries);
    }

    /// <summary>Doubles, or NaN where they are null, to the matrix's row of the view.</summary>
    public static void Store(in TinyJob job, double* entries, byte* destination)
    {
        for (int e = 0; e < job.Entries; e++)
            ((T*)destination)[e] = Real.From<T>(entries == null ? double.NaN : entries[e]);
    }

    /// <summary>A bit per lane whose entries are all numbers and below +∞; and of those whose entries are all at least 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (ulong Finite, ulong NotNegative) Check(in TinyJob job, TReal* entries)
    {
        TVector infinity = TVector.Constant(double.PositiveInfinity), finite = TVector.FromBits(ulong.MaxValue), negative = default;
        for (int e = 0; e < job.Entries; e++)
        {
            TVector x = TVector.Load(entries + ((nint)e * TVector.Count));
            finite &= TVector.LessThan(x, infinity);
            negative |= TVector.LessThan(x, default);
        }

        return (TVector.MaskBits(finite), ~TVector.MaskBits(negative));
    }
}
