using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu;
using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>Rows that begin or end where memory does: nothing outside them is read or written. A defect ends the process, which no runner overlooks.</summary>
[TestFixture]
[Category("Cpu")]
[NonParallelizable]
public sealed unsafe class ProjectionGuardPageTests
{
    private static readonly int[] s_columns = [1, 3, 7, 16, 17, 33, 65, 129, 1023, 1025];

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void NothingOutsideTheRows(string name)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("protects pages as Linux does");
        try
        {
            foreach (int bits in new[] { 128, 512 })
            {
                CpuSettings.ForcedVectorBits = bits;
                CpuSettings.ForcedStreaming = bits == 512;
                foreach (int columns in s_columns)
                {
                    Run<float>(name, columns, (map, x, in o, in i) => Projection.Apply(map, x, o, i), (map, v, in s, in g, in i) => Projection.Gradient(map, v, s, g, i));
                    Run<Half>(name, columns, (map, x, in o, in i) => Projection.Apply(map, x, o, i), (map, v, in s, in g, in i) => Projection.Gradient(map, v, s, g, i));
                }
            }
        }
        finally
        {
            CpuSettings.ForcedVectorBits = 0;
            CpuSettings.ForcedStreaming = null;
        }
    }

    private delegate void Forward<T>(RowMap map, ReadOnlySpan2D<T> x, in ProjectionOutputs<T, float> outputs, in ProjectionInputs<T, float> inputs)
        where T : unmanaged;

    private delegate void Backward<T>(RowMap map, ReadOnlySpan2D<T> v, in ProjectionSaved<T, float> saved, in ProjectionGradients<T, float> gradients, in ProjectionInputs<T, float> inputs)
        where T : unmanaged;

    private static void Run<T>(string name, int columns, Forward<T> forward, Backward<T> backward)
        where T : unmanaged
    {
        const int rows = 2;
        ElementType type = sizeof(T) == 2 ? ElementType.Float16 : ElementType.Float32;
        ProjectionCase c = MapCatalogue.Draw(name, type, rows, columns, new Random(columns));
        int bytes = rows * columns * sizeof(T), realBytes = columns * sizeof(float);
        using GuardedPages x = new(bytes), y = new(bytes), v = new(bytes), dx = new(bytes), weights = new(realBytes), column = new(realBytes);
        foreach (bool last in new[] { true, false })
        {
            Span2D<T> Rows(GuardedPages pages, int salt)
            {
                Span2D<T> matrix = new((void*)(last ? pages.Last(bytes) : pages.First), rows, columns, 0);
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                        type.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(matrix.GetRowSpan(i).Slice(j, 1)), Cases.Noise(i + salt, j));
                }
                return matrix;
            }
            Span<float> Reals(GuardedPages pages, double[]? values)
            {
                if (values is null)
                    return default;
                Span<float> span = new((void*)(last ? pages.Last(realBytes) : pages.First), columns);
                for (int j = 0; j < columns; j++)
                    span[j] = (float)values[j];
                return span;
            }
            ProjectionInputs<T, float> inputs = new()
            {
                ColumnParameters = Reals(column, c.ColumnParameters),
                Weights = Reals(weights, c.Weights),
                Lower = Narrow(c.Lower),
                Upper = Narrow(c.Upper),
                GroupOffsets = c.GroupOffsets,
                GroupWeights = Narrow(c.GroupWeights),
                GroupScales = Narrow(c.GroupScales),
                Point = c.Point is null ? default : Rows(dx, 9),
            };
            Span2D<T> input = Rows(x, 0), output = Rows(y, 0), upstream = Rows(v, 5);
            float[] thresholds = new float[rows];
            forward(c.Map, input, new() { Output = output, Thresholds = c.ForwardOutputs.HasFlag(MapOutput.Thresholds) ? thresholds : default, SupportSize = new long[rows] }, inputs);
            backward(c.Map, upstream, new() { Output = output, Input = input, Thresholds = thresholds }, new() { Input = c.Point is null ? Rows(dx, 0) : upstream }, inputs);
        }
    }

    private static float[] Narrow(double[]? values) => values is null ? [] : Array.ConvertAll(values, v => (float)v);
}
