using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>A worker's scratch: a segment in each of its stages, and padded tails. On the worker's stack.</summary>
internal unsafe struct RowScratch<TReal>
    where TReal : unmanaged
{
    public TReal* Given;
    public TReal* Effective;
    public TReal* Columns;
    public TReal* Gradient;
    public TReal* Tail;
    public TReal* ColumnsTail;
    public TReal* GradientTail;

    /// <summary>Lifted exponentials of a whole row, each relative to its segment's maximum; null where the gradient does not use them.</summary>
    public TReal* Kept;

    /// <summary>The same for the row before, while its gradient is pending.</summary>
    public TReal* KeptBefore;

    /// <summary>The maxima of the segments whose exponentials are kept.</summary>
    public double* KeptMaxima;

    /// <summary>The factors of the segments of a pending gradient.</summary>
    public TReal* Factors;

    /// <summary>Rows up to this many columns keep their exponentials: a quarter of a second-level cache of 1 MiB.</summary>
    public static int LongestKept => 16 * Lanes.SegmentLength<TReal>();

    public static int Bytes => 64 + (((4 * Lanes.SegmentLength<TReal>()) + (3 * Lanes.Count<TReal>())) * sizeof(TReal)) + (32 * sizeof(double));

    public static RowScratch<TReal> At(byte* memory)
    {
        TReal* p = (TReal*)(((nint)memory + 63) & ~(nint)63);
        int segment = Lanes.SegmentLength<TReal>();
        RowScratch<TReal> scratch;
        scratch.Given = p;
        scratch.Effective = p + segment;
        scratch.Columns = p + (2 * segment);
        scratch.Gradient = p + (3 * segment);
        scratch.Tail = p + (4 * segment);
        scratch.ColumnsTail = scratch.Tail + Lanes.Count<TReal>();
        scratch.GradientTail = scratch.ColumnsTail + Lanes.Count<TReal>();
        scratch.KeptMaxima = (double*)(scratch.GradientTail + Lanes.Count<TReal>());
        scratch.Factors = (TReal*)(scratch.KeptMaxima + 16);
        scratch.Kept = null;
        scratch.KeptBefore = null;
        return scratch;
    }
}

