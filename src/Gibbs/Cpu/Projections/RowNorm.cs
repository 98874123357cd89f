using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>‖x‖₂ = Value·2^Exponent, rounded about once in double, for entries of any size; NaN or +∞ where an entry is.</summary>
internal readonly unsafe struct RowNorm
{
    private RowNorm(double value, int exponent)
    {
        Value = value;
        Exponent = exponent;
    }

    public double Value { get; }

    /// <summary>0 for norms of ordinary size.</summary>
    public int Exponent { get; }

    /// <summary>2^−Exponent: entries times this are of ordinary size.</summary>
    public double Scale => Exponent == 0 ? 1 : Math.ScaleB(1, -Exponent);

    /// <summary>As a double, which may overflow.</summary>
    public double Magnitude => Exponent == 0 ? Value : Math.ScaleB(Value, Exponent);

    /// <summary>The status that the entries give the row.</summary>
    public RowStatus Status => double.IsFinite(Value) ? RowStatus.Ok : double.IsNaN(Value) ? RowStatus.NotANumber : RowStatus.PlusInfinity;

    /// <summary>⌊log₂‖x‖⌋ of a norm that is not 0.</summary>
    public int BinaryExponent => Math.ILogB(Value) + Exponent;

    /// <summary>The norms of a row's groups, and the status that they give the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowStatus OfGroups<T, TReal, TVector>(in ProjectionJob<T, TReal> job, T* x, RowNorm* norms)
        where T : unmanaged
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        RowStatus status = RowStatus.Ok;
        for (int group = 0; group < job.GroupCount; group++)
        {
            int start = job.GroupBegin(group);
            norms[group] = Of<T, TReal, TVector>(x + start, job.GroupEnd(group) - start);
            RowStatus own = norms[group].Status;
            if (own != RowStatus.Ok && status != RowStatus.NotANumber)
                status = own;
        }

        return status;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowNorm Of<T, TReal, TVector>(T* x, int count)
        where T : unmanaged
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        if (count == 1)
            return new(Math.Abs(Real.ToDouble(x[0])), 0);
        if (typeof(TReal) == typeof(double) || count >= RowDot<T, TReal, TVector>.Short)
            return OfAnySize<T, TReal, TVector>(x, count);

        // Squares of floats are exact in double, and keep its range.
        double squares = 0;
        for (int j = 0; j < count; j++)
        {
            double value = Real.ToDouble(x[j]);
            squares += value * value;
        }

        return new(Math.Sqrt(squares), 0);
    }

    private static RowNorm OfAnySize<T, TReal, TVector>(T* x, int count)
        where T : unmanaged
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        // Squares above this have lost nothing that counts to underflow.
        double least = typeof(TReal) == typeof(float) ? 8.3e-25 : 1e-270;
        TwoSum squares = RowDot<T, TReal, TVector>.Of(x, x, count);
        if (squares.Rounded >= least && double.IsFinite(squares.Rounded))
            return new(squares.SquareRoot(), 0);

        double largest = 0;
        bool hasNaN = false;
        for (int j = 0; j < count; j++)
        {
            double magnitude = Math.Abs(Real.ToDouble(x[j]));
            hasNaN |= double.IsNaN(magnitude);
            largest = magnitude > largest ? magnitude : largest;
        }

        if (hasNaN || largest == 0 || double.IsInfinity(largest))
            return new(hasNaN ? double.NaN : largest, 0);

        // 2^−exponent must be a number of the arithmetic type.
        int lowest = typeof(TReal) == typeof(float) ? -126 : -1022;
        int exponent = Math.Max(Math.ILogB(largest), lowest);
        double scale = Math.ScaleB(1, -exponent);
        return new(RowDot<T, TReal, TVector>.Of(x, x, count, scale, scale).SquareRoot(), exponent);
    }
}
