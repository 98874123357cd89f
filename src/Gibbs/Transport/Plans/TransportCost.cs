using System.Runtime.CompilerServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu;
using Gibbs.Interop;

namespace Gibbs;

/// <summary>The costs that a plan belongs to, in host memory: a matrix, or two clouds whose costs are made where they are needed. A view: nothing is copied or computed.</summary>
public readonly ref struct TransportCost
{
    internal readonly ref readonly byte First;
    internal readonly ref readonly byte Second;

    private TransportCost(ref readonly byte first, nint firstStride, ref readonly byte second, nint secondStride, int rows, int columns, int dimensions, int secondDimensions, gibbs_type type)
    {
        First = ref first;
        FirstStride = firstStride;
        Second = ref second;
        SecondStride = secondStride;
        Rows = rows;
        Columns = columns;
        Dimensions = dimensions;
        SecondDimensions = secondDimensions;
        Type = type;
    }

    /// <summary>N.</summary>
    public int Rows { get; }

    /// <summary>M.</summary>
    public int Columns { get; }

    /// <summary>d of the points; 0 of a matrix.</summary>
    public int Dimensions { get; }

    internal int SecondDimensions { get; }

    internal gibbs_type Type { get; }

    internal nint FirstStride { get; }

    internal nint SecondStride { get; }

    internal bool IsPoints => Dimensions != 0 || SecondDimensions != 0;

    /// <summary>C [N, M] of float32; +∞ forbids a pair. Rows may be strided.</summary>
    /// <param name="cost">C.</param>
    public static TransportCost Matrix(ReadOnlySpan2D<float> cost) => Of(cost);

    /// <summary>C [N, M] of float64.</summary>
    /// <inheritdoc cref="Matrix(ReadOnlySpan2D{float})"/>
    public static TransportCost Matrix(ReadOnlySpan2D<double> cost) => Of(cost);

    /// <summary>C [N, M] stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Matrix(ReadOnlySpan2D{float})"/>
    public static TransportCost Matrix(ReadOnlySpan2D<System.Half> cost) => Of(cost);

    /// <summary>C [N, M] stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Matrix(ReadOnlySpan2D{float})"/>
    public static TransportCost Matrix(ReadOnlySpan2D<BFloat16> cost) => Of(cost);

    /// <summary>C_ij = c(x_i, y_j) of float32 points, by <see cref="SinkhornOptions.Metric"/>.</summary>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    public static TransportCost Points(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y) => Of(x, y);

    /// <summary>Of float64 points.</summary>
    /// <inheritdoc cref="Points(ReadOnlySpan2D{float}, ReadOnlySpan2D{float})"/>
    public static TransportCost Points(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y) => Of(x, y);

    private static TransportCost Of<T>(ReadOnlySpan2D<T> cost)
        where T : unmanaged =>
        new(in Byte(cost), RowSplit.StrideBytes(cost), in Unsafe.NullRef<byte>(), 0, cost.Height, cost.Width, 0, 0, NativeTypes.Of<T>());

    private static TransportCost Of<T>(ReadOnlySpan2D<T> x, ReadOnlySpan2D<T> y)
        where T : unmanaged =>
        new(in Byte(x), RowSplit.StrideBytes(x), in Byte(y), RowSplit.StrideBytes(y), x.Height, y.Height, x.Width, y.Width, NativeTypes.Of<T>());

    private static ref readonly byte Byte<T>(ReadOnlySpan2D<T> view)
        where T : unmanaged =>
        ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in view.DangerousGetReference()));
}
