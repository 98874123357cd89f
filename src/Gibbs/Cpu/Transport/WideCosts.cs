using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>A matrix of costs of fewer than 64 bits, read as doubles: exactly, so that no result depends on the machine's vectors.</summary>
internal readonly unsafe struct WideCosts<T>(T* costs, nint strideBytes) : ICostTiles<double>
    where T : unmanaged
{
    public double* Tile(long row, int start, int count, double* scratch)
    {
        T* source = (T*)((byte*)costs + ((nint)row * strideBytes)) + start;
        if (typeof(T) == typeof(float))
        {
            Widen((float*)source, scratch, count);
        }
        else
        {
            // The upper half of the scratch is widened into the whole of it, from its start.
            float* floats = (float*)scratch + count;
            RowSource<T, float, SimdVector128<float>>.Widen(source, floats, count);
            Widen(floats, scratch, count);
        }

        new Span<double>(scratch + count, CostLanes.Padded<double>(count) - count).Fill(double.PositiveInfinity);
        return scratch;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(float* source, double* destination, int count)
    {
        int j = 0;
        for (; j <= count - Vector<float>.Count; j += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(source + j), out Vector<double> low, out Vector<double> high);
            low.Store(destination + j);
            high.Store(destination + j + Vector<double>.Count);
        }

        for (; j < count; j++)
            destination[j] = source[j];
    }
}
