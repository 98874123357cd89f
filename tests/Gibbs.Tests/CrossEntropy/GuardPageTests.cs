using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>
/// Rows that begin or end where memory does: nothing outside them is read or written. A defect ends the process, which no runner overlooks. Under emulation the
/// sanitizer says the same with a message.
/// </summary>
[TestFixture]
[Category("Cpu")]
public sealed unsafe class GuardPageTests
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly int[] s_columns = [1, 2, 3, 7, 15, 16, 17, 31, 33, 63, 65, 127, 129, 1023, 1025, 2047, 2049, 5001];

    private delegate void Call<T, TReal>(ReadOnlySpan2D<T> logits, TargetSpan targets, in CrossEntropyOutputs<T, TReal> outputs, in CrossEntropyOptions options, in CrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    [Test]
    public void NothingOutsideTheRows([ValueSource(nameof(s_types))] int t, [Values(128, 256, 512)] int bits)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("protects pages as Linux does");
        try
        {
            Gibbs.Cpu.CpuSettings.ForcedVectorBits = bits;
            foreach (bool streaming in new[] { false, true })
            {
                Gibbs.Cpu.CpuSettings.ForcedStreaming = streaming;
                foreach (int columns in s_columns)
                {
                    switch ((ElementType)t)
                    {
                        case ElementType.Float32:
                            Run<float, float>(columns, (l, y, in o, in p, in i) => SoftmaxCrossEntropy.Compute(l, y, o, p, i));
                            break;
                        case ElementType.Float64:
                            Run<double, double>(columns, (l, y, in o, in p, in i) => SoftmaxCrossEntropy.Compute(l, y, o, p, i));
                            break;
                        case ElementType.Float16:
                            Run<Half, float>(columns, (l, y, in o, in p, in i) => SoftmaxCrossEntropy.Compute(l, y, o, p, i));
                            break;
                        default:
                            Run<BFloat16, float>(columns, (l, y, in o, in p, in i) => SoftmaxCrossEntropy.Compute(l, y, o, p, i));
                            break;
                    }
                }
            }
        }
        finally
        {
            Gibbs.Cpu.CpuSettings.ForcedVectorBits = 0;
            Gibbs.Cpu.CpuSettings.ForcedStreaming = null;
        }
    }

    private static void Run<T, TReal>(int columns, Call<T, TReal> call)
        where T : unmanaged
        where TReal : unmanaged
    {
        const int rows = 2;
        int bytes = rows * columns * sizeof(T), weightBytes = columns * sizeof(TReal);
        using GuardedPages logits = new(bytes), gradient = new(bytes), soft = new(bytes), weights = new(weightBytes);
        foreach (bool last in new[] { true, false })
        {
            ReadOnlySpan2D<T> z = new((void*)(last ? logits.Last(bytes) : logits.First), rows, columns, 0), q = new((void*)(last ? soft.Last(bytes) : soft.First), rows, columns, 0);
            Span2D<T> dz = new((void*)(last ? gradient.Last(bytes) : gradient.First), rows, columns, 0);
            ReadOnlySpan<TReal> w = new((void*)(last ? weights.Last(weightBytes) : weights.First), columns);
            CrossEntropyOptions options = new() { LabelSmoothing = 0.1, EntropyWeight = 0.1, MaxSuppression = 0.1 };
            call(z, new int[rows], new() { Gradient = dz, Losses = new TReal[rows], Entropy = new TReal[rows] }, options, new() { ClassWeights = w });
            call(z, default, new() { Gradient = dz, Losses = new TReal[rows] }, default, new() { SoftTargets = q, ClassWeights = w });
            call(z, new int[rows], new() { Argmax = new long[rows], Rank = new long[rows] }, default, default);
        }
    }
}
