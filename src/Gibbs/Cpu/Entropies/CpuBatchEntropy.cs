using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>Batch entropies on spans: checks, pins, column sums of chunks on the worker team, the functional of each segment, then the gradient.</summary>
internal static unsafe class CpuBatchEntropy
{
    public static BatchEntropyResult Compute<T, TReal>(ReadOnlySpan2D<T> logits, in BatchEntropyOutputs<T, TReal> outputs, in BatchEntropyOptions options, in BatchEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        BatchEntropyValidation.CheckOptions<TReal>(options);
        BatchEntropyValidation.CheckShapes(Shapes(logits, outputs, inputs), options);
        CheckOffsets(inputs.Offsets, logits.Height);
        fixed (T* z = logits, gradient = outputs.Gradient)
        fixed (TReal* rowWeights = inputs.RowWeights, priors = inputs.Priors, values = outputs.Values, marginals = outputs.Marginals, entropies = outputs.Entropies)
        fixed (int* groups = inputs.ClassGroups)
        fixed (long* offsets = inputs.Offsets)
        fixed (RowStatus* status = outputs.Status, segmentStatus = outputs.SegmentStatus)
        {
            long* whole = stackalloc long[2];
            whole[0] = 0;
            whole[1] = logits.Height;
            BatchEntropyJob<T, TReal> job = default;
            job.Options = options;
            job.Rows = logits.Height;
            job.Columns = logits.Width;
            job.Segments = inputs.Offsets.IsEmpty ? 1 : inputs.Offsets.Length - 1;
            job.Offsets = inputs.Offsets.IsEmpty ? whole : offsets;
            job.Logits = z;
            job.LogitsStride = RowSplit.StrideBytes(logits);
            job.RowWeights = rowWeights;
            job.Priors = priors;
            job.PriorStride = inputs.Priors.Height == 1 ? 0 : RowSplit.StrideBytes(inputs.Priors);
            job.ClassGroups = groups;
            job.Values = values;
            job.Marginals = marginals;
            job.MarginalStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Marginals);
            job.Entropies = entropies;
            job.Gradient = gradient;
            job.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Gradient);
            job.Status = status;
            job.SegmentStatus = segmentStatus;
            CheckMemory(job);
            TakeScratch(ref job, inputs.ClassWeights);
            return Run(ref job);
        }
    }

    private static BatchEntropyResult Run<T, TReal>(ref BatchEntropyJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        bool parallel = RowSplit.Parallel(job.Rows, job.Columns);
        long chunk = Math.Max(1, RowSplit.Chunk<T>(job.Rows, job.Columns, 1) / BatchEntropyJob<T, TReal>.ChunkRows);
        delegate*<void*, long, long, void> sum, differentiate;
        switch (CpuSettings.VectorBits)
        {
            case 512:
                sum = &BatchEntropyRows<T, TReal, SimdVector512<TReal>>.Sum;
                differentiate = &BatchEntropyRows<T, TReal, SimdVector512<TReal>>.Gradient;
                break;
            case 256:
                sum = &BatchEntropyRows<T, TReal, SimdVector256<TReal>>.Sum;
                differentiate = &BatchEntropyRows<T, TReal, SimdVector256<TReal>>.Gradient;
                break;
            default:
                sum = &BatchEntropyRows<T, TReal, SimdVector128<TReal>>.Sum;
                differentiate = &BatchEntropyRows<T, TReal, SimdVector128<TReal>>.Gradient;
                break;
        }

        fixed (BatchEntropyJob<T, TReal>* context = &job)
        {
            WorkerTeam.Run(sum, context, job.ChunkCount, chunk, parallel);
            WorkerTeam.Run(&BatchFunctional<T, TReal>.Run, context, job.Segments, 1, job.Segments > 1 && RowSplit.Parallel(job.ChunkCount, job.Columns));
            double total = 0;
            long counted = 0;
            for (long segment = 0; segment < job.Segments; segment++)
            {
                total += job.States[segment].Value;
                counted += job.States[segment].Counts ? 1 : 0;
            }

            bool mean = job.Options.Reduction == Reduction.Mean;
            job.GradientScale = mean && counted > 0 ? 1.0 / counted : 1;
            if (job.Gradient != null)
                WorkerTeam.Run(differentiate, context, job.ChunkCount, chunk, parallel);
            double value = job.Options.Reduction == Reduction.None ? double.NaN : mean && counted > 0 ? total / counted : total;
            return new BatchEntropyResult(value, counted);
        }
    }

    // The calling thread's, kept from call to call.
    private static void TakeScratch<T, TReal>(ref BatchEntropyJob<T, TReal> job, ReadOnlySpan<TReal> classWeights)
        where T : unmanaged
        where TReal : unmanaged
    {
        job.Padded = RowArrays.Padded<TReal>(job.Columns);
        job.Partials = ProjectionScratch.Take<double>(ProjectionSlots.Input, job.ChunkCount * job.Padded);
        job.Sums = ProjectionScratch.Take<ChunkSums>(ProjectionSlots.Result, job.ChunkCount);
        job.PartialSlopes = ProjectionScratch.Take<double>(ProjectionSlots.Upstream, job.Segments * job.Padded);
        job.Slopes = ProjectionScratch.Take<TReal>(ProjectionSlots.Offsets, job.Segments * job.Padded);
        job.States = ProjectionScratch.Take<SegmentState>(ProjectionSlots.Values, job.Segments);
        if (job.Options.ClassEntropyWeight == 0)
            return;
        job.ClassWeights = ProjectionScratch.Take<TReal>(ProjectionSlots.Indices, job.Padded);
        new Span<TReal>(job.ClassWeights, job.Padded).Clear();
        if (classWeights.IsEmpty)
            new Span<TReal>(job.ClassWeights, job.Columns).Fill(Real.From<TReal>(1));
        else
            classWeights.CopyTo(new Span<TReal>(job.ClassWeights, job.Columns));
    }

    private static void CheckOffsets(ReadOnlySpan<long> offsets, long rows)
    {
        if (offsets.IsEmpty)
            return;
        for (int s = 0; s < offsets.Length; s++)
        {
            long before = s == 0 ? 0 : offsets[s - 1];
            if (offsets[s] < before || offsets[s] > rows || (s == 0 && offsets[0] != 0) || (s == offsets.Length - 1 && offsets[s] != rows))
                ArgumentChecks.Fail("inputs.Offsets", $"inputs.Offsets[{s}] is {offsets[s]}; offsets must go from 0 to the {rows} rows without decreasing.");
        }
    }

    private static BatchEntropyShapes Shapes<T, TReal>(ReadOnlySpan2D<T> logits, in BatchEntropyOutputs<T, TReal> outputs, in BatchEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = logits.Height,
            Columns = logits.Width,
            Offsets = inputs.Offsets.Length,
            RowWeights = inputs.RowWeights.Length,
            ClassWeights = inputs.ClassWeights.Length,
            PriorRows = inputs.Priors.Height,
            PriorColumns = inputs.Priors.Width,
            ClassGroups = inputs.ClassGroups.Length,
            Values = outputs.Values.Length,
            MarginalRows = outputs.Marginals.Height,
            MarginalColumns = outputs.Marginals.Width,
            Entropies = outputs.Entropies.Length,
            GradientRows = outputs.Gradient.Height,
            GradientColumns = outputs.Gradient.Width,
            Status = outputs.Status.Length,
            SegmentStatus = outputs.SegmentStatus.Length,
        };

    private static void CheckMemory<T, TReal>(in BatchEntropyJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        nint width = (nint)job.Columns * sizeof(T);
        RowMemory logits = new((byte*)job.Logits, job.LogitsStride, job.Rows, width);
        RowMemory gradient = new((byte*)job.Gradient, job.GradientStride, job.Rows, width);
        bool inPlace = job.Gradient == job.Logits && (job.Rows == 1 || job.GradientStride == job.LogitsStride);
        if (job.Gradient != null && !inPlace && gradient.Overlaps(logits))
            ArgumentChecks.Fail("outputs.Gradient", $"outputs.Gradient overlaps logits in part; it must be the logits' own memory with the same stride, or disjoint.");
    }
}
