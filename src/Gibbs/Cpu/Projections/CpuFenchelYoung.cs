using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cpu.Projections;

/// <summary>Fenchel-Young losses on spans: checks, pins, shares rows out to the worker team, reduces.</summary>
internal static unsafe class CpuFenchelYoung
{
    public static CrossEntropyResult Compute<T, TReal>(ReadOnlySpan2D<T> logits, TargetSpan targets, in FenchelYoungOutputs<T, TReal> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => throw new NotImplementedException();
}
