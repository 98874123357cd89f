using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Projections;

/// <summary>A sum of doubles with what its roundings left out: Value + Rest, about twice the precision (Knuth, 1969; Ogita, Rump and Oishi, 2005).</summary>
internal struct TwoSum
{
    public double Value;
    public double Rest;

    /// <summary>The sum, rounded once.</summary>
    public readonly double Rounded => Value + Rest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double term)
    {
        double sum = Value + term;
        double added = sum - Value;
        Rest += (Value - (sum - added)) + (term - added);
        Value = sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in TwoSum other)
    {
        Add(other.Value);
        Rest += other.Rest;
    }

    /// <summary>Adds left·right, the product's rounding included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(double left, double right)
    {
        double product = left * right;
        Add(product);
        Rest += Math.FusedMultiplyAdd(left, right, -product);
    }

    /// <summary>The sum over a divisor, rounded about once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Over(double divisor)
    {
        double quotient = Value / divisor;
        return quotient + ((Math.FusedMultiplyAdd(-quotient, divisor, Value) + Rest) / divisor);
    }

    /// <summary>Its square root, rounded about once.</summary>
    public readonly double SquareRoot()
    {
        double root = Math.Sqrt(Value);
        return root == 0 ? 0 : root + ((Math.FusedMultiplyAdd(-root, root, Value) + Rest) / (2 * root));
    }
}
