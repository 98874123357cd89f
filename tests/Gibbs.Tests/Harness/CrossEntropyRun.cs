using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Gibbs.Tests.Harness;

/// <summary>What a call wrote, as bytes without padding, and what it touched and should not have.</summary>
internal sealed class CrossEntropyRun
{
    private readonly ElementType _type;

    public CrossEntropyRun(ElementType type) => _type = type;

    /// <summary>Row outputs and the gradient, packed; the reduced scalars as one double or int64 each.</summary>
    public Dictionary<Output, byte[]> Bytes { get; } = [];

    public List<string> Violations { get; } = [];

    public double Loss => BitConverter.ToDouble(Bytes[Output.Loss]);

    public double NormaliserUsed => BitConverter.ToDouble(Bytes[Output.NormaliserUsed]);

    public long ValidRows => BitConverter.ToInt64(Bytes[Output.ValidRows]);

    public bool Has(Output output) => Bytes.ContainsKey(output);

    public double[] Reals(Output output) => Widen(Bytes[output], _type.Real());

    public double[] Gradient() => Widen(Bytes[Output.Gradient], _type);

    public long[] Integers(Output output) => MemoryMarshal.Cast<byte, long>(Bytes[output]).ToArray();

    public RowStatus[] Status() => MemoryMarshal.Cast<byte, RowStatus>(Bytes[Output.Status]).ToArray();

    /// <summary>Statistics with the reals widened.</summary>
    public RowStatistics<double>[] Statistics()
    {
        if (_type == ElementType.Float64)
            return MemoryMarshal.Cast<byte, RowStatistics<double>>(Bytes[Output.Statistics]).ToArray();
        RowStatistics<float>[] narrow = MemoryMarshal.Cast<byte, RowStatistics<float>>(Bytes[Output.Statistics]).ToArray();
        return Array.ConvertAll(narrow, s => new RowStatistics<double>(s.Maximum, s.LogSum, s.MeanOffset, s.TargetMass, s.Argmax, s.Unmasked));
    }

    /// <summary>The outputs that differ in a bit, by name; empty where there are none. NaN payloads and signs are not results.</summary>
    public string Difference(CrossEntropyRun other)
    {
        List<string> names = [];
        foreach ((Output output, byte[] bytes) in Bytes)
        {
            if (!bytes.AsSpan().SequenceEqual(other.Bytes[output]) && FirstDifference(output, bytes, other.Bytes[output]) is { } text)
                names.Add(text);
        }
        return string.Join("; ", names);
    }

    private string? FirstDifference(Output output, byte[] left, byte[] right)
    {
        if (output is Output.Argmax or Output.Rank or Output.Status or Output.ValidRows)
            return $"{output} differs";
        ElementType type = output switch
        {
            Output.Gradient => _type,
            Output.Loss or Output.NormaliserUsed => ElementType.Float64,
            _ => _type.Real(),
        };
        double[] a = Widen(left, type), b = Widen(right, type);
        for (int i = 0; i < a.Length; i++)
        {
            bool same = BitConverter.DoubleToInt64Bits(a[i]) == BitConverter.DoubleToInt64Bits(b[i]) || (double.IsNaN(a[i]) && double.IsNaN(b[i]));
            if (!same)
                return $"{output}[{i}] {a[i]:R} and {b[i]:R}";
        }
        return null;
    }

    private static double[] Widen(byte[] bytes, ElementType type)
    {
        int size = type.Size();
        double[] values = new double[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = type.Read(bytes.AsSpan(i * size));
        return values;
    }
}
