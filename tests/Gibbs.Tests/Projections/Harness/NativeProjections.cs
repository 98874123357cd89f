using System;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>The form on device memory, on the native library that this process binds: emulated, or a GPU.</summary>
internal sealed class NativeProjections(NativeDevice device) : ProjectionDevice(device)
{
    private delegate void ForwardForm<T, TReal>(CudaStream stream, RowMap map, DeviceSpan2D<T> input, in DeviceProjectionOutputs<T, TReal> outputs, in DeviceProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void SparseForm<T, TReal>(
        CudaStream stream, RowMap map, DeviceSpan2D<T> input, in DeviceSparseRows<T> sparse, in DeviceProjectionInputs<T, TReal> inputs, DeviceSpan<RowStatus> status)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void GradientForm<T, TReal>(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<T> upstream,
        in DeviceProjectionSaved<T, TReal> saved,
        in DeviceProjectionGradients<T, TReal> gradients,
        in DeviceProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long WorkspaceForm<T, TReal>(CudaStream stream, RowMap map, DeviceSpan2D<T> input, in DeviceProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private CudaStream Stream { get; } = device.Stream;

    public override void Forward(RawProjection call)
    {
        switch (call.Type)
        {
            case ElementType.Float32:
                Forward<float, float>(call, Projection.Apply, Projection.WorkspaceBytes);
                break;
            case ElementType.Float64:
                Forward<double, double>(call, Projection.Apply, Projection.WorkspaceBytes);
                break;
            case ElementType.Float16:
                Forward<Half, float>(call, Projection.Apply, Projection.WorkspaceBytes);
                break;
            default:
                Forward<BFloat16, float>(call, Projection.Apply, Projection.WorkspaceBytes);
                break;
        }
        Stream.Synchronize();
    }

    public override void Gradient(RawProjection call)
    {
        switch (call.Type)
        {
            case ElementType.Float32:
                Gradient<float, float>(call, Projection.Gradient, Projection.WorkspaceBytes);
                break;
            case ElementType.Float64:
                Gradient<double, double>(call, Projection.Gradient, Projection.WorkspaceBytes);
                break;
            case ElementType.Float16:
                Gradient<Half, float>(call, Projection.Gradient, Projection.WorkspaceBytes);
                break;
            default:
                Gradient<BFloat16, float>(call, Projection.Gradient, Projection.WorkspaceBytes);
                break;
        }
        Stream.Synchronize();
    }

    public override unsafe long Sparse(RawProjection call)
    {
        switch (call.Type)
        {
            case ElementType.Float32:
                Sparse<float, float>(call, Projection.ApplySparse, Projection.WorkspaceBytes);
                break;
            case ElementType.Float64:
                Sparse<double, double>(call, Projection.ApplySparse, Projection.WorkspaceBytes);
                break;
            case ElementType.Float16:
                Sparse<Half, float>(call, Projection.ApplySparse, Projection.WorkspaceBytes);
                break;
            default:
                Sparse<BFloat16, float>(call, Projection.ApplySparse, Projection.WorkspaceBytes);
                break;
        }
        // The number of entries is the last of the offsets.
        long[] entries = new long[1];
        Stream.Copy(Span<long>(call.RowOffsets, call.Rows + 1).Slice(call.Rows, 1), entries);
        return entries[0];
    }

    private void Forward<T, TReal>(RawProjection call, ForwardForm<T, TReal> form, WorkspaceForm<T, TReal> workspaceBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        DeviceSpan2D<T> input = Rows<T>(call.Input, call, call.InputStride);
        DeviceProjectionInputs<T, TReal> inputs = Inputs<T, TReal>(call);
        using DeviceBuffer<byte>? workspace = Workspace(call, input, ref inputs, workspaceBytes);
        DeviceProjectionOutputs<T, TReal> outputs = new()
        {
            Output = Rows<T>(call.Output, call, call.OutputStride),
            Thresholds = Span<TReal>(call.Thresholds, call.Rows),
            SupportSize = Span<long>(call.SupportSize, call.Rows),
            Values = Span<TReal>(call.Values, call.Rows),
            Mask = Rows<byte>(call.Mask, call, call.Columns),
            Compressed = call.Compressed == 0 ? default : new(call.Compressed, call.Rows, call.CompressedColumns, call.CompressedColumns, Stream.Device.Ordinal),
            Metadata = call.Metadata == 0 ? default : new(call.Metadata, call.Rows, call.CompressedColumns, call.CompressedColumns, Stream.Device.Ordinal),
            Status = Span<RowStatus>(call.Status, call.Rows),
        };
        form(Stream, call.Map, input, outputs, inputs);
    }

    private void Gradient<T, TReal>(RawProjection call, GradientForm<T, TReal> form, WorkspaceForm<T, TReal> workspaceBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        DeviceSpan2D<T> upstream = Rows<T>(call.Upstream, call, call.UpstreamStride);
        DeviceProjectionInputs<T, TReal> inputs = Inputs<T, TReal>(call);
        using DeviceBuffer<byte>? workspace = Workspace(call, upstream, ref inputs, workspaceBytes);
        DeviceProjectionSaved<T, TReal> saved = new()
        {
            Output = Rows<T>(call.Output, call, call.OutputStride),
            Input = Rows<T>(call.Input, call, call.InputStride),
            Thresholds = Span<TReal>(call.Thresholds, call.Rows),
        };
        DeviceProjectionGradients<T, TReal> gradients = new()
        {
            Input = Rows<T>(call.Gradient, call, call.GradientStride),
            Parameter = Span<TReal>(call.ParameterGradient, call.Rows),
            Second = Span<TReal>(call.SecondGradient, call.Rows),
            ColumnParameters = Span<TReal>(call.ColumnGradient, call.Columns),
        };
        form(Stream, call.Map, upstream, saved, gradients, inputs);
    }

    private void Sparse<T, TReal>(RawProjection call, SparseForm<T, TReal> form, WorkspaceForm<T, TReal> workspaceBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        DeviceSpan2D<T> input = Rows<T>(call.Input, call, call.InputStride);
        DeviceProjectionInputs<T, TReal> inputs = Inputs<T, TReal>(call);
        using DeviceBuffer<byte>? workspace = Workspace(call, input, ref inputs, workspaceBytes);
        DeviceSparseRows<T> sparse = new()
        {
            RowOffsets = Span<long>(call.RowOffsets, call.Rows + 1),
            Indices = Span<int>(call.Indices, call.Capacity),
            Values = Span<T>(call.SparseValues, call.Capacity),
        };
        form(Stream, call.Map, input, sparse, inputs, Span<RowStatus>(call.Status, call.Rows));
    }

    // Poisoned scratch of exactly the size that was asked for.
    private DeviceBuffer<byte>? Workspace<T, TReal>(RawProjection call, DeviceSpan2D<T> rows, ref DeviceProjectionInputs<T, TReal> inputs, WorkspaceForm<T, TReal> workspaceBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        if (!call.OwnWorkspace)
            return null;
        byte[] poison = new byte[workspaceBytes(Stream, call.Map, rows, inputs)];
        poison.AsSpan().Fill(GuardedImage.Poison);
        DeviceBuffer<byte> workspace = Stream.Upload<byte>(poison);
        inputs.Workspace = workspace.Span;
        return workspace;
    }

    private DeviceProjectionInputs<T, TReal> Inputs<T, TReal>(RawProjection call)
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
            Regime = call.Regime,
        };

    private DeviceSpan<T> Span<T>(nint address, long length)
        where T : unmanaged => address == 0 ? default : new(address, length, Stream.Device.Ordinal);

    private DeviceSpan2D<T> Rows<T>(nint address, RawProjection call, long stride)
        where T : unmanaged => address == 0 ? default : new(address, call.Rows, call.Columns, stride, Stream.Device.Ordinal);
}
