using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Entropies.Batch;

/// <content>The device form.</content>
internal static unsafe partial class BatchEntropyRunner
{
    private delegate void DeviceForm<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceBatchEntropyOutputs<T, TReal> outputs, in BatchEntropyOptions options, in DeviceBatchEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long WorkspaceForm<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceBatchEntropyOutputs<T, TReal> outputs, in BatchEntropyOptions options, in DeviceBatchEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private static BatchEntropyRun Views<T, TReal>(BatchEntropyCase c, DeviceForm<T, TReal> form, WorkspaceForm<T, TReal> bytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        CudaStream stream = TestDevices.Native().Stream;
        int stride = c.Columns + c.Padding, s = c.Segments;
        using DeviceBuffer<T> logits = stream.Upload<T>(Rows<T>(c, c.Logits)), apart = stream.Upload<T>(Rows<T>(c, null));
        using DeviceBuffer<TReal> values = stream.Allocate<TReal>(s), marginals = stream.Allocate<TReal>(s * c.Columns), entropies = stream.Allocate<TReal>(c.Rows), value = stream.Allocate<TReal>(1);
        using DeviceBuffer<TReal> rowWeights = stream.Upload<TReal>(Reals<TReal>(c.RowWeights)), classWeights = stream.Upload<TReal>(Reals<TReal>(c.ClassWeights)), priors = stream.Upload<TReal>(Reals<TReal>(c.Priors));
        using DeviceBuffer<int> groups = stream.Upload<int>(c.ClassGroups ?? []);
        using DeviceBuffer<long> offsets = stream.Upload<long>(c.Offsets ?? []), segments = stream.Allocate<long>(1);
        using DeviceBuffer<RowStatus> status = stream.Allocate<RowStatus>(c.Rows), segmentStatus = stream.Allocate<RowStatus>(s);
        DeviceBuffer<T> gradient = c.InPlace ? logits : apart;
        DeviceSpan2D<T> Matrix(DeviceBuffer<T> buffer) => c.Rows == 0 ? new(0, 0, c.Columns, c.Columns) : buffer.Span.Slice(c.Offset, buffer.Span.Length - c.Offset).AsRows(c.Rows, c.Columns, stride);
        DeviceBatchEntropyOutputs<T, TReal> outputs = new()
        {
            Value = value,
            Segments = segments,
            Values = values,
            Marginals = marginals.AsRows(s, c.Columns),
            Entropies = entropies,
            Gradient = c.Rows == 0 ? default : Matrix(gradient),
            Status = status,
            SegmentStatus = segmentStatus,
        };
        if (c.Options.Reduction == Reduction.None)
            outputs.Value = default;
        DeviceBatchEntropyInputs<TReal> inputs = new()
        {
            Offsets = offsets,
            RowWeights = rowWeights,
            ClassWeights = classWeights,
            Priors = c.Priors is null ? default : priors.AsRows(c.Priors.Length / c.Columns, c.Columns),
            ClassGroups = groups,
            Regime = c.Regime,
        };
        using DeviceBuffer<byte>? workspace = c.OwnWorkspace ? stream.Upload<byte>(Enumerable.Repeat((byte)0xA5, (int)bytes(stream, Matrix(logits), outputs, c.Options, inputs)).ToArray()) : null;
        if (workspace is not null)
            inputs.Workspace = workspace;
        form(stream, Matrix(logits), outputs, c.Options, inputs);
        return new(
            c.Options.Reduction == Reduction.None ? double.NaN : Doubles(value.ToArray())[0],
            segments.ToArray()[0],
            Doubles(values.ToArray()),
            Doubles(marginals.ToArray()),
            Doubles(entropies.ToArray()),
            Unpack(c, gradient.ToArray()),
            status.ToArray(),
            segmentStatus.ToArray());
    }
}
