using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Divergences;

/// <summary>What a call wrote; the teacher's gradient is empty where there is none.</summary>
internal sealed record DivergenceRun(double[] Divergences, double[] StudentGradient, double[] TeacherGradient, RowStatus[] Status, double Value, double Normaliser);

/// <summary>Runs a case on "cpu" or "native": padded, misaligned rows between red zones.</summary>
internal sealed unsafe class DivergenceRunner : IDisposable
{
    private readonly TestDevice _device;
    private readonly DivergenceCase _case;
    private readonly List<(GuardedImage Image, Placement Place, bool Written)> _arrays = [];

    private delegate CrossEntropyResult Dense<T, TReal>(ReadOnlySpan2D<T> student, ReadOnlySpan2D<T> teacher, in DivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate CrossEntropyResult Sparse<T, TReal>(
        ReadOnlySpan2D<T> student, ClassIds ids, ReadOnlySpan2D<TReal> teacher, in DivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DenseViews<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> student, DeviceSpan2D<T> teacher, in DeviceDivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void SparseViews<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> student, DeviceClassIds ids, DeviceSpan2D<TReal> teacher, in DeviceDivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long DenseBytes<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> student, DeviceSpan2D<T> teacher, in DeviceDivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long SparseBytes<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> student, DeviceClassIds ids, DeviceSpan2D<TReal> teacher, in DeviceDivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DeviceDivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private DivergenceRunner(string device, DivergenceCase c) => (_device, _case) = (device == "cpu" ? TestDevices.Get("cpu") : TestDevices.Native(), c);

    private int Stride => _case.Columns + _case.Padding;

    private int ListStride => _case.Listed + _case.Padding;

    public static DivergenceRun Run(string device, DivergenceCase c)
    {
        using DivergenceRunner runner = new(device, c);
        return c.Type switch
        {
            ElementType.Float32 => runner.Run<float, float>(RowDivergence.Compute, RowDivergence.ComputeSparse, RowDivergence.Compute, RowDivergence.ComputeSparse, RowDivergence.WorkspaceBytes, RowDivergence.WorkspaceBytes),
            ElementType.Float64 => runner.Run<double, double>(RowDivergence.Compute, RowDivergence.ComputeSparse, RowDivergence.Compute, RowDivergence.ComputeSparse, RowDivergence.WorkspaceBytes, RowDivergence.WorkspaceBytes),
            ElementType.Float16 => runner.Run<Half, float>(RowDivergence.Compute, RowDivergence.ComputeSparse, RowDivergence.Compute, RowDivergence.ComputeSparse, RowDivergence.WorkspaceBytes, RowDivergence.WorkspaceBytes),
            _ => runner.Run<BFloat16, float>(RowDivergence.Compute, RowDivergence.ComputeSparse, RowDivergence.Compute, RowDivergence.ComputeSparse, RowDivergence.WorkspaceBytes, RowDivergence.WorkspaceBytes),
        };
    }

    public void Dispose()
    {
        foreach ((_, Placement place, _) in _arrays)
            place.Dispose();
    }

    private DivergenceRun Run<T, TReal>(
        Dense<T, TReal> dense, Sparse<T, TReal> sparse, DenseViews<T, TReal> denseViews, SparseViews<T, TReal> sparseViews, DenseBytes<T, TReal> denseBytes, SparseBytes<T, TReal> sparseBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        DivergenceCase c = _case;
        ElementType real = c.Type.Real();
        int rows = c.Rows, size = c.Type.Size(), studentAt = 0, teacherAt = 1;
        nint student = Rows("student", c.Student, c.Columns, Stride, c.Type, c.InPlace);
        nint teacher = c.IsSparse ? Rows("log-probabilities", c.Teacher, c.Listed, ListStride, real, false) : Rows("teacher", c.Teacher, c.Columns, Stride, c.Type, c.InPlace);
        nint ids = c.IsSparse ? Ids() : 0, rowWeights = Reals("row weights", c.RowWeights);
        int studentGradientAt = c.InPlace ? studentAt : _arrays.Count;
        nint studentGradient = c.InPlace ? student : Out("student gradient", rows, c.Columns * size, Stride * size, c.Offset * size);
        int teacherGradientAt = c.IsSparse ? -1 : c.InPlace ? teacherAt : _arrays.Count;
        nint teacherGradient = c.IsSparse ? 0 : c.InPlace ? teacher : Out("teacher gradient", rows, c.Columns * size, Stride * size, 0);
        int divergencesAt = _arrays.Count;
        nint divergences = Out("divergences", rows, real.Size(), real.Size(), 0);
        int statusAt = _arrays.Count;
        nint status = Out("status", rows, 1, 1, 0);
        CrossEntropyResult result;
        if (_device is NativeDevice native)
        {
            int scalarsAt = _arrays.Count, ordinal = native.Stream.Device.Ordinal;
            nint value = c.Options.Reduction == Reduction.None ? 0 : Out("value", 1, real.Size(), real.Size(), 0), used = Out("normaliser used", 1, real.Size(), real.Size(), 0);
            DeviceSpan2D<T> p = new(student, rows, c.Columns, Stride, ordinal), q = c.IsSparse ? default : new(teacher, rows, c.Columns, Stride, ordinal);
            DeviceDivergenceInputs<TReal> given = new() { RowWeights = rowWeights == 0 ? default : new(rowWeights, rows, ordinal), Regime = c.Regime };
            DeviceDivergenceOutputs<T, TReal> results = new()
            {
                Divergences = new(divergences, rows, ordinal),
                Value = value == 0 ? default : new(value, 1, ordinal),
                StudentGradient = new(studentGradient, rows, c.Columns, Stride, ordinal),
                TeacherGradient = teacherGradient == 0 ? default : new(teacherGradient, rows, c.Columns, Stride, ordinal),
                Status = new(status, rows, ordinal),
                NormaliserUsed = new(used, 1, ordinal),
            };
            DeviceClassIds listed = !c.IsSparse ? default : c.Int64 ? new DeviceSpan2D<long>(ids, rows, c.Listed, ListStride, ordinal) : new DeviceSpan2D<int>(ids, rows, c.Listed, ListStride, ordinal);
            DeviceSpan2D<TReal> logs = c.IsSparse ? new(teacher, rows, c.Listed, ListStride, ordinal) : default;
            long bytes = !c.OwnWorkspace ? 0 : c.IsSparse ? sparseBytes(native.Stream, p, listed, logs, results, c.Options, given) : denseBytes(native.Stream, p, q, results, c.Options, given);
            byte[] poison = new byte[bytes];
            Array.Fill(poison, GuardedImage.Poison);
            using DeviceBuffer<byte>? workspace = c.OwnWorkspace ? native.Stream.Upload<byte>(poison) : null;
            given.Workspace = workspace is null ? default : workspace.Span;
            if (c.IsSparse)
                sparseViews(native.Stream, p, listed, logs, results, c.Options, given);
            else
                denseViews(native.Stream, p, q, results, c.Options, given);
            native.Stream.Synchronize();
            double Scalar(int at) => real.Read(_arrays[at].Place.Fetch().AsSpan(_arrays[at].Image.Start));
            result = value == 0 ? new(double.NaN, Scalar(scalarsAt), rows) : new(Scalar(scalarsAt), Scalar(scalarsAt + 1), rows);
            return Collect(result, divergencesAt, studentGradientAt, teacherGradientAt, statusAt);
        }

        DivergenceInputs<TReal> inputs = new() { RowWeights = Span<TReal>(rowWeights, rows) };
        DivergenceOutputs<T, TReal> outputs = new()
        {
            Divergences = Span<TReal>(divergences, rows),
            StudentGradient = new((void*)studentGradient, rows, c.Columns, c.Padding),
            TeacherGradient = teacherGradient == 0 ? default : new((void*)teacherGradient, rows, c.Columns, c.Padding),
            Status = Span<RowStatus>(status, rows),
        };
        ReadOnlySpan2D<T> z = new((void*)student, rows, c.Columns, c.Padding);
        if (!c.IsSparse)
            result = dense(z, new((void*)teacher, rows, c.Columns, c.Padding), outputs, c.Options, inputs);
        else if (c.Int64)
            result = sparse(z, new ReadOnlySpan2D<long>((void*)ids, rows, c.Listed, c.Padding), new((void*)teacher, rows, c.Listed, c.Padding), outputs, c.Options, inputs);
        else
            result = sparse(z, new ReadOnlySpan2D<int>((void*)ids, rows, c.Listed, c.Padding), new((void*)teacher, rows, c.Listed, c.Padding), outputs, c.Options, inputs);
        return Collect(result, divergencesAt, studentGradientAt, teacherGradientAt, statusAt);
    }

    private DivergenceRun Collect(CrossEntropyResult result, int divergencesAt, int studentGradientAt, int teacherGradientAt, int statusAt)
    {
        for (int at = 0; at < _arrays.Count; at++)
            Checked(at);
        return new(
            Widen(divergencesAt, _case.Type.Real()),
            Widen(studentGradientAt, _case.Type),
            teacherGradientAt < 0 ? [] : Widen(teacherGradientAt, _case.Type),
            MemoryMarshal.Cast<byte, RowStatus>(Checked(statusAt).Packed()).ToArray(),
            result.Loss,
            result.Normaliser);
    }

    private double[] Widen(int at, ElementType stored)
    {
        byte[] bytes = Checked(at).Packed();
        double[] values = new double[bytes.Length / stored.Size()];
        for (int i = 0; i < values.Length; i++)
            values[i] = stored.Read(bytes.AsSpan(i * stored.Size()));
        return values;
    }

    private GuardedImage Checked(int at)
    {
        (GuardedImage image, Placement place, bool written) = _arrays[at];
        GuardedImage after = image.After(place.Fetch());
        return after.Violation(written) is { } violation ? throw new InvalidOperationException(violation) : after;
    }

    private static Span<T> Span<T>(nint address, int length)
        where T : unmanaged => address == 0 ? default : new((void*)address, length);

    private nint Rows(string name, double[] values, int columns, int stride, ElementType type, bool written)
    {
        int size = type.Size();
        GuardedImage image = new(name, _case.Rows, columns * size, stride * size, _case.Offset * size, false, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            type.Write(image.Row(k / columns)[(k % columns * size)..], values[k]);
        return Add(image, written);
    }

    private nint Ids()
    {
        int size = _case.Int64 ? 8 : 4;
        GuardedImage image = new("ids", _case.Rows, _case.Listed * size, ListStride * size, 0, true, GuardedImage.Poison);
        for (int k = 0; k < _case.Ids.Length; k++)
        {
            Span<byte> to = image.Row(k / _case.Listed)[(k % _case.Listed * size)..];
            _ = _case.Int64 ? BitConverter.TryWriteBytes(to, _case.Ids[k]) : BitConverter.TryWriteBytes(to, checked((int)_case.Ids[k]));
        }
        return Add(image, false);
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

    private nint Out(string name, int rows, int rowBytes, int strideBytes, int offsetBytes) => Add(new(name, rows, rowBytes, strideBytes, offsetBytes, false, GuardedImage.Canary), true);

    private nint Add(GuardedImage image, bool written)
    {
        Placement place = _device.Place(image.Bytes);
        _arrays.Add((image, place, written));
        return place.Address + image.Start;
    }
}
