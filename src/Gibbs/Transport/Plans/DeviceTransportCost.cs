using Gibbs.Interop;

namespace Gibbs;

/// <summary>The costs that a plan belongs to, in device memory: a matrix, or two clouds whose costs are made where they are needed.</summary>
public readonly ref struct DeviceTransportCost
{
    private DeviceTransportCost(gibbs_type type, nint first, long firstStride, nint second, long secondStride, long rows, long columns, long dimensions, long secondDimensions)
    {
        Type = type;
        First = first;
        FirstStride = firstStride;
        Second = second;
        SecondStride = secondStride;
        Rows = rows;
        Columns = columns;
        Dimensions = dimensions;
        SecondDimensions = secondDimensions;
    }

    /// <summary>N.</summary>
    public long Rows { get; }

    /// <summary>M.</summary>
    public long Columns { get; }

    /// <summary>d of the points; 0 of a matrix.</summary>
    public long Dimensions { get; }

    internal long SecondDimensions { get; }

    internal gibbs_type Type { get; }

    internal nint First { get; }

    internal long FirstStride { get; }

    internal nint Second { get; }

    internal long SecondStride { get; }

    internal int Device { get; private init; }

    internal int SecondDevice { get; private init; }

    internal bool IsPoints => Dimensions != 0 || SecondDimensions != 0;

    /// <summary>C [N, M] of float32; +∞ forbids a pair. Rows may be strided.</summary>
    /// <param name="cost">C.</param>
    public static DeviceTransportCost Matrix(DeviceSpan2D<float> cost) => Of(cost);

    /// <summary>C [N, M] of float64.</summary>
    /// <inheritdoc cref="Matrix(DeviceSpan2D{float})"/>
    public static DeviceTransportCost Matrix(DeviceSpan2D<double> cost) => Of(cost);

    /// <summary>C [N, M] stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Matrix(DeviceSpan2D{float})"/>
    public static DeviceTransportCost Matrix(DeviceSpan2D<System.Half> cost) => Of(cost);

    /// <summary>C [N, M] stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Matrix(DeviceSpan2D{float})"/>
    public static DeviceTransportCost Matrix(DeviceSpan2D<BFloat16> cost) => Of(cost);

    /// <summary>C_ij = c(x_i, y_j) of float32 points, by <see cref="SinkhornOptions.Metric"/>.</summary>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    public static DeviceTransportCost Points(DeviceSpan2D<float> x, DeviceSpan2D<float> y) => Of(x, y);

    /// <summary>Of float64 points.</summary>
    /// <inheritdoc cref="Points(DeviceSpan2D{float}, DeviceSpan2D{float})"/>
    public static DeviceTransportCost Points(DeviceSpan2D<double> x, DeviceSpan2D<double> y) => Of(x, y);

    private static DeviceTransportCost Of<T>(DeviceSpan2D<T> cost)
        where T : unmanaged =>
        new(NativeTypes.Of<T>(), DeviceViews.Pointer(cost, "cost", cost.Device), cost.Stride, 0, 0, cost.Rows, cost.Columns, 0, 0) { Device = cost.Device, SecondDevice = cost.Device };

    private static DeviceTransportCost Of<T>(DeviceSpan2D<T> x, DeviceSpan2D<T> y)
        where T : unmanaged =>
        new(NativeTypes.Of<T>(), DeviceViews.Pointer(x, "x", x.Device), x.Stride, DeviceViews.Pointer(y, "y", y.Device), y.Stride, x.Rows, y.Rows, x.Columns, y.Columns)
        {
            Device = x.Device,
            SecondDevice = y.Device,
        };
}

/// <summary>What a plan is made of besides its costs, in device memory. The potentials are those that a solve returned, in the units of the cost.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct DeviceTransportPotentials<TReal>
    where TReal : unmanaged
{
    /// <summary>f [N]; required.</summary>
    public DeviceSpan<TReal> SourcePotential { get; set; }

    /// <summary>g [M]; required.</summary>
    public DeviceSpan<TReal> TargetPotential { get; set; }

    /// <summary>a [N], as the solve was given it. Absent: 1/N each.</summary>
    public DeviceSpan<TReal> SourceWeights { get; set; }

    /// <summary>b [M], as the solve was given it; scaled to Σa where both marginals are held. Absent: 1/M each.</summary>
    public DeviceSpan<TReal> TargetWeights { get; set; }
}
