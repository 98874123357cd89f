using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>Row entropies on spans: checks, pins, shares rows out to the worker team, reduces.</summary>
internal static unsafe class CpuRowEntropy
{
    // From here on a gradient leaves the caches before anyone reads it, and streaming stores save reading its lines.
    private const long StreamingBytes = 8L << 20;

    public static CrossEntropyResult Compute<T, TReal>(ReadOnlySpan2D<T> logits, in RowEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in RowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        RowEntropyShapes shapes = Shapes("logits", logits.Height, inputs);
        shapes.Columns = logits.Width;
        shapes.Entropies = outputs.Entropies.Length;
        shapes.LogSumExp = outputs.LogSumExp.Length;
        shapes.LogProbability = outputs.LogProbability.Length;
        shapes.GradientRows = outputs.Gradient.Height;
        shapes.GradientColumns = outputs.Gradient.Width;
        shapes.Status = outputs.Status.Length;
        RowEntropyValidation.CheckOptions<TReal>(options);
        RowEntropyValidation.CheckShapes(shapes, options);

        fixed (T* values = logits, gradient = outputs.Gradient)
        fixed (TReal* entropies = outputs.Entropies, logSumExp = outputs.LogSumExp, logProbability = outputs.LogProbability)
        fixed (RowStatus* status = outputs.Status)
        {
            RowEntropyJob<T, TReal> job = default;
            job.Columns = logits.Width;
            job.Values = values;
            job.Stride = RowSplit.StrideBytes(logits);
            job.Entropies = entropies;
            job.LogSumExp = logSumExp;
            job.LogProbability = logProbability;
            job.Gradient = gradient;
            job.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Gradient);
            job.Status = status;
            nint width = (nint)job.Columns * sizeof(T);
            bool inPlace = gradient == values && (logits.Height == 1 || job.GradientStride == job.Stride);
            if (gradient != null && !inPlace && new RowMemory((byte*)gradient, job.GradientStride, logits.Height, width).Overlaps(new((byte*)values, job.Stride, logits.Height, width)))
                ArgumentChecks.Fail("outputs.Gradient", $"outputs.Gradient overlaps logits in part; it must be the logits' own memory with the same stride, or disjoint.");
            return Run(ref job, logits.Height, (long)logits.Height * logits.Width, options, inputs);
        }
    }

    public static CrossEntropyResult ComputeRagged<T, TReal>(
        ReadOnlySpan<T> values, ReadOnlySpan<long> offsets, in RaggedEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in RowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        RowEntropyValidation.CheckOptions<TReal>(options);
        RowEntropyValidation.CheckOffsets(offsets, values.Length);
        RowEntropyShapes shapes = Shapes("values", offsets.Length - 1, inputs);
        shapes.Ragged = true;
        shapes.Total = values.Length;
        shapes.Entropies = outputs.Entropies.Length;
        shapes.LogSumExp = outputs.LogSumExp.Length;
        shapes.LogProbability = outputs.LogProbability.Length;
        shapes.GradientRows = outputs.Gradient.Length;
        shapes.Status = outputs.Status.Length;
        RowEntropyValidation.CheckShapes(shapes, options);

        fixed (T* z = values, gradient = outputs.Gradient)
        fixed (long* rowOffsets = offsets)
        fixed (TReal* entropies = outputs.Entropies, logSumExp = outputs.LogSumExp, logProbability = outputs.LogProbability)
        fixed (RowStatus* status = outputs.Status)
        {
            RowEntropyJob<T, TReal> job = default;
            for (int i = 1; i < offsets.Length; i++)
                job.Columns = Math.Max(job.Columns, (int)(offsets[i] - offsets[i - 1]));
            job.Values = z;
            job.Offsets = rowOffsets;
            job.Entropies = entropies;
            job.LogSumExp = logSumExp;
            job.LogProbability = logProbability;
            job.Gradient = gradient;
            job.Status = status;
            if (gradient != null && gradient != z && gradient < z + values.Length && z < gradient + values.Length)
                ArgumentChecks.Fail("outputs.Gradient", $"outputs.Gradient overlaps values in part; it must be the values' own memory, or disjoint.");
            return Run(ref job, offsets.Length - 1, offsets[^1] - offsets[0], options, inputs);
        }
    }

    private static CrossEntropyResult Run<T, TReal>(ref RowEntropyJob<T, TReal> job, long rows, long total, in RowEntropyOptions options, in RowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        if (rows == 0)
            return new CrossEntropyResult(options.Reduction == Reduction.None ? double.NaN : 0, options.Normaliser ?? 0, 0);

        fixed (TReal* rowWeights = inputs.RowWeights, temperatures = inputs.Temperatures, actionWeights = inputs.ActionWeights)
        fixed (int* actions32 = inputs.Actions.Int32)
        fixed (long* actions64 = inputs.Actions.Int64)
        {
            job.Options = options;
            job.Rows = rows;
            job.RowWeights = rowWeights;
            job.Temperatures = temperatures;
            job.ActionWeights = actionWeights;
            job.Actions32 = actions32;
            job.Actions64 = actions64;

            double normaliser = options.Normaliser ?? Normaliser(job);
            bool mean = options.Reduction == Reduction.Mean;
            job.GradientScale = !mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser;
            if (options.Reduction == Reduction.None)
            {
                RunRows(ref job, total);
                return new CrossEntropyResult(double.NaN, normaliser, rows);
            }

            job.RowsPerPartial = RowReduction.RowsPerPartial(rows);
            fixed (double* partials = RowReduction.Partials(rows))
            {
                job.Partials = partials;
                RunRows(ref job, total);
                double sum = RowReduction.Sum(partials, (rows + job.RowsPerPartial - 1) / job.RowsPerPartial);
                return new CrossEntropyResult(!mean ? sum : normaliser == 0 ? 0 : sum / normaliser, normaliser, rows);
            }
        }
    }

    // That of cross-entropy without targets: Σ r over all rows.
    private static double Normaliser<T, TReal>(in RowEntropyJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        CrossEntropyJob<T, TReal> rows = default;
        rows.Rows = job.Rows;
        rows.RowWeights = job.RowWeights;
        return RowReduction.Normaliser(rows, out _);
    }

    private static void RunRows<T, TReal>(ref RowEntropyJob<T, TReal> job, long total)
        where T : unmanaged
        where TReal : unmanaged
    {
        bool separate = job.Gradient != null && job.Gradient != job.Values;
        job.Streaming = separate && (CpuSettings.ForcedStreaming ?? total * sizeof(T) >= StreamingBytes);
        bool logits = job.Options.Input == EntropyInput.Logits;
        delegate*<void*, long, long, void> rows = CpuSettings.VectorBits switch
        {
            512 => logits ? &RowEntropyRows<T, TReal, SimdVector512<TReal>>.Run : &ProbabilityEntropyRows<T, TReal, SimdVector512<double>>.Run,
            256 => logits ? &RowEntropyRows<T, TReal, SimdVector256<TReal>>.Run : &ProbabilityEntropyRows<T, TReal, SimdVector256<double>>.Run,
            _ => logits ? &RowEntropyRows<T, TReal, SimdVector128<TReal>>.Run : &ProbabilityEntropyRows<T, TReal, SimdVector128<double>>.Run,
        };
        long columns = Math.Max(1, total / job.Rows);
        long chunk = RowSplit.Chunk<T>(job.Rows, columns, Math.Max(1, job.RowsPerPartial));
        fixed (RowEntropyJob<T, TReal>* context = &job)
            WorkerTeam.Run(rows, context, job.Rows, chunk, RowSplit.Parallel(job.Rows, columns));
    }

    private static RowEntropyShapes Shapes<TReal>(string name, long rows, in RowEntropyInputs<TReal> inputs)
        where TReal : unmanaged => new()
        {
            Name = name,
            Rows = rows,
            RowWeights = inputs.RowWeights.Length,
            Temperatures = inputs.Temperatures.Length,
            Actions = inputs.Actions.Length,
            ActionWeights = inputs.ActionWeights.Length,
        };
}
