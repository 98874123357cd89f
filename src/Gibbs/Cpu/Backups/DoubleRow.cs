using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>Rows that are worked on in double, whatever their storage: values of a backup are differences of large numbers. Arrays are padded to whole blocks of lanes by their users.</summary>
internal static unsafe class DoubleRow
{
    /// <summary>destination_j = sign·source_j, exactly; NotANumber, PlusInfinity (of the destination) or Ok.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowStatus Load<T>(T* source, double* destination, int count, double sign = 1)
        where T : unmanaged
    {
        bool numbers = true, bounded = true;
        for (int j = 0; j < count; j++)
        {
            double value = sign * Real.ToDouble(source[j]);
            destination[j] = value;
            numbers &= !double.IsNaN(value);
            bounded &= value != double.PositiveInfinity;
        }

        return !numbers ? RowStatus.NotANumber : bounded ? RowStatus.Ok : RowStatus.PlusInfinity;
    }

    /// <summary>The status of two rows together.</summary>
    public static RowStatus Worse(RowStatus a, RowStatus b) =>
        a == RowStatus.NotANumber || b == RowStatus.NotANumber ? RowStatus.NotANumber
        : a == RowStatus.PlusInfinity || b == RowStatus.PlusInfinity ? RowStatus.PlusInfinity
        : RowStatus.Ok;

    /// <summary>Fills what pads a row to whole blocks.</summary>
    public static void Pad(double* values, int count, int padded, double padding) => new Span<double>(values + count, padded - count).Fill(padding);

    /// <summary>destination_j = source_j, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store<T>(double* source, T* destination, int count)
        where T : unmanaged
    {
        for (int j = 0; j < count; j++)
            destination[j] = Real.From<T>(source[j]);
    }

    /// <summary>All of a row, where there is one.</summary>
    public static void Fill<T>(T* destination, int count, double value)
        where T : unmanaged
    {
        if (destination != null)
            new Span<T>(destination, count).Fill(Real.From<T>(value));
    }

    /// <summary>One number of a row, where it is asked for.</summary>
    public static void Set<TReal>(TReal* destination, long row, double value)
        where TReal : unmanaged
    {
        if (destination != null)
            destination[row] = Real.From<TReal>(value);
    }

    /// <summary>A row's own number, or the one for all.</summary>
    public static double Get<TReal>(TReal* source, long row, double otherwise)
        where TReal : unmanaged => source == null ? otherwise : Real.ToDouble(source[row]);
}
