using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

internal static unsafe class L1InfRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end) => throw new NotImplementedException();

    public static void Gradient(void* context, long begin, long end) => throw new NotImplementedException();
}
