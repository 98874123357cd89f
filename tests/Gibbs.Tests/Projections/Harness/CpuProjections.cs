using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>The span form.</summary>
internal sealed unsafe class CpuProjections(TestDevice memory) : ProjectionDevice(memory)
{
    private delegate void ForwardForm<T, TReal>(RowMap map, ReadOnlySpan2D<T> input, in ProjectionOutputs<T, TReal> outputs, in ProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long SparseForm<T, TReal>(RowMap map, ReadOnlySpan2D<T> input, in SparseRows<T> sparse, in ProjectionInputs<T, TReal> inputs, Span<RowStatus> status)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void GradientForm<T, TReal>(
        RowMap map, ReadOnlySpan2D<T> upstream, in ProjectionSaved<T, TReal> saved, in ProjectionGradients<T, TReal> gradients, in ProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    public override void Forward(RawProjection call)
    {
        switch (call.Type)
        {
            case ElementType.Float32:
                Forward<float, float>(call, Projection.Apply);
                break;
            case ElementType.Float64:
                Forward<double, double>(call, Projection.Apply);
                break;
            case ElementType.Float16:
                Forward<Half, float>(call, Projection.Apply);
                break;
            default:
                Forward<BFloat16, float>(call, Projection.Apply);
                break;
        }
    }

    public override void Gradient(RawProjection call)
    {
        switch (call.Type)
        {
            case ElementType.Float32:
                Gradient<float, float>(call, Projection.Gradient);
                break;
            case ElementType.Float64:
                Gradient<double, double>(call, Projection.Gradient);
                break;
            case ElementType.Float16:
                Gradient<Half, float>(call, Projection.Gradient);
                break;
            default:
                Gradient<BFloat16, float>(call, Projection.Gradient);
                break;
        }
    }

    public override long Sparse(RawProjection call) => call.Type switch
    {
        ElementType.Float32 => Sparse<float, float>(call, Projection.ApplySparse),
        ElementType.Float64 => Sparse<double, double>(call, Projection.ApplySparse),
        ElementType.Float16 => Sparse<Half, float>(call, Projection.ApplySparse),
        _ => Sparse<BFloat16, float>(call, Projection.ApplySparse),
    };

    private static void Forward<T, TReal>(RawProjection call, ForwardForm<T, TReal> form)
        where T : unmanaged
        where TReal : unmanaged
    {
        ProjectionOutputs<T, TReal> outputs = new()
        {
            Output = Rows<T>(call.Output, call, call.OutputStride),
            Thresholds = Span<TReal>(call.Thresholds, call.Rows),
            SupportSize = Span<long>(call.SupportSize, call.Rows),
            Values = Span<TReal>(call.Values, call.Rows),
            Mask = Rows<byte>(call.Mask, call, call.Columns),
            Compressed = call.Compressed == 0 ? default : new((void*)call.Compressed, call.Rows, call.CompressedColumns, 0),
            Metadata = call.Metadata == 0 ? default : new((void*)call.Metadata, call.Rows, call.CompressedColumns, 0),
            Status = Span<RowStatus>(call.Status, call.Rows),
        };
        form(call.Map, Rows<T>(call.Input, call, call.InputStride), outputs, Inputs<T, TReal>(call));
    }

    private static void Gradient<T, TReal>(RawProjection call, GradientForm<T, TReal> form)
        where T : unmanaged
        where TReal : unmanaged
    {
        ProjectionSaved<T, TReal> saved = new()
        {
            Output = Rows<T>(call.Output, call, call.OutputStride),
            Input = Rows<T>(call.Input, call, call.InputStride),
            Thresholds = Span<TReal>(call.Thresholds, call.Rows),
        };
        ProjectionGradients<T, TReal> gradients = new()
        {
            Input = Rows<T>(call.Gradient, call, call.GradientStride),
            Parameter = Span<TReal>(call.ParameterGradient, call.Rows),
            Second = Span<TReal>(call.SecondGradient, call.Rows),
            ColumnParameters = Span<TReal>(call.ColumnGradient, call.Columns),
        };
        form(call.Map, Rows<T>(call.Upstream, call, call.UpstreamStride), saved, gradients, Inputs<T, TReal>(call));
    }

    private static long Sparse<T, TReal>(RawProjection call, SparseForm<T, TReal> form)
        where T : unmanaged
        where TReal : unmanaged
    {
        SparseRows<T> sparse = new()
        {
            RowOffsets = Span<long>(call.RowOffsets, call.Rows + 1),
            Indices = Span<int>(call.Indices, call.Capacity),
            Values = Span<T>(call.SparseValues, call.Capacity),
        };
        return form(call.Map, Rows<T>(call.Input, call, call.InputStride), sparse, Inputs<T, TReal>(call), Span<RowStatus>(call.Status, call.Rows));
    }

    private static ProjectionInputs<T, TReal> Inputs<T, TReal>(RawProjection call)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            RowParameters = Span<TReal>(call.RowParameters, call.Rows),
            ColumnParameters = Span<TReal>(call.ColumnParameters, call.Columns),
            Weights = Span<TReal>(call.Weights, call.Columns),
            Lower = Span<TReal>(call.Lower, call.Columns),
            Upper = Span<TReal>(call.Upper, call.Columns),
            GroupOffsets = Span<int>(call.GroupOffsets, call.Groups + 1),
            GroupWeights = Span<TReal>(call.GroupWeights, call.Groups),
            GroupScales = Span<TReal>(call.GroupScales, call.Groups),
            Point = Rows<T>(call.Point, call, call.Columns),
        };

    private static Span<T> Span<T>(nint address, int length)
        where T : unmanaged => address == 0 ? default : new((void*)address, length);

    private static Span2D<T> Rows<T>(nint address, RawProjection call, long stride)
        where T : unmanaged => address == 0 ? default : new((void*)address, call.Rows, call.Columns, checked((int)(stride - call.Columns)));
}
