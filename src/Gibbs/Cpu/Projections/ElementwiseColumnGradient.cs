using System;

namespace Gibbs.Cpu.Projections;

/// <summary>Gradients by column parameters: sums over rows, columns [begin, end) at a time.</summary>
internal static unsafe class ElementwiseColumnGradient<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public static void Run(void* context, long begin, long end) => throw new NotImplementedException();
}
