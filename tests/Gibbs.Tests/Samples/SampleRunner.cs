using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Samples;

/// <summary>Runs a case on spans or on device memory, every output asked for; rows are strided, and what lies between them is NaN before and must be after.</summary>
internal static class SampleRunner
{
    private delegate double SpanForm<T, TReal>(ReadOnlySpan2D<T> points, in SampleEntropyOutputs<T, TReal> outputs, in SampleEntropyOptions options, in SampleEntropyInputs<T> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceForm<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> points, in DeviceSampleEntropyOutputs<T, TReal> outputs, in SampleEntropyOptions options, in DeviceSampleEntropyInputs<T> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long WorkspaceForm<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> points, in DeviceSampleEntropyOutputs<T, TReal> outputs, in SampleEntropyOptions options, in DeviceSampleEntropyInputs<T> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    public static SampleRun Run(string device, SampleCase c, int gap = 3) => device == "native" ? OnDevice(c, gap) : c.Type switch
    {
        ElementType.Float32 => OnSpans<float, float>(c, gap, SampleEntropy.Compute),
        ElementType.Float64 => OnSpans<double, double>(c, gap, SampleEntropy.Compute),
        ElementType.Float16 => OnSpans<Half, float>(c, gap, SampleEntropy.Compute),
        _ => OnSpans<BFloat16, float>(c, gap, SampleEntropy.Compute),
    };

    private static SampleRun OnSpans<T, TReal>(SampleCase c, int gap, SpanForm<T, TReal> compute)
        where T : unmanaged
        where TReal : unmanaged
    {
        Rows<T> points = new(c.Type, c.Points, gap), others = new(c.Type, c.Others, gap), conditions = new(c.Type, c.Conditions, gap);
        Rows<T> gradient = points.Empty(true), othersGradient = others.Empty(c.HasOthersGradient), conditionsGradient = conditions.Empty(c.HasConditions);
        TReal[] rowValues = new TReal[c.HasRowValues ? c.Points.Length : 0];
        long[] nearest = new long[c.Options.Kind == SampleEntropyKind.NearestNeighbour ? c.Points.Length : 0];
        SampleEntropyOutputs<T, TReal> outputs = new()
        {
            Gradient = gradient.View,
            OthersGradient = othersGradient.View,
            ConditionsGradient = conditionsGradient.View,
            RowValues = rowValues,
            Nearest = nearest,
        };
        double value = compute(points.View, outputs, c.Options, new SampleEntropyInputs<T> { Others = others.View, Conditions = conditions.View });
        return new(value, gradient.Read(), othersGradient.Read(), conditionsGradient.Read(), Widen(c.Type.Real(), rowValues), nearest);
    }

    private static SampleRun OnDevice(SampleCase c, int gap) => c.Type switch
    {
        ElementType.Float32 => OnDevice<float, float>(c, gap, SampleEntropy.Compute, SampleEntropy.WorkspaceBytes),
        ElementType.Float64 => OnDevice<double, double>(c, gap, SampleEntropy.Compute, SampleEntropy.WorkspaceBytes),
        ElementType.Float16 => OnDevice<Half, float>(c, gap, SampleEntropy.Compute, SampleEntropy.WorkspaceBytes),
        _ => OnDevice<BFloat16, float>(c, gap, SampleEntropy.Compute, SampleEntropy.WorkspaceBytes),
    };

    // With scratch of exactly the size asked for where the seed is odd, with the call's own otherwise.
    private static SampleRun OnDevice<T, TReal>(SampleCase c, int gap, DeviceForm<T, TReal> compute, WorkspaceForm<T, TReal> workspaceBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        CudaStream stream = TestDevices.Native().Stream;
        Rows<T> points = new(c.Type, c.Points, gap), others = new(c.Type, c.Others, gap), conditions = new(c.Type, c.Conditions, gap);
        Rows<T> gradient = points.Empty(true), othersGradient = others.Empty(c.HasOthersGradient), conditionsGradient = conditions.Empty(c.HasConditions);
        using DeviceBuffer<T> x = stream.Upload<T>(points.Data), y = stream.Upload<T>(others.Data), z = stream.Upload<T>(conditions.Data);
        using DeviceBuffer<T> dx = stream.Upload<T>(gradient.Data), dy = stream.Upload<T>(othersGradient.Data), dz = stream.Upload<T>(conditionsGradient.Data);
        using DeviceBuffer<TReal> value = stream.Allocate<TReal>(1), rowValues = stream.Allocate<TReal>(c.HasRowValues ? c.Points.Length : 0);
        using DeviceBuffer<long> nearest = stream.Allocate<long>(c.Options.Kind == SampleEntropyKind.NearestNeighbour ? c.Points.Length : 0);
        DeviceSampleEntropyOutputs<T, TReal> outputs = new()
        {
            Value = value,
            Gradient = gradient.On(dx),
            OthersGradient = othersGradient.On(dy),
            ConditionsGradient = conditionsGradient.On(dz),
            RowValues = rowValues,
            Nearest = nearest,
        };
        DeviceSampleEntropyInputs<T> inputs = new() { Others = others.On(y), Conditions = conditions.On(z) };
        long bytes = workspaceBytes(stream, points.On(x), outputs, c.Options, inputs);
        using DeviceBuffer<byte> workspace = stream.Allocate<byte>(c.Points.Length % 2 == 1 ? bytes : 0);
        inputs.Workspace = workspace;
        compute(stream, points.On(x), outputs, c.Options, inputs);
        return new(
            Widen(c.Type.Real(), value.ToArray())[0],
            gradient.Read(dx.ToArray()),
            othersGradient.Read(dy.ToArray()),
            conditionsGradient.Read(dz.ToArray()),
            Widen(c.Type.Real(), rowValues.ToArray()),
            nearest.ToArray());
    }

    private static unsafe double[] Widen<T>(ElementType type, T[] values)
        where T : unmanaged
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            fixed (T* at = &values[i])
                wide[i] = type.Read(new ReadOnlySpan<byte>(at, sizeof(T)));
        }
        return wide;
    }

    /// <summary>A matrix of the storage type with gaps between rows.</summary>
    internal sealed unsafe class Rows<T>
        where T : unmanaged
    {
        private readonly ElementType _type;
        private readonly int _rows;
        private readonly int _columns;
        private readonly int _gap;

        public Rows(ElementType type, double[][] values, int gap)
            : this(type, values.Length, values.Length == 0 ? 0 : values[0].Length, gap)
        {
            for (int i = 0; i < _rows; i++)
            {
                for (int k = 0; k < _columns; k++)
                    Write(i, k, values[i][k]);
            }
        }

        private Rows(ElementType type, int rows, int columns, int gap)
        {
            (_type, _rows, _columns, _gap) = (type, rows, columns, gap);
            Data = new T[rows * (columns + gap)];
            for (int i = 0; i < rows; i++)
            {
                for (int k = 0; k < columns + gap; k++)
                    Write(i, k, double.NaN);
            }
        }

        public T[] Data { get; }

        public int Stride => _columns + _gap;

        public Span2D<T> View => _rows == 0 ? default : new Span2D<T>(Data, 0, _rows, _columns, _gap);

        public Rows<T> Empty(bool exists) => new(_type, exists ? _rows : 0, _columns, _gap);

        public DeviceSpan2D<T> On(DeviceBuffer<T> buffer) => _rows == 0 ? default : new(buffer.Span.Pointer, _rows, _columns, Stride, buffer.Span.Device);

        public double[][] Read(T[] data)
        {
            data.CopyTo(Data, 0);
            return Read();
        }

        public double[][] Read()
        {
            double[][] values = new double[_rows][];
            for (int i = 0; i < _rows; i++)
            {
                values[i] = new double[_columns];
                for (int k = 0; k < Stride; k++)
                {
                    double value = At(i, k);
                    if (k < _columns)
                        values[i][k] = value;
                    else if (!double.IsNaN(value))
                        throw new InvalidOperationException($"written between rows: [{i}, {k}] is {value}");
                }
            }
            return values;
        }

        private double At(int i, int k)
        {
            fixed (T* at = &Data[(i * Stride) + k])
                return _type.Read(new ReadOnlySpan<byte>(at, sizeof(T)));
        }

        private void Write(int i, int k, double value)
        {
            fixed (T* at = &Data[(i * Stride) + k])
                _type.Write(new Span<byte>(at, sizeof(T)), value);
        }
    }
}
