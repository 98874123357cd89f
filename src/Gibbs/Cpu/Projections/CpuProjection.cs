using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Row maps on spans: checks, pins, shares rows out to the worker team.</summary>
internal static unsafe class CpuProjection
{
    // From here on an output leaves the caches before anyone reads it, and streaming stores save reading its lines.
    private const long StreamingBytes = 8L << 20;

    public static void Apply<T, TReal>(RowMap map, ReadOnlySpan2D<T> input, in ProjectionOutputs<T, TReal> outputs, in ProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ProjectionShapes shapes = Shapes(input.Height, input.Width, inputs);
        shapes.OutputRows = outputs.Output.Height;
        shapes.OutputColumns = outputs.Output.Width;
        shapes.Thresholds = outputs.Thresholds.Length;
        shapes.SupportSize = outputs.SupportSize.Length;
        shapes.Values = outputs.Values.Length;
        shapes.MaskRows = outputs.Mask.Height;
        shapes.MaskColumns = outputs.Mask.Width;
        shapes.CompressedRows = outputs.Compressed.Height;
        shapes.CompressedColumns = outputs.Compressed.Width;
        shapes.MetadataRows = outputs.Metadata.Height;
        shapes.MetadataColumns = outputs.Metadata.Width;
        shapes.Status = outputs.Status.Length;
        ProjectionValidation.CheckForward<TReal>(map, shapes);
        ProjectionValidation.CheckArrays(map, inputs, shapes.Columns);
        if (input.Height == 0)
            return;

        fixed (T* x = input, point = inputs.Point, y = outputs.Output, compressed = outputs.Compressed)
        fixed (TReal* rowParameters = inputs.RowParameters, columnParameters = inputs.ColumnParameters, weights = inputs.Weights, lower = inputs.Lower, upper = inputs.Upper)
        fixed (TReal* groupWeights = inputs.GroupWeights, groupScales = inputs.GroupScales, thresholds = outputs.Thresholds, values = outputs.Values)
        fixed (int* groupOffsets = inputs.GroupOffsets)
        fixed (long* supportSize = outputs.SupportSize)
        fixed (byte* mask = outputs.Mask, metadata = outputs.Metadata)
        fixed (RowStatus* status = outputs.Status)
        {
            ProjectionJob<T, TReal> job = default;
            Describe(ref job, map, input.Height, input.Width, inputs.GroupOffsets.Length);
            job.Input = x;
            job.InputStride = RowSplit.StrideBytes(input);
            job.Point = point;
            job.PointStride = RowSplit.StrideBytes(inputs.Point);
            job.RowParameters = rowParameters;
            job.ColumnParameters = columnParameters;
            job.Weights = weights;
            job.Lower = lower;
            job.Upper = upper;
            job.GroupOffsets = groupOffsets;
            job.GroupWeights = groupWeights;
            job.GroupScales = groupScales;
            job.Output = y;
            job.OutputStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Output);
            job.Thresholds = thresholds;
            job.SupportSize = supportSize;
            job.Values = values;
            job.Mask = mask;
            job.MaskStride = RowSplit.StrideBytes((ReadOnlySpan2D<byte>)outputs.Mask);
            job.Compressed = compressed;
            job.CompressedStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Compressed);
            job.Metadata = metadata;
            job.MetadataStride = RowSplit.StrideBytes((ReadOnlySpan2D<byte>)outputs.Metadata);
            job.Status = status;
            CheckOutput("outputs.Output", y, job.OutputStride, "input", x, job.InputStride, job);
            CheckOutput("outputs.Output", y, job.OutputStride, "inputs.Point", point, job.PointStride, job, sameAllowed: false);
            CheckOutput("outputs.Compressed", compressed, job.CompressedStride, "input", x, job.InputStride, job, sameAllowed: false, outputs.Compressed.Width);
            bool separate = y != null && y != x;
            job.Streaming = separate && (CpuSettings.ForcedStreaming ?? job.Rows * job.Columns * sizeof(T) >= StreamingBytes);
            Run(Forward<T, TReal>(map.Kind), ref job);
        }
    }

    public static long ApplySparse<T, TReal>(RowMap map, ReadOnlySpan2D<T> input, in SparseRows<T> sparse, in ProjectionInputs<T, TReal> inputs, Span<RowStatus> status)
        where T : unmanaged
        where TReal : unmanaged
    {
        ProjectionShapes shapes = Shapes(input.Height, input.Width, inputs);
        shapes.Status = status.Length;
        shapes.RowOffsets = sparse.RowOffsets.Length;
        shapes.Indices = sparse.Indices.Length;
        shapes.SparseValues = sparse.Values.Length;
        ProjectionValidation.CheckSparse<TReal>(map, shapes);
        ProjectionValidation.CheckArrays(map, inputs, shapes.Columns);
        sparse.RowOffsets[0] = 0;
        if (input.Height == 0)
            return 0;

        fixed (T* x = input, values = sparse.Values)
        fixed (TReal* rowParameters = inputs.RowParameters)
        fixed (long* rowOffsets = sparse.RowOffsets)
        fixed (int* indices = sparse.Indices)
        fixed (RowStatus* rowStatus = status)
        {
            ProjectionJob<T, TReal> job = default;
            Describe(ref job, map, input.Height, input.Width, 0);
            job.Input = x;
            job.InputStride = RowSplit.StrideBytes(input);
            job.RowParameters = rowParameters;
            job.RowOffsets = rowOffsets;
            job.Status = rowStatus;
            Run(Sparse<T, TReal>(map.Kind), ref job);
            for (long row = 0; row < job.Rows; row++)
                rowOffsets[row + 1] += rowOffsets[row];
            if (indices != null)
            {
                job.Indices = indices;
                job.SparseValues = values;
                job.Capacity = sparse.Values.Length;
                job.Status = null;
                Run(Sparse<T, TReal>(map.Kind), ref job);
            }

            return rowOffsets[job.Rows];
        }
    }

    public static void Gradient<T, TReal>(RowMap map, ReadOnlySpan2D<T> upstream, in ProjectionSaved<T, TReal> saved, in ProjectionGradients<T, TReal> gradients, in ProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ProjectionShapes shapes = Shapes(upstream.Height, upstream.Width, inputs);
        shapes.ResultRows = saved.Output.Height;
        shapes.ResultColumns = saved.Output.Width;
        shapes.InputRows = saved.Input.Height;
        shapes.InputColumns = saved.Input.Width;
        shapes.Thresholds = saved.Thresholds.Length;
        shapes.GradientRows = gradients.Input.Height;
        shapes.GradientColumns = gradients.Input.Width;
        shapes.ParameterGradient = gradients.Parameter.Length;
        shapes.SecondGradient = gradients.Second.Length;
        shapes.ColumnParameterGradient = gradients.ColumnParameters.Length;
        ProjectionValidation.CheckGradient<TReal>(map, shapes);
        ProjectionValidation.CheckArrays(map, inputs, shapes.Columns);
        if (upstream.Height == 0)
        {
            gradients.ColumnParameters.Clear();
            return;
        }

        fixed (T* v = upstream, y = saved.Output, x = saved.Input, point = inputs.Point, gradient = gradients.Input)
        fixed (TReal* rowParameters = inputs.RowParameters, columnParameters = inputs.ColumnParameters, weights = inputs.Weights, lower = inputs.Lower, upper = inputs.Upper)
        fixed (TReal* groupWeights = inputs.GroupWeights, groupScales = inputs.GroupScales, thresholds = saved.Thresholds)
        fixed (TReal* parameter = gradients.Parameter, second = gradients.Second, column = gradients.ColumnParameters)
        fixed (int* groupOffsets = inputs.GroupOffsets)
        {
            ProjectionJob<T, TReal> job = default;
            Describe(ref job, map, upstream.Height, upstream.Width, inputs.GroupOffsets.Length);
            job.Input = x;
            job.InputStride = RowSplit.StrideBytes(saved.Input);
            job.Point = point;
            job.PointStride = RowSplit.StrideBytes(inputs.Point);
            job.RowParameters = rowParameters;
            job.ColumnParameters = columnParameters;
            job.Weights = weights;
            job.Lower = lower;
            job.Upper = upper;
            job.GroupOffsets = groupOffsets;
            job.GroupWeights = groupWeights;
            job.GroupScales = groupScales;
            job.Result = y;
            job.ResultStride = RowSplit.StrideBytes(saved.Output);
            job.SavedThresholds = thresholds;
            job.Upstream = v;
            job.UpstreamStride = RowSplit.StrideBytes(upstream);
            job.Gradient = gradient;
            job.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)gradients.Input);
            job.ParameterGradient = parameter;
            job.SecondGradient = second;
            job.ColumnParameterGradient = column;
            CheckOutput("gradients.Input", gradient, job.GradientStride, "upstream", v, job.UpstreamStride, job);
            CheckOutput("gradients.Input", gradient, job.GradientStride, "saved.Output", y, job.ResultStride, job, sameAllowed: false);
            CheckOutput("gradients.Input", gradient, job.GradientStride, "saved.Input", x, job.InputStride, job, sameAllowed: false);
            CheckOutput("gradients.Input", gradient, job.GradientStride, "inputs.Point", point, job.PointStride, job, sameAllowed: false);
            // Before the gradient, which may take the upstream's place.
            if (column != null)
                ElementwiseColumns<T, TReal>(ref job);
            if (gradient != null || parameter != null || second != null)
                Run(Backward<T, TReal>(map.Kind), ref job);
        }
    }

    private static void ElementwiseColumns<T, TReal>(ref ProjectionJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        fixed (ProjectionJob<T, TReal>* context = &job)
            WorkerTeam.Run(&ElementwiseColumnGradient<T, TReal>.Run, context, job.Columns, 1024, RowSplit.Parallel(job.Rows, job.Columns));
    }

    private static void Run<T, TReal>(delegate*<void*, long, long, void> rows, ref ProjectionJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        fixed (ProjectionJob<T, TReal>* context = &job)
            WorkerTeam.Run(rows, context, job.Rows, RowSplit.Chunk<T>(job.Rows, job.Columns, 1), RowSplit.Parallel(job.Rows, job.Columns));
    }

    private static delegate*<void*, long, long, void> Forward<T, TReal>(RowMapKind kind)
        where T : unmanaged
        where TReal : unmanaged => CpuSettings.VectorBits switch
        {
            512 => RowMapKernels<T, TReal, SimdVector512<TReal>>.Forward(kind),
            256 => RowMapKernels<T, TReal, SimdVector256<TReal>>.Forward(kind),
            _ => RowMapKernels<T, TReal, SimdVector128<TReal>>.Forward(kind),
        };

    private static delegate*<void*, long, long, void> Sparse<T, TReal>(RowMapKind kind)
        where T : unmanaged
        where TReal : unmanaged => CpuSettings.VectorBits switch
        {
            512 => RowMapKernels<T, TReal, SimdVector512<TReal>>.Sparse(kind),
            256 => RowMapKernels<T, TReal, SimdVector256<TReal>>.Sparse(kind),
            _ => RowMapKernels<T, TReal, SimdVector128<TReal>>.Sparse(kind),
        };

    private static delegate*<void*, long, long, void> Backward<T, TReal>(RowMapKind kind)
        where T : unmanaged
        where TReal : unmanaged => CpuSettings.VectorBits switch
        {
            512 => RowMapKernels<T, TReal, SimdVector512<TReal>>.Gradient(kind),
            256 => RowMapKernels<T, TReal, SimdVector256<TReal>>.Gradient(kind),
            _ => RowMapKernels<T, TReal, SimdVector128<TReal>>.Gradient(kind),
        };

    private static void Describe<T, TReal>(ref ProjectionJob<T, TReal> job, RowMap map, int rows, int columns, int groupOffsets)
        where T : unmanaged
        where TReal : unmanaged
    {
        job.Map = map;
        job.Rows = rows;
        job.Columns = columns;
        job.Groups = Math.Max(0, groupOffsets - 1);
    }

    private static ProjectionShapes Shapes<T, TReal>(int rows, int columns, in ProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = rows,
            Columns = columns,
            RowParameters = inputs.RowParameters.Length,
            ColumnParameters = inputs.ColumnParameters.Length,
            Weights = inputs.Weights.Length,
            Lower = inputs.Lower.Length,
            Upper = inputs.Upper.Length,
            GroupOffsets = inputs.GroupOffsets.Length,
            GroupWeights = inputs.GroupWeights.Length,
            GroupScales = inputs.GroupScales.Length,
            PointRows = inputs.Point.Height,
            PointColumns = inputs.Point.Width,
        };

    private static void CheckOutput<T, TReal>(string name, T* output, nint outputStride, string other, T* memory, nint memoryStride, in ProjectionJob<T, TReal> job, bool sameAllowed = true, int outputColumns = 0)
        where T : unmanaged
        where TReal : unmanaged
    {
        if (output == null || memory == null)
            return;
        if (sameAllowed && output == memory && (job.Rows == 1 || outputStride == memoryStride))
            return;
        nint width = (nint)job.Columns * sizeof(T);
        nint outputWidth = outputColumns == 0 ? width : (nint)outputColumns * sizeof(T);
        if (new RowMemory((byte*)output, outputStride, job.Rows, outputWidth).Overlaps(new((byte*)memory, memoryStride, job.Rows, width)))
            throw new ArgumentException($"{name} overlaps {other}; it must be {(sameAllowed ? "its own memory with the same stride, or disjoint" : "disjoint from it")}.", name.Split('.')[0]);
    }
}
