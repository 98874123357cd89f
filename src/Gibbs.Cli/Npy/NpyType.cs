using System;

namespace Gibbs.Cli.Npy;

/// <summary>The element types of .npy files that the command line reads and writes.</summary>
internal enum NpyType
{
    Float32,
    Float64,
    Float16,
    Int32,
    Int64,
    UInt8,
}

internal static class NpyTypes
{
    /// <summary>What a message about an unsupported type offers.</summary>
    public const string Supported = "float32, float64, float16, int32, int64 and uint8, little-endian";

    /// <summary>NumPy's descr: byte order, kind, bytes.</summary>
    public static string Descr(this NpyType type) => type switch
    {
        NpyType.Float32 => "<f4",
        NpyType.Float64 => "<f8",
        NpyType.Float16 => "<f2",
        NpyType.Int32 => "<i4",
        NpyType.Int64 => "<i8",
        _ => "|u1",
    };

    /// <summary>NumPy's name.</summary>
    public static string Name(this NpyType type) => type switch
    {
        NpyType.UInt8 => "uint8",
        _ => type.ToString().ToLowerInvariant(),
    };

    public static int Size(this NpyType type) => type switch
    {
        NpyType.Float64 or NpyType.Int64 => 8,
        NpyType.Float32 or NpyType.Int32 => 4,
        NpyType.Float16 => 2,
        _ => 1,
    };

    public static bool IsFloat(this NpyType type) => type is NpyType.Float32 or NpyType.Float64 or NpyType.Float16;

    /// <summary>The type of a descr, null for one that is not supported.</summary>
    public static NpyType? FromDescr(string descr) => descr switch
    {
        "<f4" => NpyType.Float32,
        "<f8" => NpyType.Float64,
        "<f2" => NpyType.Float16,
        "<i4" => NpyType.Int32,
        "<i8" => NpyType.Int64,
        "|u1" or "<u1" => NpyType.UInt8,
        _ => null,
    };

    /// <summary>The type that files hold values of type <typeparamref name="T"/> as; bfloat16, which NumPy lacks, as float32.</summary>
    public static NpyType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) || typeof(T) == typeof(BFloat16) ? NpyType.Float32
        : typeof(T) == typeof(double) ? NpyType.Float64
        : typeof(T) == typeof(Half) ? NpyType.Float16
        : typeof(T) == typeof(int) ? NpyType.Int32
        : typeof(T) == typeof(long) ? NpyType.Int64
        : typeof(T) == typeof(byte) || typeof(T) == typeof(RowStatus) ? NpyType.UInt8
        : throw new ArgumentException($"no .npy type for {typeof(T)}", nameof(T));
}
