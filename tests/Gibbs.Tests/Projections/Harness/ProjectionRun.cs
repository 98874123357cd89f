using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>What a call wrote, as bytes without padding, and what it touched and should not have.</summary>
internal sealed class ProjectionRun(ElementType type)
{
    private double[]? _y;
    private double[]? _gradient;

    public Dictionary<MapOutput, byte[]> Bytes { get; } = [];

    public List<string> Violations { get; } = [];

    /// <summary>What a sparse call returned.</summary>
    public long Entries { get; set; }

    public bool Has(MapOutput output) => Bytes.ContainsKey(output);

    public double[] Y => _y ??= Elements(MapOutput.Output);

    public double[] Gradient => _gradient ??= Elements(MapOutput.Gradient);

    public double[] Elements(MapOutput output) => Widen(Bytes[output], type);

    public double[] Reals(MapOutput output) => Widen(Bytes[output], type.Real());

    public long[] Integers(MapOutput output) => MemoryMarshal.Cast<byte, long>(Bytes[output]).ToArray();

    public int[] Indices => MemoryMarshal.Cast<byte, int>(Bytes[MapOutput.Indices]).ToArray();

    public RowStatus[] Status => MemoryMarshal.Cast<byte, RowStatus>(Bytes[MapOutput.Status]).ToArray();

    /// <summary>The outputs that differ in a bit, by name; empty where there are none. NaN payloads and signs are not results. <paramref name="row"/>: these bytes are that row of the other's.</summary>
    public string Difference(ProjectionRun other, int? row = null)
    {
        List<string> names = [];
        foreach ((MapOutput output, byte[] bytes) in Bytes)
        {
            if (!other.Bytes.TryGetValue(output, out byte[]? all))
                continue;
            byte[] theirs = row is { } i ? all[(i * bytes.Length)..((i + 1) * bytes.Length)] : all;
            if (!bytes.AsSpan().SequenceEqual(theirs) && FirstDifference(output, bytes, theirs) is { } text)
                names.Add(text);
        }
        return string.Join("; ", names);
    }

    private string? FirstDifference(MapOutput output, byte[] left, byte[] right)
    {
        if (output is MapOutput.SupportSize or MapOutput.Status or MapOutput.Mask or MapOutput.Metadata or MapOutput.RowOffsets or MapOutput.Indices)
            return $"{output} differs";
        ElementType stored = output is MapOutput.Output or MapOutput.Gradient or MapOutput.Compressed or MapOutput.SparseValues ? type : type.Real();
        double[] a = Widen(left, stored), b = Widen(right, stored);
        for (int i = 0; i < a.Length; i++)
        {
            bool same = BitConverter.DoubleToInt64Bits(a[i]) == BitConverter.DoubleToInt64Bits(b[i]) || (double.IsNaN(a[i]) && double.IsNaN(b[i]));
            if (!same)
                return $"{output}[{i}] {a[i]:R} and {b[i]:R}";
        }
        return null;
    }

    private static double[] Widen(byte[] bytes, ElementType stored)
    {
        int size = stored.Size();
        double[] values = new double[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = stored.Read(bytes.AsSpan(i * size));
        return values;
    }
}
