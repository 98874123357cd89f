using System;

namespace Gibbs.Cpu.Projections;

/// <summary>Masks over many tensors on the CPU.</summary>
internal static unsafe class CpuGlobalMask
{
    public static double KeepLargest<T>(ReadOnlySpan<MaskTensor<T>> tensors, long count, MaskScore score)
        where T : unmanaged => throw new NotImplementedException();
}
