using System;
using System.Collections.Generic;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Losses;

/// <summary>What a call wrote.</summary>
internal sealed record FenchelYoungRun(double[] Losses, double[] Gradient, double[] Probabilities, long[] SupportSize, RowStatus[] Status, double Loss, long ValidRows, double Normaliser);

/// <summary>Runs a case on "cpu" or "native": padded, misaligned rows between red zones.</summary>
internal sealed unsafe class FenchelYoungRunner : IDisposable
{
    private readonly TestDevice _device;
    private readonly FenchelYoungCase _case;
    private readonly List<(GuardedImage Image, Placement Place, bool Written)> _arrays = [];

    private delegate CrossEntropyResult SpanForm<T, TReal>(
        ReadOnlySpan2D<T> logits, TargetSpan targets, in FenchelYoungOutputs<T, TReal> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceForm<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> logits, DeviceTargetSpan targets, in DeviceFenchelYoungOutputs<T, TReal> outputs, in FenchelYoungOptions options, in DeviceFenchelYoungInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long WorkspaceForm<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> logits, DeviceTargetSpan targets, in DeviceFenchelYoungOutputs<T, TReal> outputs, in FenchelYoungOptions options, in DeviceFenchelYoungInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private FenchelYoungRunner(string device, FenchelYoungCase c) => (_device, _case) = (device == "cpu" ? TestDevices.Get("cpu") : TestDevices.Native(), c);

    public static FenchelYoungRun Run(string device, FenchelYoungCase c)
    {
        using FenchelYoungRunner runner = new(device, c);
        return c.Type switch
        {
            ElementType.Float32 => runner.Run<float, float>(FenchelYoung.Compute, FenchelYoung.Compute, FenchelYoung.WorkspaceBytes),
            ElementType.Float64 => runner.Run<double, double>(FenchelYoung.Compute, FenchelYoung.Compute, FenchelYoung.WorkspaceBytes),
            ElementType.Float16 => runner.Run<Half, float>(FenchelYoung.Compute, FenchelYoung.Compute, FenchelYoung.WorkspaceBytes),
            _ => runner.Run<BFloat16, float>(FenchelYoung.Compute, FenchelYoung.Compute, FenchelYoung.WorkspaceBytes),
        };
    }

    public void Dispose()
    {
        foreach ((_, Placement place, _) in _arrays)
            place.Dispose();
    }

    private FenchelYoungRun Run<T, TReal>(SpanForm<T, TReal> spans, DeviceForm<T, TReal> views, WorkspaceForm<T, TReal> workspaceBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        FenchelYoungCase c = _case;
        ElementType real = c.Type.Real();
        int rows = c.Rows, columns = c.Columns, size = c.Type.Size(), stride = columns + c.Padding;
        nint logits = Rows("logits", c.Logits, c.InPlace), targets = Targets(), classWeights = Reals("class weights", c.ClassWeights), rowWeights = Reals("row weights", c.RowWeights), alphas = Reals("alphas", c.Alphas);
        int logitsAt = 0, gradientAt = c.InPlace ? logitsAt : _arrays.Count;
        nint gradient = c.InPlace ? logits : Out("gradient", rows, columns * size, stride * size, c.Offset * size);
        int probabilitiesAt = _arrays.Count;
        nint probabilities = Out("probabilities", rows, columns * size, stride * size, 0);
        int lossesAt = _arrays.Count;
        nint losses = Out("losses", rows, real.Size(), real.Size(), 0);
        int supportAt = _arrays.Count;
        nint support = Out("support size", rows, 8, 8, 0);
        int statusAt = _arrays.Count;
        nint status = Out("status", rows, 1, 1, 0);
        CrossEntropyResult result;
        if (_device is NativeDevice native)
        {
            int scalarsAt = _arrays.Count, ordinal = native.Stream.Device.Ordinal;
            nint loss = c.Options.Reduction == Reduction.None ? 0 : Out("loss", 1, real.Size(), real.Size(), 0), validRows = Out("valid rows", 1, 8, 8, 0), used = Out("normaliser used", 1, real.Size(), real.Size(), 0);
            DeviceSpan2D<T> z = new(logits, rows, columns, stride, ordinal);
            DeviceTargetSpan y = c.Int64 ? new DeviceSpan<long>(targets, rows, ordinal) : new DeviceSpan<int>(targets, rows, ordinal);
            DeviceFenchelYoungInputs<TReal> inputs = new() { ClassWeights = View<TReal>(classWeights, columns, ordinal), RowWeights = View<TReal>(rowWeights, rows, ordinal), Alphas = View<TReal>(alphas, rows, ordinal), Regime = c.Regime };
            DeviceFenchelYoungOutputs<T, TReal> outputs = new()
            {
                Losses = View<TReal>(losses, rows, ordinal),
                Loss = View<TReal>(loss, 1, ordinal),
                Gradient = new(gradient, rows, columns, stride, ordinal),
                Probabilities = new(probabilities, rows, columns, stride, ordinal),
                SupportSize = View<long>(support, rows, ordinal),
                Status = View<RowStatus>(status, rows, ordinal),
                ValidRows = View<long>(validRows, 1, ordinal),
                NormaliserUsed = View<TReal>(used, 1, ordinal),
            };
            using DeviceBuffer<byte>? workspace = c.OwnWorkspace ? native.Stream.Upload<byte>(Poison(workspaceBytes(native.Stream, z, y, outputs, c.Options, inputs))) : null;
            inputs.Workspace = workspace is null ? default : workspace.Span;
            views(native.Stream, z, y, outputs, c.Options, inputs);
            native.Stream.Synchronize();
            double Scalar(int at) => real.Read(_arrays[at].Place.Fetch().AsSpan(_arrays[at].Image.Start));
            result = loss == 0
                ? new(double.NaN, Scalar(scalarsAt + 1), BitConverter.ToInt64(_arrays[scalarsAt].Place.Fetch(), _arrays[scalarsAt].Image.Start))
                : new(Scalar(scalarsAt), Scalar(scalarsAt + 2), BitConverter.ToInt64(_arrays[scalarsAt + 1].Place.Fetch(), _arrays[scalarsAt + 1].Image.Start));
        }
        else
        {
            TargetSpan y = c.Int64 ? new ReadOnlySpan<long>((void*)targets, rows) : new ReadOnlySpan<int>((void*)targets, rows);
            FenchelYoungInputs<TReal> inputs = new() { ClassWeights = Span<TReal>(classWeights, columns), RowWeights = Span<TReal>(rowWeights, rows), Alphas = Span<TReal>(alphas, rows) };
            FenchelYoungOutputs<T, TReal> outputs = new()
            {
                Losses = Span<TReal>(losses, rows),
                Gradient = new((void*)gradient, rows, columns, c.Padding),
                Probabilities = new((void*)probabilities, rows, columns, c.Padding),
                SupportSize = Span<long>(support, rows),
                Status = Span<RowStatus>(status, rows),
            };
            result = spans(new((void*)logits, rows, columns, c.Padding), y, outputs, c.Options, inputs);
        }
        byte[] Packed(int at) => Checked(at).Packed();
        for (int at = 0; at < _arrays.Count; at++)
            Checked(at);
        return new(
            Widen(Packed(lossesAt), real),
            Widen(Packed(gradientAt), c.Type),
            Widen(Packed(probabilitiesAt), c.Type),
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(Packed(supportAt)).ToArray(),
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, RowStatus>(Packed(statusAt)).ToArray(),
            result.Loss,
            result.ValidRows,
            result.Normaliser);
    }

    private GuardedImage Checked(int at)
    {
        (GuardedImage image, Placement place, bool written) = _arrays[at];
        GuardedImage after = image.After(place.Fetch());
        return after.Violation(written) is { } violation ? throw new InvalidOperationException(violation) : after;
    }

    private static byte[] Poison(long bytes)
    {
        byte[] poison = new byte[bytes];
        Array.Fill(poison, GuardedImage.Poison);
        return poison;
    }

    private static double[] Widen(byte[] bytes, ElementType stored)
    {
        double[] values = new double[bytes.Length / stored.Size()];
        for (int i = 0; i < values.Length; i++)
            values[i] = stored.Read(bytes.AsSpan(i * stored.Size()));
        return values;
    }

    private static Span<T> Span<T>(nint address, int length)
        where T : unmanaged => address == 0 ? default : new((void*)address, length);

    private static DeviceSpan<T> View<T>(nint address, int length, int ordinal)
        where T : unmanaged => address == 0 ? default : new(address, length, ordinal);

    private nint Rows(string name, double[] values, bool written)
    {
        int columns = _case.Columns, size = _case.Type.Size();
        GuardedImage image = new(name, _case.Rows, columns * size, (columns + _case.Padding) * size, _case.Offset * size, false, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            _case.Type.Write(image.Row(k / columns)[(k % columns * size)..], values[k]);
        return Add(image, written);
    }

    private nint Reals(string name, double[]? values)
    {
        if (values is null)
            return 0;
        ElementType real = _case.Type.Real();
        GuardedImage image = new(name, values.Length, real.Size(), real.Size(), 0, true, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            real.Write(image.Row(k), values[k]);
        return Add(image, false);
    }

    private nint Targets()
    {
        int size = _case.Int64 ? 8 : 4;
        GuardedImage image = new("targets", _case.Rows, size, size, 0, true, GuardedImage.Poison);
        for (int k = 0; k < _case.Rows; k++)
            _ = _case.Int64 ? BitConverter.TryWriteBytes(image.Row(k), _case.Targets[k]) : BitConverter.TryWriteBytes(image.Row(k), checked((int)_case.Targets[k]));
        return Add(image, false);
    }

    private nint Out(string name, int rows, int rowBytes, int strideBytes, int offsetBytes) => Add(new(name, rows, rowBytes, strideBytes, offsetBytes, false, GuardedImage.Canary), true);

    private nint Add(GuardedImage image, bool written)
    {
        Placement place = _device.Place(image.Bytes);
        _arrays.Add((image, place, written));
        return place.Address + image.Start;
    }
}
