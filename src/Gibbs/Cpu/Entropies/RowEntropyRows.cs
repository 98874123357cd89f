using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>
/// What a worker does with its rows of logits: one read, segment by segment, whose terms e^x and u stay in the second-level cache; then the gradient from those, a multiplication and an addition per entry. Rows too long to
/// keep compute the terms of each segment again.
/// </summary>
internal static unsafe class RowEntropyRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Rows [begin, end) of the job at context; begin is a multiple of the job's rows per partial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly RowEntropyJob<T, TReal> job = ref *(RowEntropyJob<T, TReal>*)context;
        if (job.Options.EffectiveKind is EntropyKind.Shannon or EntropyKind.Min)
            Run<ShannonForm>(job, begin, end);
        else if (job.Options.Alpha > 1)
            Run<AboveForm>(job, begin, end);
        else
            Run<BelowForm>(job, begin, end);

        // Streaming stores of this thread are seen before the job is.
        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TForm>(in RowEntropyJob<T, TReal> job, long begin, long end)
        where TForm : struct, IEntropyForm
    {
        byte* memory = stackalloc byte[RowScratch<TReal>.Bytes];
        RowScratch<TReal> scratch = RowScratch<TReal>.At(memory);
        if (job.Gradient != null && job.GradientScale != 0)
            KeptExponentials.Take(Math.Min(job.Columns, RowScratch<TReal>.LongestKept), ref scratch);
        PendingShannon<TVector, TReal> pending = default;
        DeformedGradient<TVector, TReal, ShannonForm>* segments = stackalloc DeformedGradient<TVector, TReal, ShannonForm>[16];
        pending.Segments = segments;
        double temperature = job.Options.Temperature;
        DeformedScale scale = DeformedScale.Of<TReal>(temperature, job.Options.Alpha);
        for (long row = begin; row < end; row++)
        {
            bool valid = true;
            if (job.Temperatures != null)
            {
                double rowTemperature = Real.ToDouble(job.Temperatures[row]);
                valid = RowScale.IsValid(rowTemperature);
                if (valid && rowTemperature != temperature)
                {
                    temperature = rowTemperature;
                    scale = DeformedScale.Of<TReal>(temperature, job.Options.Alpha);
                }
            }

            EntropyRowOutputs<T, TReal>.Sum(job, row, Row<TForm>(job, row, valid, row + 1 < end, scale, ref scratch, ref pending));
        }

        pending.Write();
    }

    private static double Row<TForm>(in RowEntropyJob<T, TReal> job, long row, bool validTemperature, bool hasNext, in DeformedScale scale, ref RowScratch<TReal> scratch, ref PendingShannon<TVector, TReal> pending)
        where TForm : struct, IEntropyForm
    {
        T* logits = job.ValuesRow(row);
        int columns = job.Length(row);
        long action = job.Action(row);
        T* next = hasNext ? job.ValuesRow(row + 1) : null;
        EntropySums sums = EntropySums.Empty;
        EntropyRow result;
        double exponential = 0, deformed = 0;
        if (!validTemperature)
        {
            pending.Write();
            result = EntropyRow.Irregular(RowStatus.InvalidTemperature);
        }
        else
        {
            sums = Sums<TForm>(logits, columns, next, scale, scratch, ref pending);
            RowStatus content = sums.IsNaN ? Irregular(logits, columns) : double.IsNegativeInfinity(sums.Maximum) ? RowStatus.AllMasked : RowStatus.Ok;
            result = EntropyRow.Irregular(content);
            if (content == RowStatus.Ok)
                sums.Finish<TForm>(job.Options.EffectiveKind, scale, out result.Entropy, out exponential, out deformed);
        }

        RowStatus status = EntropyRowOutputs<T, TReal>.Status(job, action, columns, result.Status);
        if (result.Status == RowStatus.Ok)
        {
            result.LogSumExp = (sums.Maximum * scale.Row.InverseTemperature) + sums.LogSum;
            if (job.HasActions && status == RowStatus.Ok)
                result.LogProbability = Offset(logits, action, sums, scale) - sums.LogSum;
        }

        double value = EntropyRowOutputs<T, TReal>.Store(job, row, status, result);
        if (job.Gradient != null && !EntropyRowOutputs<T, TReal>.Fill(job, row, columns, status))
            Gradient<TForm>(job, row, logits, columns, action, next, sums, exponential, deformed, scale, ref scratch, ref pending);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static EntropySums Sums<TForm>(T* logits, int columns, T* nextRow, in DeformedScale scale, in RowScratch<TReal> scratch, ref PendingShannon<TVector, TReal> pending)
        where TForm : struct, IEntropyForm
    {
        int length = Lanes.SegmentLength<TReal>();
        bool keeps = scratch.Kept != null && columns <= RowScratch<TReal>.LongestKept;
        EntropySums row = EntropySums.Empty;
        for (int start = 0; start < columns; start += length)
        {
            int count = Math.Min(length, columns - start);
            Segment<TReal> segment = Effective(logits, start, count, scale, scratch);
            TReal maximum = SegmentStatistics<TVector, TReal>.Maximum(segment);
            DeformedSums sums = default;
            sums.Maximum = Real.ToDouble(maximum);
            if (keeps)
                scratch.KeptMaxima[start / length] = sums.Maximum;

            // Where all is masked the differences are taken to 0, and stay −∞.
            TReal origin = double.IsNegativeInfinity(sums.Maximum) ? default : maximum;
            T* following = start + count < columns ? logits + start + count : nextRow;
            Prefetch next = new((byte*)following, Lanes.Count<TReal>() * sizeof(T));
            bool mayHoldMaximum = sums.Maximum >= row.Maximum;
            TReal* kept = keeps ? scratch.Kept + start : null;
            if (TForm.IsPower)
                SegmentDeformed<TVector, TReal>.Sum<TForm>(segment, origin, scale, mayHoldMaximum, kept, scratch.KeptBefore + start, next, ref sums);
            else
                pending.WriteAlong(segment, start, origin, scale.Row, mayHoldMaximum, kept, next, ref sums);
            row.Add<TForm>(sums, scale);
        }

        pending.Finish();
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient<TForm>(
        in RowEntropyJob<T, TReal> job, long row, T* logits, int columns, long action, T* nextRow, in EntropySums sums, double exponential, double deformed, in DeformedScale scale, ref RowScratch<TReal> scratch, ref PendingShannon<TVector, TReal> pending)
        where TForm : struct, IEntropyForm
    {
        // Finite, so that absent terms stay 0 at the tiniest temperatures.
        double factor = job.GradientScale * scale.Row.Chain, z = 1 + sums.Excess;
        double weight = Finite(job.RowWeight(row) * factor), actionWeight = Finite(job.ActionWeight(row) * factor);
        double a = (weight * exponential) - (actionWeight / z), b = weight * deformed;

        // Single entries first: the logits may be overwritten below.
        int largest = job.Options.EffectiveKind == EntropyKind.Min ? FirstLargest(logits, columns, sums, scale, scratch) : -1;
        double largestEntry = largest < 0 ? 0 : Entry<TForm>(logits, largest, true, largest == action, sums, weight, actionWeight, exponential, deformed, scale);
        bool hasAction = job.HasActions && actionWeight != 0;
        double actionEntry = hasAction ? Entry<TForm>(logits, action, largest == action, true, sums, weight, actionWeight, exponential, deformed, scale) : 0;

        T* gradient = job.GradientRow(row);
        int length = Lanes.SegmentLength<TReal>();
        bool keeps = columns <= RowScratch<TReal>.LongestKept, direct = typeof(T) == typeof(TReal) && ((nint)gradient % sizeof(T)) == 0;
        bool waits = !TForm.IsPower && direct && keeps && job.Offsets == null && scale.Row.Prescale == 1;
        for (int start = 0; start < columns; start += length)
        {
            int count = Math.Min(length, columns - start);
            TReal* kept = keeps ? scratch.Kept + start : scratch.Kept, keptDeformed = keeps ? scratch.KeptBefore + start : scratch.KeptBefore;
            Segment<TReal> segment = !TForm.IsPower || !keeps ? Effective(logits, start, count, scale, scratch) : default;
            double maximum = keeps ? scratch.KeptMaxima[start / length] : Real.ToDouble(SegmentStatistics<TVector, TReal>.Maximum(segment));
            TReal origin = double.IsNegativeInfinity(maximum) ? default : Real.From<TReal>(maximum);
            if (!keeps)
            {
                DeformedSums unused = default;
                SegmentDeformed<TVector, TReal>.Sum<TForm>(segment, origin, scale, false, kept, keptDeformed, new((byte*)(logits + start + count), Lanes.Count<TReal>() * sizeof(T)), ref unused);
            }

            Shifted shifted = Shifted.Of<TForm>(double.IsNegativeInfinity(maximum) ? 0 : (maximum - sums.Maximum) * scale.Row.InverseTemperature, scale);
            double segmentA = (shifted.Factor * a) + (shifted.OfExponential * b), segmentB = shifted.OfDeformed * b;
            Prefetch next = nextRow == null || !keeps ? Prefetch.None : new((byte*)(nextRow + start), Lanes.Count<TReal>() * sizeof(T));
            if (waits)
            {
                pending.Segments[start / length] = new(kept, segment.Body, segmentA, segmentB, origin, scale.Row);
                continue;
            }

            new DeformedGradient<TVector, TReal, TForm>(kept, TForm.IsPower ? keptDeformed : segment.Body, segmentA, segmentB, origin, scale.Row)
                .Write(direct ? (TReal*)(gradient + start) : scratch.Gradient, count, direct && job.Streaming, next);
            if (!direct && typeof(T) == typeof(TReal))
                Unsafe.CopyBlockUnaligned(gradient + start, scratch.Gradient, (uint)(count * sizeof(T)));
            else if (!direct)
                RowSource<T, TReal, TVector>.Narrow(scratch.Gradient, gradient + start, count);
        }

        if (waits)
        {
            pending.Destination = (TReal*)gradient;
            pending.Columns = columns;
            pending.Streaming = job.Streaming;
            pending.Largest = largest;
            pending.LargestEntry = Real.From<TReal>(largestEntry);
            pending.Action = hasAction ? action : -1;
            pending.ActionEntry = Real.From<TReal>(actionEntry);
            TReal* other = scratch.KeptBefore;
            scratch.KeptBefore = scratch.Kept;
            scratch.Kept = other;
            return;
        }

        if (largest >= 0)
            gradient[largest] = Real.From<T>(largestEntry);
        if (hasAction)
            gradient[action] = Real.From<T>(actionEntry);
    }

    // One entry in double: 1 − p from the excess or by expm1, never p − 1. A masked entry takes no gradient, its own log-probability's neither.
    private static double Entry<TForm>(
        T* logits, long column, bool isLargest, bool isAction, in EntropySums sums, double weight, double actionWeight, double exponential, double deformed, in DeformedScale scale)
        where TForm : struct, IEntropyForm
    {
        double x = Offset(logits, column, sums, scale), e = Math.Exp(x), z = 1 + sums.Excess;
        if (double.IsNegativeInfinity(x))
            return 0;
        double complement = x == 0 ? sums.Excess / z : -Real.ExpM1(x - sums.LogSum);
        double entropy = isLargest ? -complement : (exponential * e) + (deformed == 0 ? 0 : deformed * EntropySums.Term<TForm>(x, scale));
        return (weight * entropy) + (actionWeight * (isAction ? complement : -e / z));
    }

    // x of one logit, as within its row.
    private static double Offset(T* logits, long column, in EntropySums sums, in DeformedScale scale)
    {
        double u = RowSource<T, TReal, TVector>.Effective(Real.ToDouble(logits[column]), new Softcap(0, scale.Row.Prescale));
        return (u - sums.Maximum) * scale.Row.InverseTemperature;
    }

    private static Segment<TReal> Effective(T* logits, int start, int count, in DeformedScale scale, in RowScratch<TReal> scratch) =>
        RowSource<T, TReal, TVector>.Effective(RowSource<T, TReal, TVector>.Given(logits, start, count, scratch), new Softcap(0, scale.Row.Prescale), scratch);

    private static int FirstLargest(T* logits, int columns, in EntropySums sums, in DeformedScale scale, in RowScratch<TReal> scratch)
    {
        int length = Lanes.SegmentLength<TReal>(), found = -1;
        for (int start = 0; start < columns && found < 0; start += length)
        {
            found = SegmentStatistics<TVector, TReal>.IndexOf(Effective(logits, start, Math.Min(length, columns - start), scale, scratch), Real.From<TReal>(sums.Maximum));
            found = found < 0 ? -1 : found + start;
        }

        return found;
    }

    // A row whose sum is NaN: a NaN, else a +∞.
    private static RowStatus Irregular(T* logits, int columns)
    {
        for (int j = 0; j < columns; j++)
        {
            if (double.IsNaN(Real.ToDouble(logits[j])))
                return RowStatus.NotANumber;
        }

        return RowStatus.PlusInfinity;
    }

    private static double Finite(double value) => Math.Clamp(value, -double.MaxValue, double.MaxValue);
}
