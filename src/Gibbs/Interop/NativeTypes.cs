using System;

namespace Gibbs.Interop;

/// <summary>From .NET's element types to those of gibbs.h; the type tests are compile-time constants.</summary>
internal static class NativeTypes
{
    /// <summary>The storage type of float, double, Half and BFloat16.</summary>
    public static gibbs_type Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return gibbs_type.GIBBS_FLOAT32;
        if (typeof(T) == typeof(double))
            return gibbs_type.GIBBS_FLOAT64;
        return typeof(T) == typeof(Half) ? gibbs_type.GIBBS_FLOAT16 : gibbs_type.GIBBS_BFLOAT16;
    }

    /// <summary>That of hard targets; with no rows there is nothing to miss: empty targets count as hard ones.</summary>
    public static gibbs_target_type OfTargets(DeviceTargetSpan targets, long rows)
    {
        if (targets.Length == 0 && rows > 0)
            return gibbs_target_type.GIBBS_TARGETS_NONE;
        return targets.ElementBytes == sizeof(int) ? gibbs_target_type.GIBBS_TARGETS_INT32 : gibbs_target_type.GIBBS_TARGETS_INT64;
    }
}
