using System;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Entropies;

/// <content>The same on device memory: scalars are outputs there, and scratch may be the caller's.</content>
internal sealed unsafe partial class EntropyRunner
{
    private delegate void DeviceDense<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceRowEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long DeviceDenseBytes<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceRowEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceRagged<T, TReal>(CudaStream stream, DeviceSpan<T> values, DeviceSpan<long> offsets, in DeviceRaggedEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long DeviceRaggedBytes<T, TReal>(CudaStream stream, DeviceSpan<T> values, DeviceSpan<long> offsets, in DeviceRaggedEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private EntropyRun RunOnDevice<T, TReal>(DeviceDense<T, TReal> dense, DeviceDenseBytes<T, TReal> denseBytes, DeviceRagged<T, TReal> ragged, DeviceRaggedBytes<T, TReal> raggedBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        EntropyCase c = _case;
        CudaStream stream = ((NativeDevice)_device).Stream;
        int rows = c.Rows.Length, columns = c.Columns, ordinal = stream.Device.Ordinal, real = c.Type.Real().Size();
        Memory m = Place();
        int scalarsAt = _arrays.Count;
        bool reduces = c.Options.Reduction != Reduction.None;
        nint value = Out("value", 1, real), validRows = Out("valid rows", 1, 8), used = Out("normaliser used", 1, real);
        DeviceSpan<TReal> View(nint address) => address == 0 ? default : new(address, rows, ordinal);
        DeviceRowEntropyInputs<TReal> inputs = new()
        {
            RowWeights = View(m.RowWeights),
            Temperatures = View(m.Temperatures),
            ActionWeights = View(m.ActionWeights),
            Actions = c.Actions is null ? default : c.Int64 ? new DeviceSpan<long>(m.Actions, rows, ordinal) : new DeviceSpan<int>(m.Actions, rows, ordinal),
            Regime = c.Regime,
        };
        DeviceSpan<TReal> reduced = reduces ? new(value, 1, ordinal) : default;
        if (c.Ragged)
        {
            int total = (int)_offsets[^1];
            using DeviceBuffer<long> offsets = stream.Upload<long>(_offsets);
            DeviceSpan<T> values = new(m.Values - (c.Padding * sizeof(T)), total, ordinal);
            DeviceRaggedEntropyOutputs<T, TReal> outputs = new()
            {
                Value = reduced,
                Entropies = View(m.Entropies),
                LogSumExp = View(m.LogSumExp),
                LogProbability = View(m.LogProbability),
                Gradient = new(m.Gradient - (c.Padding * sizeof(T)), total, ordinal),
                Status = new(m.Status, rows, ordinal),
                ValidRows = new(validRows, 1, ordinal),
                NormaliserUsed = new(used, 1, ordinal),
            };
            using DeviceBuffer<byte>? workspace = c.OwnWorkspace ? stream.Upload<byte>(Poison(raggedBytes(stream, values, offsets, outputs, c.Options, inputs))) : null;
            inputs.Workspace = workspace is null ? default : workspace.Span;
            ragged(stream, values, offsets, outputs, c.Options, inputs);
            stream.Synchronize();
        }
        else
        {
            int stride = columns + c.Padding;
            DeviceSpan2D<T> logits = new(m.Values, rows, columns, stride, ordinal);
            DeviceRowEntropyOutputs<T, TReal> outputs = new()
            {
                Value = reduced,
                Entropies = View(m.Entropies),
                LogSumExp = View(m.LogSumExp),
                LogProbability = View(m.LogProbability),
                Gradient = new(m.Gradient, rows, columns, stride, ordinal),
                Status = new(m.Status, rows, ordinal),
                ValidRows = new(validRows, 1, ordinal),
                NormaliserUsed = new(used, 1, ordinal),
            };
            using DeviceBuffer<byte>? workspace = c.OwnWorkspace ? stream.Upload<byte>(Poison(denseBytes(stream, logits, outputs, c.Options, inputs))) : null;
            inputs.Workspace = workspace is null ? default : workspace.Span;
            dense(stream, logits, outputs, c.Options, inputs);
            stream.Synchronize();
        }

        double Scalar(int at) => c.Type.Real().Read(_arrays[at].Place.Fetch().AsSpan(_arrays[at].Image.Start));
        long count = BitConverter.ToInt64(_arrays[scalarsAt + 1].Place.Fetch(), _arrays[scalarsAt + 1].Image.Start);
        return Collect(m, new(reduces ? Scalar(scalarsAt) : double.NaN, Scalar(scalarsAt + 2), count));
    }

    private static byte[] Poison(long bytes)
    {
        byte[] poison = new byte[bytes];
        Array.Fill(poison, GuardedImage.Poison);
        return poison;
    }
}
