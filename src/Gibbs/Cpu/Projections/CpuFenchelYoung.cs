using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Fenchel-Young losses on spans: checks, pins, shares rows out to the worker team, reduces.</summary>
internal static unsafe class CpuFenchelYoung
{
    // From here on a matrix leaves the caches before anyone reads it, and streaming stores save reading its lines.
    private const long StreamingBytes = 8L << 20;

    public static CrossEntropyResult Compute<T, TReal>(ReadOnlySpan2D<T> logits, TargetSpan targets, in FenchelYoungOutputs<T, TReal> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        FenchelYoungValidation.CheckOptions<TReal>(options);
        FenchelYoungValidation.CheckShapes(new()
        {
            Rows = logits.Height,
            Columns = logits.Width,
            Targets = targets.Length,
            ClassWeights = inputs.ClassWeights.Length,
            RowWeights = inputs.RowWeights.Length,
            Alphas = inputs.Alphas.Length,
            Losses = outputs.Losses.Length,
            GradientRows = outputs.Gradient.Height,
            GradientColumns = outputs.Gradient.Width,
            ProbabilityRows = outputs.Probabilities.Height,
            ProbabilityColumns = outputs.Probabilities.Width,
            SupportSize = outputs.SupportSize.Length,
            Status = outputs.Status.Length,
        });
        if (logits.Height == 0)
            return new CrossEntropyResult(options.Reduction == Reduction.None ? double.NaN : 0, options.Normaliser ?? 0, 0);

        fixed (T* z = logits, gradient = outputs.Gradient, probabilities = outputs.Probabilities)
        fixed (int* targets32 = targets.Int32)
        fixed (long* targets64 = targets.Int64, supportSize = outputs.SupportSize)
        fixed (TReal* classWeights = inputs.ClassWeights, rowWeights = inputs.RowWeights, alphas = inputs.Alphas, losses = outputs.Losses)
        fixed (RowStatus* status = outputs.Status)
        {
            FenchelYoungJob<T, TReal> job = default;
            job.Options = options;
            job.Rows = logits.Height;
            job.Columns = logits.Width;
            job.Logits = z;
            job.LogitsStride = RowSplit.StrideBytes(logits);
            job.Targets32 = targets32;
            job.Targets64 = targets64;
            job.ClassWeights = classWeights;
            job.RowWeights = rowWeights;
            job.Alphas = alphas;
            job.Losses = losses;
            job.Gradient = gradient;
            job.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Gradient);
            job.Probabilities = probabilities;
            job.ProbabilitiesStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Probabilities);
            job.SupportSize = supportSize;
            job.Status = status;
            CheckMemory(job);
            job.ClassMass = job.Columns;
            if (classWeights != null)
            {
                job.ClassMass = 0;
                for (int j = 0; j < job.Columns; j++)
                    job.ClassMass += Real.ToDouble(classWeights[j]);
            }

            double weights = Normaliser(job, out long validRows);
            double normaliser = options.Normaliser ?? weights;
            bool mean = options.Reduction == Reduction.Mean;
            job.GradientScale = !mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser;
            if (options.Reduction == Reduction.None)
            {
                RunRows(ref job);
                return new CrossEntropyResult(double.NaN, normaliser, validRows);
            }

            job.RowsPerPartial = RowReduction.RowsPerPartial(job.Rows);
            fixed (double* partials = RowReduction.Partials(job.Rows))
            {
                job.Partials = partials;
                RunRows(ref job);
                double sum = RowReduction.Sum(partials, (job.Rows + job.RowsPerPartial - 1) / job.RowsPerPartial);
                return new CrossEntropyResult(!mean ? sum : normaliser == 0 ? 0 : sum / normaliser, normaliser, validRows);
            }
        }
    }

    // That of cross-entropy.
    private static double Normaliser<T, TReal>(in FenchelYoungJob<T, TReal> job, out long validRows)
        where T : unmanaged
        where TReal : unmanaged
    {
        CrossEntropyJob<T, TReal> rows = default;
        rows.Options = new() { IgnoreIndex = job.Options.IgnoreIndex };
        rows.Rows = job.Rows;
        rows.Columns = job.Columns;
        rows.Targets32 = job.Targets32;
        rows.Targets64 = job.Targets64;
        rows.ClassWeights = job.ClassWeights;
        rows.RowWeights = job.RowWeights;
        return RowReduction.Normaliser(rows, out validRows);
    }

    private static void RunRows<T, TReal>(ref FenchelYoungJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        bool separate = (job.Gradient != null && job.Gradient != job.Logits) || job.Probabilities != null;
        job.Streaming = separate && (CpuSettings.ForcedStreaming ?? job.Rows * job.Columns * sizeof(T) >= StreamingBytes);
        delegate*<void*, long, long, void> rows = CpuSettings.VectorBits switch
        {
            512 => &FenchelYoungRows<T, TReal, SimdVector512<TReal>>.Run,
            256 => &FenchelYoungRows<T, TReal, SimdVector256<TReal>>.Run,
            _ => &FenchelYoungRows<T, TReal, SimdVector128<TReal>>.Run,
        };
        long chunk = RowSplit.Chunk<T>(job.Rows, job.Columns, Math.Max(1, job.RowsPerPartial));
        fixed (FenchelYoungJob<T, TReal>* context = &job)
            WorkerTeam.Run(rows, context, job.Rows, chunk, RowSplit.Parallel(job.Rows, job.Columns));
    }

    private static void CheckMemory<T, TReal>(in FenchelYoungJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        nint width = (nint)job.Columns * sizeof(T);
        RowMemory logits = new((byte*)job.Logits, job.LogitsStride, job.Rows, width);
        RowMemory gradient = new((byte*)job.Gradient, job.GradientStride, job.Rows, width);
        RowMemory probabilities = new((byte*)job.Probabilities, job.ProbabilitiesStride, job.Rows, width);
        bool inPlace = job.Gradient == job.Logits && (job.Rows == 1 || job.GradientStride == job.LogitsStride);
        if (job.Gradient != null && !inPlace && gradient.Overlaps(logits))
            ArgumentChecks.Fail("outputs.Gradient", $"outputs.Gradient overlaps logits in part; it must be the logits' own memory with the same stride, or disjoint.");
        if (job.Probabilities != null && probabilities.Overlaps(logits))
            ArgumentChecks.Fail("outputs.Probabilities", $"outputs.Probabilities overlaps logits; it must be disjoint from it.");
        if (job.Probabilities != null && job.Gradient != null && probabilities.Overlaps(gradient))
            ArgumentChecks.Fail("outputs.Probabilities", $"outputs.Probabilities overlaps outputs.Gradient; it must be disjoint from it.");
    }
}
