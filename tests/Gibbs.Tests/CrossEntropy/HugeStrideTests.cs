using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>
/// Item 9: row offsets at and beyond 2³¹ and 2³² elements, by a few short rows with a huge stride over reserved memory. On spans the stride is an int, so the last of
/// four rows reaches 3·(2³¹ − 1) elements; on an emulated device any 64-bit stride goes. On a GPU the memory would have to be real: left out there.
/// </summary>
[TestFixture]
public sealed unsafe class HugeStrideTests
{
    private const int Columns = 37;
    private const int Rows = 4;

    private static readonly long[] s_spanStrides = [(1L << 31) - 1, 1L << 30, ((1L << 31) + 8) / 3, ((1L << 32) + 8) / 3];
    private static readonly long[] s_deviceStrides = [(1L << 31) - 1, 1L << 31, (1L << 31) + 8, 1L << 32, (1L << 32) + 8];

    [Test]
    [Category("Cpu")]
    public void Spans([ValueSource(nameof(s_spanStrides))] long stride, [Values] bool inPlace)
    {
        OnLinux();
        using ReservedMemory logits = Logits(stride), gradient = new(Bytes(stride));
        nint target = inPlace ? logits.Address : gradient.Address;
        double[] expected = Expected(out double[] expectedLosses);
        float[] actualLosses = new float[Rows];
        int pitch = checked((int)(stride - Columns));
        ReadOnlySpan2D<BFloat16> z = new((void*)logits.Address, Rows, Columns, pitch);
        Span2D<BFloat16> dz = new((void*)target, Rows, Columns, pitch);
        SoftmaxCrossEntropy.Compute(z, Targets, new() { Losses = actualLosses, Gradient = dz }, new() { Reduction = Reduction.Sum });
        Check(target, stride, expected, expectedLosses, actualLosses);
        if (inPlace)
            return;
        // The form from statistics goes its own way through the rows.
        RowStatistics<float>[] statistics = new RowStatistics<float>[Rows];
        SoftmaxCrossEntropy.Compute(z, Targets, new() { Statistics = statistics });
        for (int i = 0; i < Rows; i++)
            gradient.Span<BFloat16>(i * stride, Columns).Clear();
        SoftmaxCrossEntropy.Gradient(z, Targets, statistics, [1f], dz, new() { Reduction = Reduction.Sum });
        Check(target, stride, expected, expectedLosses, actualLosses);
    }

    [Test]
    [Category("Native")]
    public void EmulatedDevice([ValueSource(nameof(s_deviceStrides))] long stride, [Values] bool inPlace)
    {
        OnLinux();
        CudaStream stream = TestDevices.Native().Stream;
        if (!stream.Device.IsEmulated)
            Assert.Ignore("wraps host memory: only on the emulated device");
        using ReservedMemory logits = Logits(stride), gradient = new(Bytes(stride));
        nint target = inPlace ? logits.Address : gradient.Address;
        double[] expected = Expected(out double[] expectedLosses);
        using DeviceBuffer<long> targets = stream.Upload<long>(Targets);
        using DeviceBuffer<float> losses = stream.Allocate<float>(Rows);
        DeviceSpan2D<BFloat16> z = new(logits.Address, Rows, Columns, stride), dz = new(target, Rows, Columns, stride);
        SoftmaxCrossEntropy.Compute(stream, z, targets, new() { Losses = losses, Gradient = dz }, new() { Reduction = Reduction.Sum });
        stream.Synchronize();
        Check(target, stride, expected, expectedLosses, losses.ToArray());
    }

    private static long[] Targets => [1, 36, 5, 0];

    private static void OnLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("reserves memory as Linux does");
    }

    private static long Bytes(long stride) => (((Rows - 1) * stride) + Columns) * sizeof(ushort);

    private static ReservedMemory Logits(long stride)
    {
        ReservedMemory memory = new(Bytes(stride));
        for (int i = 0; i < Rows; i++)
        {
            Span<BFloat16> row = memory.Span<BFloat16>(i * stride, Columns);
            for (int j = 0; j < Columns; j++)
                row[j] = (BFloat16)(float)ElementType.BFloat16.Round(Cases.Noise(i, j));
        }
        return memory;
    }

    private static double[] Expected(out double[] losses)
    {
        CrossEntropyCase c = Cases.Hard(ElementType.BFloat16, Columns, Cases.Noise, Targets);
        ReferenceBatch batch = ReferenceBatch.Compute(c.ToProblem());
        losses = Array.ConvertAll(batch.Rows, r => r.Loss);
        double[] gradient = new double[Rows * Columns];
        for (int k = 0; k < gradient.Length; k++)
            gradient[k] = batch.Gradient(k / Columns, k % Columns);
        return gradient;
    }

    private static void Check(nint gradient, long stride, double[] expected, double[] expectedLosses, float[] losses)
    {
        for (int i = 0; i < Rows; i++)
        {
            Assert.That(losses[i], Is.EqualTo(expectedLosses[i]).Within(1e-5));
            ReadOnlySpan<BFloat16> row = new((BFloat16*)gradient + (i * stride), Columns);
            for (int j = 0; j < Columns; j++)
            {
                double exact = expected[(i * Columns) + j], actual = (float)row[j];
                Assert.That(actual, Is.EqualTo(exact).Within((Math.Abs(exact) * Math.ScaleB(1, -7)) + 1e-6), $"gradient [{i}, {j}], stride {stride}");
            }
        }
    }
}
