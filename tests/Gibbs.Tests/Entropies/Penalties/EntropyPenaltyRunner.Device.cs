using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Entropies.Penalties;

/// <content>The device form.</content>
internal static unsafe partial class EntropyPenaltyRunner
{
    private delegate void DeviceForm<TReal>(CudaStream stream, DeviceSpan2D<TReal> entropies, in DeviceEntropyPenaltyOutputs<TReal> outputs, in EntropyPenaltyOptions options, in DeviceEntropyPenaltyInputs<TReal> inputs)
        where TReal : unmanaged;

    private delegate long WorkspaceForm<TReal>(CudaStream stream, DeviceSpan2D<TReal> entropies, in DeviceEntropyPenaltyOutputs<TReal> outputs, in EntropyPenaltyOptions options, in DeviceEntropyPenaltyInputs<TReal> inputs)
        where TReal : unmanaged;

    private static EntropyPenaltyRun Views<TReal>(EntropyPenaltyCase c, DeviceForm<TReal> form, WorkspaceForm<TReal> bytes)
        where TReal : unmanaged
    {
        CudaStream stream = TestDevices.Native().Stream;
        int heads = c.HeadThresholds?.Length ?? 0;
        using DeviceBuffer<TReal> entropies = stream.Upload<TReal>(Rows<TReal>(c, c.Entropies)), apart = stream.Upload<TReal>(Rows<TReal>(c, null)), penalties = stream.Upload<TReal>(Rows<TReal>(c, null));
        using DeviceBuffer<byte> mask = stream.Upload<byte>(Bytes(c, c.Mask)), selected = stream.Upload<byte>(Bytes(c, null));
        using DeviceBuffer<TReal> anchors = stream.Upload<TReal>(Reals<TReal>(c.Anchors)), thresholds = stream.Upload<TReal>(Reals<TReal>(c.HeadThresholds)), thresholdGradient = stream.Allocate<TReal>(heads);
        using DeviceBuffer<TReal> means = stream.Allocate<TReal>(c.Rows), quantiles = stream.Allocate<TReal>(c.Rows), value = stream.Allocate<TReal>(1), mean = stream.Allocate<TReal>(1);
        using DeviceBuffer<int> indices = stream.Upload<int>(c.AnchorIndices ?? []);
        using DeviceBuffer<long> tokens = stream.Allocate<long>(1), selectedCount = stream.Allocate<long>(1);
        using DeviceBuffer<RowStatus> status = stream.Allocate<RowStatus>(c.Rows);
        DeviceBuffer<TReal> gradient = c.InPlace ? entropies : apart;
        DeviceSpan2D<TElement> Matrix<TElement>(DeviceBuffer<TElement> buffer, bool given = true)
            where TElement : unmanaged =>
            !given ? default : c.Rows == 0 ? new(0, 0, c.Columns, c.Columns) : buffer.Span.Slice(c.Offset, buffer.Span.Length - c.Offset).AsRows(c.Rows, c.Columns, c.Columns + c.Padding);
        DeviceEntropyPenaltyOutputs<TReal> outputs = new()
        {
            Value = value,
            MeanEntropy = mean,
            Tokens = tokens,
            SelectedCount = selectedCount,
            Gradient = Matrix(gradient),
            Penalties = Matrix(penalties, c.Options.Kind != EntropyPenaltyKind.Siren),
            Selected = Matrix(selected),
            SequenceMeans = means,
            Quantiles = quantiles,
            HeadThresholdGradient = thresholdGradient,
            Status = status,
        };
        DeviceEntropyPenaltyInputs<TReal> inputs = new() { Mask = Matrix(mask, c.Mask is not null), Anchors = anchors, AnchorIndices = indices, HeadThresholds = thresholds };
        using DeviceBuffer<byte>? workspace = c.OwnWorkspace ? stream.Upload<byte>(Enumerable.Repeat((byte)0xA5, (int)bytes(stream, Matrix(entropies), outputs, c.Options, inputs)).ToArray()) : null;
        if (workspace is not null)
            inputs.Workspace = workspace;
        form(stream, Matrix(entropies), outputs, c.Options, inputs);
        EntropyPenaltyResult result = new(Doubles(value.ToArray())[0], Doubles(mean.ToArray())[0], tokens.ToArray()[0], selectedCount.ToArray()[0]);
        return new(
            result,
            Unpack(c, Doubles(gradient.ToArray())),
            Unpack(c, Doubles(penalties.ToArray())),
            [.. Unpack(c, [.. selected.ToArray().Select(v => (double)v)]).Select(v => (byte)v)],
            Doubles(means.ToArray()),
            Doubles(quantiles.ToArray()),
            Doubles(thresholdGradient.ToArray()),
            status.ToArray());
    }
}
