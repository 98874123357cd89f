using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>Lanes merged to one by the tree of reductions, in a method of its own: within a kernel that spends what may be inlined the tree would be calls, more of them than the kernel has vectors.</summary>
internal static unsafe class LaneSum
{
    /// <summary>The sum; overwrites the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static double Of<TReal>(TReal* lanes)
        where TReal : unmanaged => Lanes.Sum(lanes);
}
