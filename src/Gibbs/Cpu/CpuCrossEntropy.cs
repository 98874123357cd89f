using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu;

/// <summary>Softmax cross-entropy on spans: checks, pins, shares rows out to the worker team, reduces.</summary>
internal static unsafe class CpuCrossEntropy
{
    // From here on a gradient leaves the caches before anyone reads it, and streaming stores save reading its lines.
    private const long StreamingBytes = 8L << 20;

    public static CrossEntropyResult Compute<T, TReal>(ReadOnlySpan2D<T> logits, TargetSpan targets, in CrossEntropyOutputs<T, TReal> outputs, in CrossEntropyOptions options, in CrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        CrossEntropyValidation.CheckOptions<TReal>(options);
        CrossEntropyShapes shapes = Shapes(logits, targets, inputs);
        shapes.Losses = outputs.Losses.Length;
        shapes.GradientRows = outputs.Gradient.Height;
        shapes.GradientColumns = outputs.Gradient.Width;
        shapes.LogSumExp = outputs.LogSumExp.Length;
        shapes.Entropy = outputs.Entropy.Length;
        shapes.LogProbability = outputs.LogProbability.Length;
        shapes.Argmax = outputs.Argmax.Length;
        shapes.Rank = outputs.Rank.Length;
        shapes.Status = outputs.Status.Length;
        shapes.Statistics = outputs.Statistics.Length;
        CrossEntropyValidation.CheckShapes(shapes, options);
        if (logits.Height == 0)
            return new CrossEntropyResult(options.Reduction == Reduction.None ? double.NaN : 0, options.Normaliser ?? 0, 0);

        fixed (T* z = logits, q = inputs.SoftTargets, gradient = outputs.Gradient)
        fixed (int* targets32 = targets.Int32)
        fixed (long* targets64 = targets.Int64, argmax = outputs.Argmax, rank = outputs.Rank)
        fixed (TReal* classWeights = inputs.ClassWeights, rowWeights = inputs.RowWeights, temperatures = inputs.RowTemperatures)
        fixed (TReal* losses = outputs.Losses, logSumExp = outputs.LogSumExp, entropy = outputs.Entropy, logProbability = outputs.LogProbability)
        fixed (RowStatus* status = outputs.Status)
        fixed (RowStatistics<TReal>* statistics = outputs.Statistics)
        {
            CrossEntropyJob<T, TReal> job = default;
            job.Options = options;
            job.Rows = logits.Height;
            job.Columns = logits.Width;
            job.Logits = z;
            job.LogitsStride = RowSplit.StrideBytes(logits);
            job.Targets32 = targets32;
            job.Targets64 = targets64;
            job.SoftTargets = q;
            job.SoftTargetsStride = RowSplit.StrideBytes(inputs.SoftTargets);
            job.ClassWeights = classWeights;
            job.RowWeights = rowWeights;
            job.RowTemperatures = temperatures;
            job.Losses = losses;
            job.Gradient = gradient;
            job.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Gradient);
            job.LogSumExp = logSumExp;
            job.Entropy = entropy;
            job.LogProbability = logProbability;
            job.Argmax = argmax;
            job.Rank = rank;
            job.Status = status;
            job.Statistics = statistics;
            CheckGradientMemory("outputs", "outputs.Gradient", job);

            double normaliser = 0;
            long validRows = 0;
            if (job.HasTargets)
                normaliser = RowReduction.Normaliser(job, out validRows);
            normaliser = options.Normaliser ?? normaliser;
            bool mean = options.Reduction == Reduction.Mean;
            job.GradientScale = !mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser;

            if (!job.HasTargets || options.Reduction == Reduction.None)
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
                double loss = !mean ? sum : normaliser == 0 ? 0 : sum / normaliser;
                return new CrossEntropyResult(loss, normaliser, validRows);
            }
        }
    }

    public static void Gradient<T, TReal>(ReadOnlySpan2D<T> logits, TargetSpan targets, ReadOnlySpan<RowStatistics<TReal>> statistics, ReadOnlySpan<TReal> upstream, Span2D<T> gradient, in CrossEntropyOptions options, in CrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        CrossEntropyValidation.CheckOptions<TReal>(options);
        CrossEntropyShapes shapes = Shapes(logits, targets, inputs);
        shapes.GradientRows = gradient.Height;
        shapes.GradientColumns = gradient.Width;
        shapes.Statistics = statistics.Length;
        CrossEntropyValidation.CheckGradientShapes(shapes, upstream.Length, options);
        if (logits.Height == 0)
            return;

        fixed (T* z = logits, q = inputs.SoftTargets, dz = gradient)
        fixed (int* targets32 = targets.Int32)
        fixed (long* targets64 = targets.Int64)
        fixed (TReal* classWeights = inputs.ClassWeights, rowWeights = inputs.RowWeights, temperatures = inputs.RowTemperatures, up = upstream)
        fixed (RowStatistics<TReal>* saved = statistics)
        {
            CrossEntropyJob<T, TReal> job = default;
            job.Options = options;
            job.Rows = logits.Height;
            job.Columns = logits.Width;
            job.Logits = z;
            job.LogitsStride = RowSplit.StrideBytes(logits);
            job.Targets32 = targets32;
            job.Targets64 = targets64;
            job.SoftTargets = q;
            job.SoftTargetsStride = RowSplit.StrideBytes(inputs.SoftTargets);
            job.ClassWeights = classWeights;
            job.RowWeights = rowWeights;
            job.RowTemperatures = temperatures;
            job.SavedStatistics = saved;
            job.Upstream = up;
            job.UpstreamPerRow = upstream.Length != 1;
            job.Gradient = dz;
            job.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)gradient);
            CheckGradientMemory(nameof(gradient), nameof(gradient), job);

            job.GradientScale = 1;
            if (options.Reduction == Reduction.Mean)
            {
                double normaliser = options.Normaliser ?? RowReduction.Normaliser(job, out _);
                job.GradientScale = normaliser == 0 ? 0 : 1 / normaliser;
            }

            RunRows(ref job);
        }
    }

    private static CrossEntropyShapes Shapes<T, TReal>(ReadOnlySpan2D<T> logits, TargetSpan targets, in CrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = logits.Height,
            Columns = logits.Width,
            Targets = targets.Length,
            SoftTargetRows = inputs.SoftTargets.Height,
            SoftTargetColumns = inputs.SoftTargets.Width,
            ClassWeights = inputs.ClassWeights.Length,
            RowWeights = inputs.RowWeights.Length,
            RowTemperatures = inputs.RowTemperatures.Length,
        };

    private static void RunRows<T, TReal>(ref CrossEntropyJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        bool separate = job.Gradient != null && job.Gradient != job.Logits;
        job.Streaming = separate && (CpuSettings.ForcedStreaming ?? job.Rows * job.Columns * sizeof(T) >= StreamingBytes);
        delegate*<void*, long, long, void> rows = CpuSettings.VectorBits switch
        {
            512 => &CrossEntropyRows<T, TReal, SimdVector512<TReal>>.Run,
            256 => &CrossEntropyRows<T, TReal, SimdVector256<TReal>>.Run,
            _ => &CrossEntropyRows<T, TReal, SimdVector128<TReal>>.Run,
        };
        long chunk = RowSplit.Chunk<T>(job.Rows, job.Columns, Math.Max(1, job.RowsPerPartial));
        fixed (CrossEntropyJob<T, TReal>* context = &job)
            WorkerTeam.Run(rows, context, job.Rows, chunk, RowSplit.Parallel(job.Rows, job.Columns));
    }

    private static void CheckGradientMemory<T, TReal>(string parameter, string name, in CrossEntropyJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        if (job.Gradient == null)
            return;
        nint width = (nint)job.Columns * sizeof(T);
        RowMemory gradient = new((byte*)job.Gradient, job.GradientStride, job.Rows, width);
        bool inPlace = job.Gradient == job.Logits && (job.Rows == 1 || job.GradientStride == job.LogitsStride);
        if (!inPlace && gradient.Overlaps(new RowMemory((byte*)job.Logits, job.LogitsStride, job.Rows, width)))
            throw new ArgumentException($"{name} overlaps logits in part; it must be the logits' own memory with the same stride, or disjoint.", parameter);
        if (job.SoftTargets != null && gradient.Overlaps(new RowMemory((byte*)job.SoftTargets, job.SoftTargetsStride, job.Rows, width)))
            throw new ArgumentException($"{name} overlaps inputs.SoftTargets; it must be disjoint from it.", parameter);
    }
}
