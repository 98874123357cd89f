using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections.Masks;

/// <summary>The k largest scores over many tensors, against a stable sort: ties to the lower tensor, then the lower index, a NaN last.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class GlobalMaskTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    [Test]
    public void AgainstSorting([ValueSource(nameof(s_types))] int type, [Values] MaskScore score)
    {
        for (int id = 0; id < (device == "cpu" ? 60 : 8); id++)
        {
            Random random = new(id);
            ElementType t = (ElementType)type;
            double[][] weights = [.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Values(t, random.Next(6) == 0 ? 0 : 1 + random.Next(device == "cpu" ? 3000 : 300), random, id))];
            double[][] other = [.. weights.Select(w => Values(t, w.Length, random, id + 1))];
            long total = weights.Sum(w => w.Length), count = random.Next(6) switch { 0 => 0, 1 => total, 2 => GlobalMask.CountOf(0.9, total), _ => random.NextInt64(total + 1) };
            Check(t, weights, other, score, count, id);
        }
    }

    [Test]
    public void ManyEqualScores([ValueSource(nameof(s_types))] int type)
    {
        double[][] weights = [new double[700], [.. Enumerable.Range(0, 900).Select(i => i % 2 == 0 ? 1.0 : -1.0)], new double[300]];
        foreach (long count in new long[] { 1, 449, 450, 899, 900, 901, 1601, 1900 })
            Check((ElementType)type, weights, weights, MaskScore.Magnitude, count, 0);
    }

    [Test]
    public void OneLargeTensor()
    {
        int n = device == "cpu" ? 1 << 20 : 1 << 14;
        double[][] weights = [Cases.Fill(ElementType.Float32, 1, n, (_, j) => Cases.Noise(3, j))];
        Check(ElementType.Float32, weights, weights, MaskScore.Magnitude, n / 10, 0);
    }

    private static double[] Values(ElementType type, int length, Random random, int id)
    {
        double[] values = new double[length];
        for (int j = 0; j < length; j++)
        {
            values[j] = type.Round(random.Next(40) switch
            {
                0 => double.NaN,
                1 => 0.0,
                2 => -0.0,
                3 => double.PositiveInfinity,
                4 => double.NegativeInfinity,
                5 => 1e-7,
                _ => id % 3 == 0 ? random.Next(-4, 5) : (random.NextDouble() * 4) - 2,
            });
        }
        return values;
    }

    // In the arithmetic type; a NaN below everything, the sign of a zero no difference.
    private static double Key(ElementType type, MaskScore score, double w, double o)
    {
        double Real(double value) => type.Real().Round(value);
        double value = score switch { MaskScore.Magnitude => Math.Abs(w), MaskScore.SignalToNoise => Math.Abs(Real(w / o)), MaskScore.Sensitivity => Math.Abs(Real(w * o)), _ => o };
        return value == 0 ? 0 : value;
    }

    private void Check(ElementType type, double[][] weights, double[][] other, MaskScore score, long count, int id)
    {
        List<(int Tensor, int Index, double Key)> entries = [];
        for (int t = 0; t < weights.Length; t++)
        {
            for (int i = 0; i < weights[t].Length; i++)
                entries.Add((t, i, Key(type, score, weights[t][i], other[t][i])));
        }
        List<(int Tensor, int Index, double Key)> kept = [.. entries.OrderBy(e => double.IsNaN(e.Key)).ThenByDescending(e => e.Key).Take((int)count)];
        bool[][] expected = [.. weights.Select(w => new bool[w.Length])];
        foreach ((int tensor, int index, _) in kept)
            expected[tensor][index] = true;
        (byte[][] mask, double[][] masked, double threshold) = GlobalMaskRunner.Run(device, type, weights, other, score, count);
        for (int t = 0; t < weights.Length; t++)
        {
            for (int i = 0; i < weights[t].Length; i++)
            {
                if (mask[t][i] != (expected[t][i] ? 1 : 0))
                    Assert.Fail($"{device} {type} {score} id {id}, {count} of {entries.Count}: mask[{t}][{i}] is {mask[t][i]}, weight {weights[t][i]:R}, other {other[t][i]:R}");
                double value = expected[t][i] ? weights[t][i] : 0;
                if (BitConverter.DoubleToInt64Bits(masked[t][i]) != BitConverter.DoubleToInt64Bits(value) && !(double.IsNaN(masked[t][i]) && double.IsNaN(value)))
                    Assert.Fail($"{device} {type} {score} id {id}: masked[{t}][{i}] is {masked[t][i]:R}, expected {value:R}");
            }
        }
        double least = kept.Count == 0 ? double.PositiveInfinity : kept[^1].Key;
        Assert.That(threshold, Is.EqualTo(least), $"threshold, {device} {type} {score} id {id}, {count} of {entries.Count}");
    }
}
