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
    public static void Run(
        in CrossEntropyJob<T, TReal> job, long row, T* logits, T* gradient, long target, in RowScale scale, in RowSummary summary, in RowCoefficients terms, double factor, bool hasNext, in RowScratch<TReal> scratch)
    {
        Softcap softcap = new(job.Options.Softcap, scale.Prescale);
        factor *= scale.Chain;

        // Single entries first: the logits may be overwritten below.
        bool hasTarget = target >= 0 && terms.Target != 0;
        bool hasArgmax = terms.Argmax != 0 && summary.Argmax >= 0;
        double targetEntry = hasTarget ? Entry(job, row, logits, target, true, target == summary.Argmax, scale, softcap, summary, terms, factor) : 0;
        double argmaxEntry = hasArgmax && !(hasTarget && target == summary.Argmax)
            ? Entry(job, row, logits, summary.Argmax, false, true, scale, softcap, summary, terms, factor)
            : targetEntry;

        double share = factor / (1 + summary.Excess);
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
        bool direct = typeof(T) == typeof(TReal) && softcap.IsIdentity;
        int columns = job.Columns;
        int start = 0;
        if (direct && job.Streaming && ((nint)gradient & 63) != 0 && ((nint)gradient % sizeof(T)) == 0)
        {
            // Up to the first aligned entry.
            start = (int)Math.Min((64 - ((nint)gradient & 63)) / sizeof(T), columns);
            Write(job, row, logits, gradient, 0, start, direct, softcap, terms, scale, coefficients, false, scratch);
        }

        for (; start < columns; start += Lanes.SegmentLength<TReal>())
            Write(job, row, logits, gradient, start, Math.Min(Lanes.SegmentLength<TReal>(), columns - start), direct, softcap, terms, scale, coefficients, hasNext, scratch);

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


        // The next row at the same place.
        byte* next = hasNext ? (byte*)(logits + start) + job.LogitsStride : null;
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

        if (softcap.Cap != 0)
            softcap.Chain<TVector, TReal>(given, scratch.Gradient);
        if (typeof(T) == typeof(TReal))
            Unsafe.CopyBlockUnaligned(gradient + start, scratch.Gradient, (uint)(count * sizeof(T)));
        else
            RowSource<T, TReal, TVector>.Narrow(scratch.Gradient, gradient + start, count);
    }

    private static void Write<TStore>(
        in CrossEntropyJob<T, TReal> job, long row, int start, int count, in RowCoefficients terms, Segment<TReal> effective, Segment<TReal> destination, in RowScale scale, in GradientCoefficients<TReal> coefficients, byte* next, in RowScratch<TReal> scratch)
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
        return value * factor * softcap.Slope(z);
    }
}
