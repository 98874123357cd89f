using System;

namespace Gibbs;

/// <summary>Scalars of options are stored as differences from their documented defaults, bit by bit, so that <c>default</c> of the options holds the defaults.</summary>
internal static class DefaultedScalar
{
    /// <summary>The scalar that stored bits stand for.</summary>
    public static double Get(long bits, double defaultValue) => BitConverter.Int64BitsToDouble(bits ^ BitConverter.DoubleToInt64Bits(defaultValue));

    /// <summary>What to store for a scalar.</summary>
    public static long Set(double value, double defaultValue) => BitConverter.DoubleToInt64Bits(value) ^ BitConverter.DoubleToInt64Bits(defaultValue);
}
