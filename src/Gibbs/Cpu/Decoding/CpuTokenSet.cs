using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>Token sets on spans: checks, pins, shares rows out to the worker team, reduces.</summary>
internal static unsafe class CpuTokenSet
{
    // From here on a matrix leaves the caches before anyone reads it, and streaming stores save reading its lines.
    private const long StreamingBytes = 8L << 20;

    public static CrossEntropyResult Compute<T, TReal>(ReadOnlySpan2D<T> logits, in TokenSetOutputs<T, TReal> outputs, in TokenSetOptions options, in TokenSetInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        TokenSetValidation.CheckOptions<TReal>(options);
        TokenSetValidation.CheckShapes(new()
        {
            Rows = logits.Height,
            Columns = logits.Width,
            RowWeights = inputs.RowWeights.Length,
            Temperatures = inputs.Temperatures.Length,
            Actions = inputs.Actions.Length,
            Entropies = outputs.Entropies.Length,
            FullEntropies = outputs.FullEntropies.Length,
            Counts = outputs.Counts.Length,
            Thresholds = outputs.Thresholds.Length,
            MaskRows = outputs.Mask.Height,
            MaskColumns = outputs.Mask.Width,
            LogProbabilityRows = outputs.LogProbabilities.Height,
            LogProbabilityColumns = outputs.LogProbabilities.Width,
            ActionLogProbability = outputs.ActionLogProbability.Length,
            Samples = outputs.Samples.Length,
            SampleLogProbability = outputs.SampleLogProbability.Length,
            GradientRows = outputs.Gradient.Height,
            GradientColumns = outputs.Gradient.Width,
            Status = outputs.Status.Length,
        });
        if (logits.Height == 0)
            return new CrossEntropyResult(options.Reduction == Reduction.None ? double.NaN : 0, options.Normaliser ?? 0, 0);

        fixed (T* z = logits, logProbabilities = outputs.LogProbabilities, gradient = outputs.Gradient)
        fixed (TReal* rowWeights = inputs.RowWeights, temperatures = inputs.Temperatures)
        fixed (int* actions32 = inputs.Actions.Int32, counts = outputs.Counts)
        fixed (long* actions64 = inputs.Actions.Int64, samples = outputs.Samples)
        fixed (TReal* entropies = outputs.Entropies, fullEntropies = outputs.FullEntropies, thresholds = outputs.Thresholds)
        fixed (TReal* actionLogProbability = outputs.ActionLogProbability, sampleLogProbability = outputs.SampleLogProbability)
        fixed (byte* mask = outputs.Mask)
        fixed (RowStatus* status = outputs.Status)
        {
            TokenSetJob<T, TReal> job = default;
            job.Options = options;
            job.Rows = logits.Height;
            job.Columns = logits.Width;
            job.Logits = z;
            job.LogitsStride = RowSplit.StrideBytes(logits);
            job.RowWeights = rowWeights;
            job.Temperatures = temperatures;
            job.Actions32 = actions32;
            job.Actions64 = actions64;
            job.Entropies = entropies;
            job.FullEntropies = fullEntropies;
            job.Counts = counts;
            job.Thresholds = thresholds;
            job.Mask = mask;
            job.MaskStride = RowSplit.StrideBytes((ReadOnlySpan2D<byte>)outputs.Mask);
            job.LogProbabilities = logProbabilities;
            job.LogProbabilitiesStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.LogProbabilities);
            job.ActionLogProbability = actionLogProbability;
            job.Samples = samples;
            job.SampleLogProbability = sampleLogProbability;
            job.Gradient = gradient;
            job.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Gradient);
            job.Status = status;
            CheckMemory(job);

            double normaliser = options.Normaliser ?? Normaliser(job);
            bool mean = options.Reduction == Reduction.Mean;
            job.GradientScale = !mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser;
            if (options.Reduction == Reduction.None)
            {
                RunRows(ref job);
                return new CrossEntropyResult(double.NaN, normaliser, job.Rows);
            }

            job.RowsPerPartial = RowReduction.RowsPerPartial(job.Rows);
            fixed (double* partials = RowReduction.Partials(job.Rows))
            {
                job.Partials = partials;
                RunRows(ref job);
                double sum = RowReduction.Sum(partials, (job.Rows + job.RowsPerPartial - 1) / job.RowsPerPartial);
                return new CrossEntropyResult(!mean ? sum : normaliser == 0 ? 0 : sum / normaliser, normaliser, job.Rows);
            }
        }
    }

    // That of cross-entropy without targets: Σ r over all rows.
    private static double Normaliser<T, TReal>(in TokenSetJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        CrossEntropyJob<T, TReal> rows = default;
        rows.Rows = job.Rows;
        rows.RowWeights = job.RowWeights;
        return RowReduction.Normaliser(rows, out _);
    }

    private static void RunRows<T, TReal>(ref TokenSetJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        bool separate = (job.Gradient != null && job.Gradient != job.Logits) || job.LogProbabilities != null;
        job.Streaming = separate && (CpuSettings.ForcedStreaming ?? job.Rows * job.Columns * sizeof(T) >= StreamingBytes);
        delegate*<void*, long, long, void> rows = CpuSettings.VectorBits switch
        {
            512 => &TokenSetRows<T, TReal, SimdVector512<TReal>>.Run,
            256 => &TokenSetRows<T, TReal, SimdVector256<TReal>>.Run,
            _ => &TokenSetRows<T, TReal, SimdVector128<TReal>>.Run,
        };
        long chunk = RowSplit.Chunk<T>(job.Rows, job.Columns, Math.Max(1, job.RowsPerPartial));
        fixed (TokenSetJob<T, TReal>* context = &job)
            WorkerTeam.Run(rows, context, job.Rows, chunk, RowSplit.Parallel(job.Rows, job.Columns));
    }

    private static void CheckMemory<T, TReal>(in TokenSetJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        nint width = (nint)job.Columns * sizeof(T);
        RowMemory logits = new((byte*)job.Logits, job.LogitsStride, job.Rows, width);
        RowMemory gradient = new((byte*)job.Gradient, job.GradientStride, job.Rows, width);
        RowMemory logProbabilities = new((byte*)job.LogProbabilities, job.LogProbabilitiesStride, job.Rows, width);
        bool inPlace = job.Gradient == job.Logits && (job.Rows == 1 || job.GradientStride == job.LogitsStride);
        if (job.Gradient != null && !inPlace && gradient.Overlaps(logits))
            ArgumentChecks.Fail("outputs.Gradient", $"outputs.Gradient overlaps logits in part; it must be the logits' own memory with the same stride, or disjoint.");
        if (job.LogProbabilities != null && logProbabilities.Overlaps(logits))
            ArgumentChecks.Fail("outputs.LogProbabilities", $"outputs.LogProbabilities overlaps logits; it must be disjoint from it.");
        if (job.LogProbabilities != null && job.Gradient != null && logProbabilities.Overlaps(gradient))
            ArgumentChecks.Fail("outputs.LogProbabilities", $"outputs.LogProbabilities overlaps outputs.Gradient; it must be disjoint from it.");
    }
}
