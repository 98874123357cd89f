using System;
using System.Linq;

using Gibbs.Cpu;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Samples;

/// <summary>Where sample entropies are known exactly or break easily: equal samples, far ones, one point, none, ties, offsets, NaN.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class SampleCornerTests(string device)
{
    [Test]
    public void SameSamples_HaveDivergenceExactlyZero([Values(0, 1, 2, 3)] int type, [Values(1, 5, 130)] int rows)
    {
        double[][] x = SampleCase.Cloud((ElementType)type, new Random(rows), rows, 3, 1);
        SampleRun run = Run((ElementType)type, new() { Kind = SampleEntropyKind.CauchySchwarzDivergence, Bandwidth = 0.7 }, x, x);
        Assert.That(run.Value, Is.Zero);
        Assert.That(run.Gradient.Concat(run.OthersGradient).SelectMany(g => g), Is.All.Zero);
    }

    [Test]
    public void FarSamples_AreFinite([Values(0, 1)] int type)
    {
        // exp(−500000) is below every double, its logarithm is not.
        double[][] x = [[0.0], [0.0]], y = [[1000.0]];
        SampleRun run = Run((ElementType)type, new() { Kind = SampleEntropyKind.CauchySchwarzDivergence }, x, y);
        Assert.That(run.Value, Is.EqualTo(1e6).Within(1));
        Assert.That(run.OthersGradient[0][0], Is.EqualTo(2000).Within(0.01));
        Assert.That(run.Gradient.Sum(g => g[0]), Is.EqualTo(-2000).Within(0.01));

        SampleRun conditional = Run((ElementType)type, new() { Kind = SampleEntropyKind.ConditionalCauchySchwarz }, [[1000.0], [1000.0]], [[0.0], [0.0]], [[0.0], [5.0]]);
        Assert.That(conditional.Value, Is.EqualTo(1e6).Within(1));
        Assert.That(conditional.Gradient.Sum(g => g[0]), Is.EqualTo(2000).Within(0.01));
    }

    [Test]
    public void EqualPoints_HaveEntropyExactlyZero([Values(1, 3, 200)] int rows)
    {
        double[][] x = [.. Enumerable.Repeat(new[] { 3.25, -1.5 }, rows)];
        SampleRun renyi = Run(ElementType.Float32, default, x), kde = Run(ElementType.Float32, new() { Kind = SampleEntropyKind.KdeBound }, x);
        Assert.That(renyi.Value, Is.Zero.Within(1e-15));
        Assert.That(kde.Value, Is.Zero.Within(1e-15));
        Assert.That(renyi.Gradient.Concat(kde.Gradient).SelectMany(g => g), Is.All.Zero);
        SampleRun entries = Run(ElementType.Float32, new() { Kind = SampleEntropyKind.DiffusionEntries }, x);
        Assert.That(entries.Value, Is.EqualTo(2 * Math.Log(rows)).Within(1e-6), "uniform rows");
        SampleRun information = Run(ElementType.Float32, new() { Kind = SampleEntropyKind.CauchySchwarzInformation, Normalised = true }, x, x);
        Assert.That(information.Value, Is.Zero, "what does not vary holds no information");
        Assert.That(information.Gradient.SelectMany(g => g), Is.All.Zero);
    }

    [Test]
    public void ALargeOffset_ChangesNothing()
    {
        Random random = new(1);
        double[][] x = [.. Enumerable.Range(0, 70).Select(_ => Enumerable.Range(0, 5).Select(_ => random.Next(-64, 64) / 64.0).ToArray())];
        double[][] shifted = [.. x.Select(row => row.Select(v => v + 65536).ToArray())];
        SampleRun at = Run(ElementType.Float32, default, x), there = Run(ElementType.Float32, default, shifted);
        Assert.That(there.Value, Is.EqualTo(at.Value));
        Assert.That(there.Gradient, Is.EqualTo(at.Gradient));
    }

    [Test]
    public void NearestTiesGoToTheLowerRow_AndZeroDistanceIsInfinite()
    {
        double[][] x = [[0.0, 0.0]];
        double[][] buffer = [.. Enumerable.Range(0, 200).Select(j => new[] { j is 77 or 131 or 190 ? 1.0 : 2.0, 0.0 })];
        SampleEntropyOptions options = new() { Kind = SampleEntropyKind.NearestNeighbour };
        SampleRun run = Run(ElementType.Float32, options, x, buffer);
        Assert.That(run.Nearest[0], Is.EqualTo(77));
        Assert.That(run.Value, Is.EqualTo(-Math.Log(0.5)).Within(1e-7));
        Assert.That(run.Gradient[0][0], Is.EqualTo(2).Within(1e-6));
        buffer[150][0] = double.NaN;
        Assert.That(Run(ElementType.Float32, options, x, buffer).Nearest[0], Is.EqualTo(77), "a NaN is near to nothing");
        SampleRun inside = Run(ElementType.Float32, options, buffer[..3], buffer);
        Assert.That(inside.Value, Is.EqualTo(double.PositiveInfinity));
        Assert.That(inside.Gradient.SelectMany(g => g), Is.All.Zero);
    }

    [TestCaseSource(typeof(SampleEntropyTests), nameof(SampleEntropyTests.Kinds))]
    public void ANotANumber_ShowsInTheValue(SampleEntropyOptions options)
    {
        SampleCase c = SampleCase.Draw(ElementType.Float32, options, 70, 3, 140, 1);
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
        {
            c.Points[68][1] = bad;
            SampleRun run = SampleRunner.Run(device, c);
            Assert.That(run.Value, Is.NaN, $"{bad}");
            Assert.That(run.Gradient[68], Has.Some.NaN, $"{bad}");
        }
    }

    [TestCaseSource(typeof(SampleEntropyTests), nameof(SampleEntropyTests.Kinds))]
    public void NoPoints_HaveValueZero(SampleEntropyOptions options)
    {
        double value = 7;
        double[] gradient = [7, 7];
        double[] others = [1, 2];
        bool takesOthers = options.Kind is SampleEntropyKind.CauchySchwarzDivergence;
        if (device == "cpu")
        {
            SampleEntropyOutputs<double, double> outputs = default;
            SampleEntropyInputs<double> inputs = default;
            if (takesOthers)
            {
                outputs.OthersGradient = new(gradient, 2, 1);
                inputs.Others = new(others, 2, 1);
            }
            unsafe
            {
                double none = 0;
                value = SampleEntropy.Compute(new CommunityToolkit.HighPerformance.ReadOnlySpan2D<double>(&none, 0, 1, 0), outputs, options, inputs);
            }
        }
        else
        {
            CudaStream stream = TestDevices.Native().Stream;
            using DeviceBuffer<double> result = stream.Upload<double>([7]), y = stream.Upload<double>(others), dy = stream.Upload<double>(gradient);
            DeviceSampleEntropyOutputs<double, double> outputs = new() { Value = result };
            DeviceSampleEntropyInputs<double> inputs = default;
            if (takesOthers)
            {
                outputs.OthersGradient = dy.AsRows(2, 1);
                inputs.Others = y.AsRows(2, 1);
            }
            SampleEntropy.Compute(stream, new DeviceSpan2D<double>(0, 0, 1, 1), outputs, options, inputs);
            value = result.ToArray()[0];
            gradient = dy.ToArray();
        }
        Assert.That(value, Is.Zero);
        Assert.That(gradient, Is.All.EqualTo(takesOthers ? 0 : 7));
    }

    [TestCaseSource(typeof(SampleEntropyTests), nameof(SampleEntropyTests.Kinds))]
    public void BitsDoNotDependOnThreadsOrWidth(SampleEntropyOptions options)
    {
        SampleCase c = SampleCase.Draw(ElementType.Float32, options, 151, 21, 302, 3);
        SampleRun expected = SampleRunner.Run(device, c);
        if (device != "cpu")
        {
            Same(SampleRunner.Run(device, c, gap: 0), expected, "again, with another stride");
            return;
        }
        int threads = CpuThreads.Count;
        try
        {
            foreach (int bits in new[] { 128, 256, 512 })
            {
                foreach (int count in new[] { 1, 3 })
                {
                    (CpuSettings.ForcedVectorBits, CpuThreads.Count) = (bits, count);
                    Same(SampleRunner.Run(device, c, gap: bits % 3), expected, $"{bits} bits, {count} threads");
                }
            }
        }
        finally
        {
            (CpuSettings.ForcedVectorBits, CpuThreads.Count) = (0, threads);
        }
    }

    private static void Same(SampleRun run, SampleRun expected, string what)
    {
        Assert.That(run.Value, Is.EqualTo(expected.Value), what);
        Assert.That(run.Gradient, Is.EqualTo(expected.Gradient), what);
        Assert.That(run.OthersGradient, Is.EqualTo(expected.OthersGradient), what);
        Assert.That(run.ConditionsGradient, Is.EqualTo(expected.ConditionsGradient), what);
        Assert.That(run.RowValues, Is.EqualTo(expected.RowValues), what);
    }

    private SampleRun Run(ElementType type, SampleEntropyOptions options, double[][] points, double[][]? others = null, double[][]? conditions = null) =>
        SampleRunner.Run(device, new(type, options, points, others ?? [], conditions ?? []));
}
