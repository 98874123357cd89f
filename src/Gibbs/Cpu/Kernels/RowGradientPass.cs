using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Epilogues;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>The gradient of a row from its coefficients: one read, one write, in place where asked for; then the entries of the target and of the argmax in double.</summary>
internal static unsafe class RowGradientPass<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Writes factor · the row's gradient; factor holds row weight, normaliser and upstream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        in CrossEntropyJob<T, TReal> job, long row, T* logits, T* gradient, long target, in RowScale scale, in RowSummary summary, in RowCoefficients terms, double factor, bool hasNext, ref RowScratch<TReal> scratch, ref PendingGradient<TReal> pending)
    {
        Softcap softcap = new(job.Options.Softcap, scale.Prescale);

        // Finite, so that absent terms stay 0 at the tiniest temperatures.
        factor = Math.Clamp(factor * scale.Chain, -double.MaxValue, double.MaxValue);

        // Single entries first: the logits may be overwritten below.
        bool hasTarget = target >= 0 && terms.Target != 0;
        bool hasArgmax = terms.Argmax != 0 && summary.Argmax >= 0;
        double targetEntry = hasTarget ? Entry(job, row, logits, target, true, target == summary.Argmax, scale, softcap, summary, terms, factor) : 0;
        double argmaxEntry = hasArgmax && !(hasTarget && target == summary.Argmax)
            ? Entry(job, row, logits, summary.Argmax, false, true, scale, softcap, summary, terms, factor)
            : targetEntry;

        double share = factor / (1 + summary.Excess);
        bool direct = typeof(T) == typeof(TReal) && softcap.IsIdentity;
        if (scratch.Kept != null)
        {
            SetPending(job, gradient, direct, scale, summary, (terms.Softmax + terms.Target) * share, terms.Constant * factor, hasTarget ? target : -1, targetEntry, ref scratch, ref pending);
            if (!direct)
                WriteConverted(job, logits, gradient, softcap, hasNext, scratch, ref pending);
            else if (!hasNext || ((nint)gradient % sizeof(T)) != 0)
                pending.Write<TVector>(Prefetch.None);
            return;
        }

        GradientCoefficients<TReal> coefficients = new()
        {
            Maximum = Real.From<TReal>(summary.Maximum),
            Softmax = Real.Coefficient<TReal>((terms.Softmax + terms.Target) * share),
            SoftmaxOffset = Real.Coefficient<TReal>(terms.SoftmaxOffset * scale.InverseTemperature * share),
            Constant = Real.Coefficient<TReal>(terms.Constant * factor),
            Columns = Real.Coefficient<TReal>(terms.Columns * factor),
            UnmaskedConstant = Real.Coefficient<TReal>(terms.UnmaskedConstant * factor),
            Unmasked = Real.Coefficient<TReal>(terms.Unmasked * factor),
            InverseTemperature = Real.Coefficient<TReal>(scale.InverseTemperature),
            MinusCenter = Real.Coefficient<TReal>(-job.Options.LogitPenaltyCenter),
        };
        int columns = job.Columns;
        int start = 0;
        if (direct && job.Streaming && ((nint)gradient & 63) != 0 && ((nint)gradient % sizeof(T)) == 0)
        {
            // Up to the first aligned entry.
            start = (int)Math.Min((64 - ((nint)gradient & 63)) / sizeof(T), columns);
            Write(job, row, logits, gradient, 0, start, direct, softcap, terms, scale, coefficients, false, scratch);
        }

        // In pieces that fit the scratch, where that is needed.
        int length = direct && terms.Columns == 0 && terms.Unmasked == 0 && terms.UnmaskedConstant == 0 ? columns : Lanes.SegmentLength<TReal>();
        for (; start < columns; start += length)
            Write(job, row, logits, gradient, start, Math.Min(length, columns - start), direct, softcap, terms, scale, coefficients, hasNext, scratch);

        if (hasTarget)
            gradient[target] = Real.From<T>(targetEntry);
        if (hasArgmax)
            gradient[summary.Argmax] = Real.From<T>(argmaxEntry);
    }

    private static void Write(
        in CrossEntropyJob<T, TReal> job, long row, T* logits, T* gradient, int start, int count, bool direct, in Softcap softcap, in RowCoefficients terms, in RowScale scale, in GradientCoefficients<TReal> coefficients, bool hasNext, in RowScratch<TReal> scratch)
    {
        int lanes = Lanes.Count<TReal>();
        Segment<TReal> given = RowSource<T, TReal, TVector>.Given(logits, start, count, scratch);
        Segment<TReal> effective = RowSource<T, TReal, TVector>.Effective(given, softcap, scratch);
        Segment<TReal> destination = direct
            ? new Segment<TReal>((TReal*)(gradient + start), count / lanes, scratch.GradientTail, given.Blocks)
            : new Segment<TReal>(scratch.Gradient, given.Blocks, null, given.Blocks);
        bool streaming = direct && job.Streaming && ((nint)(gradient + start) & 63) == 0;


        Prefetch next = Next(job, logits, start, hasNext);
        if (streaming)
            Write<StreamingStore>(job, row, start, count, terms, effective, destination, scale, coefficients, next, scratch);
        else
            Write<CachedStore>(job, row, start, count, terms, effective, destination, scale, coefficients, next, scratch);

        if (direct)
        {
            int rest = count % lanes;
            if (rest != 0)
                Unsafe.CopyBlockUnaligned(gradient + start + (count - rest), scratch.GradientTail, (uint)(rest * sizeof(T)));
            return;
        }

        Finish(given, softcap, gradient + start, count, scratch);
    }

    // Kept exponentials are relative to their segment's maximum. What was pending is written by now.
    private static void SetPending(
        in CrossEntropyJob<T, TReal> job, T* gradient, bool direct, in RowScale scale, in RowSummary summary, double a, double g, long target, double targetEntry, ref RowScratch<TReal> scratch, ref PendingGradient<TReal> pending)
    {
        int length = Lanes.SegmentLength<TReal>();
        for (int segment = 0; segment * length < job.Columns; segment++)
        {
            double shift = (scratch.KeptMaxima[segment] - summary.Maximum) * scale.InverseTemperature;
            scratch.Factors[segment] = Real.Coefficient<TReal>(shift == 0 ? a : a * Math.Exp(shift));
        }

        pending.Destination = (TReal*)gradient;
        pending.Kept = scratch.Kept;
        pending.Factors = scratch.Factors;
        pending.Constant = Real.Coefficient<TReal>(g);
        pending.Columns = job.Columns;
        pending.Target = target;
        pending.TargetEntry = Real.From<TReal>(targetEntry);
        pending.Streaming = direct && job.Streaming && ((nint)gradient % sizeof(T)) == 0;
        TReal* other = scratch.KeptBefore;
        scratch.KeptBefore = scratch.Kept;
        scratch.Kept = other;
    }

    // By way of scratch, segment by segment: the softcap's slope and the storage type.
    private static void WriteConverted(in CrossEntropyJob<T, TReal> job, T* logits, T* gradient, in Softcap softcap, bool hasNext, in RowScratch<TReal> scratch, ref PendingGradient<TReal> pending)
    {
        int length = Lanes.SegmentLength<TReal>();
        PendingGradient<TReal> part = pending;
        part.Target = -1;
        for (int start = 0; start < job.Columns; start += length)
        {
            part.Destination = scratch.Gradient;
            part.Kept = pending.Kept + start;
            part.Factors = pending.Factors + (start / length);
            part.Columns = Math.Min(length, job.Columns - start);
            int count = part.Columns;
            part.Write<TVector>(Next(job, logits, start, hasNext));
            Segment<TReal> given = softcap.Cap != 0 ? RowSource<T, TReal, TVector>.Given(logits, start, count, scratch) : default;
            Finish(given, softcap, gradient + start, count, scratch);
        }

        if (pending.Target >= 0)
            gradient[pending.Target] = Real.From<T>(Real.ToDouble(pending.TargetEntry));
        pending.Destination = null;
    }

    // The next row at the same place.
    private static Prefetch Next(in CrossEntropyJob<T, TReal> job, T* logits, int start, bool hasNext) =>
        hasNext ? new((byte*)(logits + start) + job.LogitsStride, Lanes.Count<TReal>() * sizeof(T)) : Prefetch.None;

    // From scratch to the gradient: the softcap's slope, then the one rounding.
    private static void Finish(Segment<TReal> given, in Softcap softcap, T* gradient, int count, in RowScratch<TReal> scratch)
    {
        if (softcap.Cap != 0)
            softcap.Chain<TVector, TReal>(given, scratch.Gradient);
        if (typeof(T) == typeof(TReal))
            Unsafe.CopyBlockUnaligned(gradient, scratch.Gradient, (uint)(count * sizeof(T)));
        else
            RowSource<T, TReal, TVector>.Narrow(scratch.Gradient, gradient, count);
    }

    private static void Write<TStore>(
        in CrossEntropyJob<T, TReal> job, long row, int start, int count, in RowCoefficients terms, Segment<TReal> effective, Segment<TReal> destination, in RowScale scale, in GradientCoefficients<TReal> coefficients, Prefetch next, in RowScratch<TReal> scratch)
        where TStore : struct, IGradientStore
    {
        if (terms.Columns != 0 || terms.Unmasked != 0 || terms.UnmaskedConstant != 0)
        {
            Segment<TReal> columns = terms.Columns != 0 ? RowSource<T, TReal, TVector>.Columns(job, row, start, count, scratch) : Zeros(effective.Blocks, scratch);
            SegmentGradient<TVector, TReal>.Write<FullForm, TStore>(effective, columns, destination, scale, coefficients, next);
        }
        else if (terms.SoftmaxOffset != 0 || terms.Constant != 0)
        {
            SegmentGradient<TVector, TReal>.Write<AffineForm, TStore>(effective, default, destination, scale, coefficients, next);
        }
        else
        {
            SegmentGradient<TVector, TReal>.Write<SoftmaxForm, TStore>(effective, default, destination, scale, coefficients, next);
        }
    }

    private static Segment<TReal> Zeros(int blocks, in RowScratch<TReal> scratch)
    {
        new Span<TReal>(scratch.Columns, blocks * Lanes.Count<TReal>()).Clear();
        return new Segment<TReal>(scratch.Columns, blocks, null, blocks);
    }

    // One entry in double: 1 − p_y from the excess or by expm1, never p_y − 1.
    private static double Entry(
        in CrossEntropyJob<T, TReal> job, long row, T* logits, long column, bool isTarget, bool isArgmax, in RowScale scale, in Softcap softcap, in RowSummary summary, in RowCoefficients terms, double factor)
    {
        double z = Real.ToDouble(logits[column]);
        double u = RowSource<T, TReal, TVector>.Effective(z, softcap);
        double x = (u - summary.Maximum) * scale.InverseTemperature;
        double p = Math.Exp(x - summary.LogSum);
        double complement = x == 0 ? summary.Excess / (1 + summary.Excess) : -Real.ExpM1(x - summary.LogSum);
        double value = (p * terms.Softmax) + terms.Constant;
        if (p > 0)
            value += p * x * terms.SoftmaxOffset;
        value += isTarget ? -(terms.Target * complement) : terms.Target * p;
        if (terms.Columns != 0)
            value += terms.Columns * RowSource<T, TReal, TVector>.Column(job, row, column);
        if (!double.IsNegativeInfinity(u))
            value += terms.UnmaskedConstant + (terms.Unmasked * ((u * scale.InverseTemperature) - job.Options.LogitPenaltyCenter));
        if (isArgmax)
            value += terms.Argmax;
        double slope = softcap.Slope(z);
        return slope == 0 ? 0 : value * (factor * slope);
    }
}