/// <summary>Pieces of rows as segments of reals: read in place where the storage is the arithmetic type, widened into scratch otherwise; padded to whole blocks.</summary>
internal static unsafe class RowSource<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Elements [start, start + count) of a row of logits, padded with −∞.</summary>
    public static Segment<TReal> Given(T* row, int start, int count, in RowScratch<TReal> scratch)
    {
        if (typeof(T) == typeof(TReal))
            return InPlace((TReal*)(row + start), count, scratch.Tail, double.NegativeInfinity);

        Widen(row + start, scratch.Given, count);
        int blocks = Pad(scratch.Given, count, double.NegativeInfinity);
        return new Segment<TReal>(scratch.Given, blocks, null, blocks);
    }

    /// <summary>After softcap and scaling.</summary>
    public static Segment<TReal> Effective(Segment<TReal> given, in Softcap softcap, in RowScratch<TReal> scratch)
    {
        if (softcap.IsIdentity)
            return given;
        softcap.Apply<TVector, TReal>(given, scratch.Effective);
        return new Segment<TReal>(scratch.Effective, given.Blocks, null, given.Blocks);
    }

    /// <summary>One logit after softcap and scaling, the same bits as within its row.</summary>
    public static double Effective(double z, in Softcap softcap)
    {
        if (softcap.IsIdentity)
            return z;
        TReal* block = stackalloc TReal[Lanes.Count<TReal>()];
        new Span<TReal>(block, Lanes.Count<TReal>()).Fill(Real.From<TReal>(z));
        softcap.Apply<TVector, TReal>(new Segment<TReal>(block, 1, null, 1), block);
        return Real.ToDouble(block[0]);
    }

    /// <summary>Column terms of [start, start + count), padded with 0: q̃_j = w_j·((1−s)·q_j + s/V) for soft targets, otherwise w_j.</summary>
    public static Segment<TReal> Columns(in CrossEntropyJob<T, TReal> job, long row, int start, int count, in RowScratch<TReal> scratch)
    {
        if (!job.HasSoftTargets)
            return InPlace(job.ClassWeights + start, count, scratch.ColumnsTail, 0);

        T* soft = (T*)((byte*)job.SoftTargets + ((nint)row * job.SoftTargetsStride)) + start;
        if (typeof(T) == typeof(TReal))
            Unsafe.CopyBlockUnaligned(scratch.Columns, soft, (uint)(count * sizeof(T)));
        else
            Widen(soft, scratch.Columns, count);
        int blocks = Pad(scratch.Columns, count, 0);
        Segment<TReal> columns = new(scratch.Columns, blocks, null, blocks);
        if (job.Options.LabelSmoothing == 0 && job.ClassWeights == null)
            return columns;

        Segment<TReal> weights = job.ClassWeights == null ? default : InPlace(job.ClassWeights + start, count, scratch.ColumnsTail, 0);
        Smooth(scratch.Columns, blocks, weights, job.ClassWeights != null, 1 - job.Options.LabelSmoothing, job.Options.LabelSmoothing / job.Columns);
        Pad(scratch.Columns, count, 0);
        return columns;
    }

    /// <summary>The column term of one column.</summary>
    public static double Column(in CrossEntropyJob<T, TReal> job, long row, long column)
    {
        double weight = job.ClassWeights == null ? 1 : Real.ToDouble(job.ClassWeights[column]);
        if (!job.HasSoftTargets)
            return weight;
        T* soft = (T*)((byte*)job.SoftTargets + ((nint)row * job.SoftTargetsStride));
        return weight * (((1 - job.Options.LabelSmoothing) * Real.ToDouble(soft[column])) + (job.Options.LabelSmoothing / job.Columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Smooth(TReal* soft, int blocks, Segment<TReal> weights, bool weighted, double keep, double uniform)
    {
        TVector factor = TVector.Create(Real.From<TReal>(keep));
        TVector addend = TVector.Create(Real.From<TReal>(uniform));
        for (int block = 0; block < blocks; block++)
        {
            TReal* w = weighted ? weights.Block(block) : null;
            for (int j = 0; j < Lanes.Count<TReal>(); j += TVector.Count)
            {
                TVector value = TVector.FusedMultiplyAdd(TVector.Load(soft + j), factor, addend);
                TVector.Store(soft + j, weighted ? value * TVector.Load(w + j) : value);
            }

            soft += Lanes.Count<TReal>();
        }
    }

    private static Segment<TReal> InPlace(TReal* source, int count, TReal* tail, double padding)
    {
        int lanes = Lanes.Count<TReal>();
        int body = count / lanes;
        int rest = count - (body * lanes);
        if (rest == 0)
            return new Segment<TReal>(source, body, null, body);
        for (int j = 0; j < lanes; j += TVector.Count)
            TVector.Store(tail + j, TVector.Constant(padding));
        Unsafe.CopyBlockUnaligned(tail, source + (body * lanes), (uint)(rest * sizeof(TReal)));
        return new Segment<TReal>(source, body, tail, body + 1);
    }

    private static int Pad(TReal* values, int count, double padding)
    {
        int lanes = Lanes.Count<TReal>();
        int blocks = (count + lanes - 1) / lanes;
        new Span<TReal>(values + count, (blocks * lanes) - count).Fill(Real.From<TReal>(padding));
        return blocks;
    }

    /// <summary>16-bit storage to float; the vector is one of float then.</summary>
    public static void Widen(T* source, TReal* destination, int count)
    {
        if (typeof(TVector) == typeof(SimdVector512<float>))
            Storage<SimdVector512<float>>.Widen(source, (float*)destination, count);
        else if (typeof(TVector) == typeof(SimdVector256<float>))
            Storage<SimdVector256<float>>.Widen(source, (float*)destination, count);
        else
            Storage<SimdVector128<float>>.Widen(source, (float*)destination, count);
    }

    /// <summary>Float to 16-bit storage, rounded to nearest even.</summary>
    public static void Narrow(TReal* source, T* destination, int count)
    {
        if (typeof(TVector) == typeof(SimdVector512<float>))
            Storage<SimdVector512<float>>.Narrow((float*)source, destination, count);
        else if (typeof(TVector) == typeof(SimdVector256<float>))
            Storage<SimdVector256<float>>.Narrow((float*)source, destination, count);
        else
            Storage<SimdVector128<float>>.Narrow((float*)source, destination, count);
    }
}
