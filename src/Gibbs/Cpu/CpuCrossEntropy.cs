using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cpu;

internal static class CpuCrossEntropy
{
    public static CrossEntropyResult Compute<T, TReal>(ReadOnlySpan2D<T> logits, TargetSpan targets, in CrossEntropyOutputs<T, TReal> outputs, in CrossEntropyOptions options, in CrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => throw new NotSupportedException();

    public static void Gradient<T, TReal>(ReadOnlySpan2D<T> logits, TargetSpan targets, ReadOnlySpan<RowStatistics<TReal>> statistics, ReadOnlySpan<TReal> upstream, Span2D<T> gradient, in CrossEntropyOptions options, in CrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => throw new NotSupportedException();
}
