using System;

namespace Gibbs.Tests.Harness;

/// <summary>The four storage types, with the exact conversions that the tests need.</summary>
internal enum ElementType
{
    Float32,
    Float64,
    Float16,
    BFloat16,
}

internal static class ElementTypes
{
    public static readonly ElementType[] All = [ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16];

    public static int Size(this ElementType type) => type switch { ElementType.Float32 => 4, ElementType.Float64 => 8, _ => 2 };

    /// <summary>The arithmetic type: float64 for float64, float32 for the others.</summary>
    public static ElementType Real(this ElementType type) => type == ElementType.Float64 ? ElementType.Float64 : ElementType.Float32;

    public static double Largest(this ElementType type) => type switch
    {
        ElementType.Float32 => float.MaxValue,
        ElementType.Float64 => double.MaxValue,
        ElementType.Float16 => 65504,
        _ => (double)(float)BFloat16.FromBits(0x7F7F),
    };

    /// <summary>The nearest value of the type, ties to even, in one rounding; what is beyond the largest rounds to infinity as IEEE 754 says.</summary>
    public static double Round(this ElementType type, double value) => type switch
    {
        ElementType.Float32 => (float)value,
        ElementType.Float64 => value,
        ElementType.Float16 => (double)(Half)value,
        _ => (double)(float)RoundToBFloat16(value),
    };

    public static double Read(this ElementType type, ReadOnlySpan<byte> source) => type switch
    {
        ElementType.Float32 => BitConverter.ToSingle(source),
        ElementType.Float64 => BitConverter.ToDouble(source),
        ElementType.Float16 => (double)BitConverter.ToHalf(source),
        _ => (double)(float)BFloat16.FromBits(BitConverter.ToUInt16(source)),
    };

    /// <summary>Writes a value that the type holds exactly (or rounds it to the nearest).</summary>
    public static void Write(this ElementType type, Span<byte> destination, double value)
    {
        _ = type switch
        {
            ElementType.Float32 => BitConverter.TryWriteBytes(destination, (float)value),
            ElementType.Float64 => BitConverter.TryWriteBytes(destination, value),
            ElementType.Float16 => BitConverter.TryWriteBytes(destination, (Half)value),
            _ => BitConverter.TryWriteBytes(destination, RoundToBFloat16(value).Bits),
        };
    }

    /// <summary>The next value of the type in a direction (+1 or −1 ulp); infinities and NaN stay.</summary>
    public static double Step(this ElementType type, double value, int direction)
    {
        if (!double.IsFinite(value))
            return value;
        if (type == ElementType.Float64)
            return direction > 0 ? Math.BitIncrement(value) : Math.BitDecrement(value);
        if (type == ElementType.Float32)
            return direction > 0 ? MathF.BitIncrement((float)value) : MathF.BitDecrement((float)value);
        if (type == ElementType.Float16)
            return (double)(direction > 0 ? Half.BitIncrement((Half)value) : Half.BitDecrement((Half)value));
        // bfloat16 is the upper half of float32: order its bit patterns as signed magnitudes.
        int bits = RoundToBFloat16(value).Bits;
        int ordinal = (bits & 0x8000) != 0 ? -(bits & 0x7FFF) : bits;
        ordinal += direction;
        return (double)(float)BFloat16.FromBits((ushort)(ordinal < 0 ? 0x8000 | -ordinal : ordinal));
    }

    // Through float32 with round-to-odd, so that the second rounding is the only one.
    private static BFloat16 RoundToBFloat16(double value)
    {
        float near = (float)value;
        if (double.IsFinite(value) && near != value)
        {
            float toward = Math.Abs((double)near) > Math.Abs(value) ? (near > 0 ? MathF.BitDecrement(near) : MathF.BitIncrement(near)) : near;
            near = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(toward) | 1);
        }
        return (BFloat16)near;
    }
}
