using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Simd;

/// <summary>Scalar conversions between storage types, arithmetic types and double; the type tests are compile-time constants.</summary>
internal static class Real
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble<T>(T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return (float)(object)value;
        if (typeof(T) == typeof(double))
            return (double)(object)value;
        if (typeof(T) == typeof(Half))
            return (float)(Half)(object)value;
        return (float)(BFloat16)(object)value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T From<T>(double value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return (T)(object)(float)value;
        if (typeof(T) == typeof(double))
            return (T)(object)value;
        if (typeof(T) == typeof(Half))
            return (T)(object)(Half)(float)value;
        return (T)(object)(BFloat16)(float)value;
    }

    /// <summary>The largest finite value of the arithmetic type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Largest<TReal>()
        where TReal : unmanaged => typeof(TReal) == typeof(float) ? float.MaxValue : double.MaxValue;

    /// <summary>Rounded to the arithmetic type, infinities to the largest finite value: a coefficient times an exact 0 stays 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TReal Coefficient<TReal>(double value)
        where TReal : unmanaged => From<TReal>(Math.Clamp(value, -Largest<TReal>(), Largest<TReal>()));

    /// <summary>log(1 + x), accurate relative to itself (Kahan's correction); the framework's is not.</summary>
    public static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsInfinity(u) ? x : Math.Log(u) * x / (u - 1);
    }

    /// <summary>exp(x) − 1, accurate relative to itself (Kahan's correction); the framework's is not.</summary>
    public static double ExpM1(double x)
    {
        double u = Math.Exp(x);
        if (u == 1)
            return x;
        double v = u - 1;
        return v == -1 || double.IsInfinity(u) ? v : v * x / Math.Log(u);
    }
}
