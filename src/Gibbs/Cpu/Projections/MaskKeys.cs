using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Projections;

/// <summary>A score from an entry and what stands beside it, in float for types up to 32 bits.</summary>
internal interface IMaskScore
{
    static abstract bool TakesWeights { get; }

    static abstract bool TakesOther { get; }

    static abstract float Of(float w, float other);

    static abstract double Of(double w, double other);
}

/// <summary>|w|.</summary>
internal readonly struct MagnitudeScore : IMaskScore
{
    public static bool TakesWeights => true;

    public static bool TakesOther => false;

    public static float Of(float w, float other) => MathF.Abs(w);

    public static double Of(double w, double other) => Math.Abs(w);
}

/// <summary>|w/σ|; 0/0 is NaN.</summary>
internal readonly struct SignalToNoiseScore : IMaskScore
{
    public static bool TakesWeights => true;

    public static bool TakesOther => true;

    public static float Of(float w, float other) => MathF.Abs(w / other);

    public static double Of(double w, double other) => Math.Abs(w / other);
}

/// <summary>|w·g|.</summary>
internal readonly struct SensitivityScore : IMaskScore
{
    public static bool TakesWeights => true;

    public static bool TakesOther => true;

    public static float Of(float w, float other) => MathF.Abs(w * other);

    public static double Of(double w, double other) => Math.Abs(w * other);
}

/// <summary>The other array itself.</summary>
internal readonly struct GivenScore : IMaskScore
{
    public static bool TakesWeights => false;

    public static bool TakesOther => true;

    public static float Of(float w, float other) => other;

    public static double Of(double w, double other) => other;
}

/// <summary>Scores as unsigned integers in the same order: NaN is 0, the least; −0 and +0 are equal.</summary>
internal static class MaskKeys
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(float score)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return float.IsNaN(score) ? 0 : bits ^ ((uint)((int)bits >> 31) | 0x80000000);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(double score)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(score + 0.0);
        return double.IsNaN(score) ? 0 : bits ^ ((ulong)((long)bits >> 63) | 0x8000000000000000);
    }

    /// <summary>The score that has this key.</summary>
    public static double Score(ulong key, bool isDouble)
    {
        if (key == 0)
            return double.NaN;
        if (isDouble)
            return BitConverter.UInt64BitsToDouble(key >= 0x8000000000000000 ? key ^ 0x8000000000000000 : ~key);
        return BitConverter.UInt32BitsToSingle(key >= 0x80000000 ? (uint)key ^ 0x80000000 : ~(uint)key);
    }
}
