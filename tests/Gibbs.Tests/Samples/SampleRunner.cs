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

    public static SampleRun Run(string device, SampleCase c, int gap = 3) => c.Type switch
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

        public int Count => _rows;

        public int Columns => _columns;

        public Span2D<T> View => _rows == 0 ? default : new Span2D<T>(Data, 0, _rows, _columns, _gap);

        public Rows<T> Empty(bool exists) => new(_type, exists ? _rows : 0, _columns, _gap);

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
