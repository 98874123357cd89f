using System;

using Gibbs.Cpu.Decoding;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Uniform directions: normal coordinates Φ⁻¹((w + ½)/2³²) of Philox words, divided by their norm. The same bits on the device but for its logarithm's rounding.</summary>
internal static class SliceDirections
{
    /// <summary>Direction of a slice, to d coordinates.</summary>
    public static void Draw<TReal>(Span<TReal> direction, long slice, ulong seed)
        where TReal : unmanaged
    {
        double squares = 0;
        for (int k = 0; k < direction.Length; k++)
            squares += Coordinate(k, slice, seed) * Coordinate(k, slice, seed);
        double inverse = 1 / Math.Sqrt(squares);
        for (int k = 0; k < direction.Length; k++)
            direction[k] = Real.From<TReal>(Coordinate(k, slice, seed) * inverse);
    }

    private static double Coordinate(int k, long slice, ulong seed)
    {
        (uint a, uint b, uint c, uint d) = Philox.Words((uint)k / 4, (uint)slice, (uint)(slice >> 32), 0, seed);
        uint word = (k & 3) switch { 0 => a, 1 => b, 2 => c, _ => d };
        return NormalQuantile.Of((word + 0.5) / 4294967296.0);
    }
}
