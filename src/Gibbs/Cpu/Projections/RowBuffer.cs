using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Rows as doubles: widened exactly, narrowed with one rounding.</summary>
internal static unsafe class RowBuffer
{
    /// <summary>destination[j] = source[j]; returns Ok, or PlusInfinity where an entry is infinite, or NotANumber where one is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowStatus Widen<T>(T* source, double* destination, int count)
        where T : unmanaged
    {
        RowStatus status = RowStatus.Ok;
        for (int j = 0; j < count; j++)
        {
            double value = Real.ToDouble(source[j]);
            destination[j] = value;
            if (!double.IsFinite(value) && status != RowStatus.NotANumber)
                status = double.IsNaN(value) ? RowStatus.NotANumber : RowStatus.PlusInfinity;
        }

        return status;
    }

    /// <summary>destination[j] = source[j], rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<T>(double* source, T* destination, int count)
        where T : unmanaged
    {
        for (int j = 0; j < count; j++)
            destination[j] = Real.From<T>(source[j]);
    }

    /// <summary>Whether a row of results holds a NaN: such a row has no result anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool HasNaN<T>(T* values, int count)
        where T : unmanaged
    {
        for (int j = 0; j < count; j++)
        {
            if (double.IsNaN(Real.ToDouble(values[j])))
                return true;
        }

        return false;
    }
}
