using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>A row of reals on its way to storage.</summary>
internal static unsafe class RealRow<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Entries [start, stop), rounded to storage, past the caches where asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(TReal* source, T* destination, int start, int stop, bool streaming)
    {
        if (typeof(T) != typeof(TReal))
        {
            RowSource<T, TReal, TVector>.Narrow(source + start, destination + start, stop - start);
            return;
        }

        TReal* to = (TReal*)destination;
        int j = start;
        if (streaming)
        {
            for (; j < stop && ((nint)(to + j) & ((TVector.Count * sizeof(TReal)) - 1)) != 0; j++)
                to[j] = source[j];
            for (; j <= stop - TVector.Count; j += TVector.Count)
                TVector.StoreStreaming(to + j, TVector.Load(source + j));
        }

        Unsafe.CopyBlockUnaligned(to + j, source + j, (uint)((stop - j) * sizeof(TReal)));
    }
}
