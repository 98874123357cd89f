namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceDivergenceInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>r [N].</summary>
    public DeviceSpan<TReal> RowWeights { get; set; }

    /// <summary>The divisor of the mean [1], in place of the computed one; read on the device when the work runs, never by the host.</summary>
    public DeviceSpan<TReal> Normaliser { get; set; }

    /// <summary>Scratch of at least <c>RowDivergence.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceDivergenceOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Row divergences [N], in nats, before the reduction.</summary>
    public DeviceSpan<TReal> Divergences { get; set; }

    /// <summary>The reduced divergence [1].</summary>
    public DeviceSpan<TReal> Value { get; set; }

    /// <summary>Gradient of the reduced divergence with respect to the student's logits [N, V]; may be their own memory, exactly.</summary>
    public DeviceSpan2D<T> StudentGradient { get; set; }

    /// <summary>The same with respect to the teacher's logits, or probabilities [N, V]; may be their own memory, exactly. Not for sparse teachers.</summary>
    public DeviceSpan2D<T> TeacherGradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }

    /// <summary>The divisor that the mean used, or would use [1].</summary>
    public DeviceSpan<TReal> NormaliserUsed { get; set; }
}

/// <summary>Class indices [N, k] in device memory, int32 or int64, rows strided: what a sparse teacher lists. A negative index is padding. Converts from either view.</summary>
public readonly record struct DeviceClassIds
{
    private DeviceClassIds(nint pointer, long rows, long columns, long stride, int device, int elementBytes)
    {
        Pointer = pointer;
        Rows = rows;
        Columns = columns;
        Stride = stride;
        Device = device;
        ElementBytes = elementBytes;
    }

    /// <summary>The device address.</summary>
    public nint Pointer { get; }

    /// <summary>N.</summary>
    public long Rows { get; }

    /// <summary>K.</summary>
    public long Columns { get; }

    /// <summary>Elements from a row to the next.</summary>
    public long Stride { get; }

    /// <summary>The ordinal of the device.</summary>
    public int Device { get; }

    /// <summary>4 or 8; 0 where there are none.</summary>
    public int ElementBytes { get; }

    /// <summary>Int32 indices.</summary>
    public static implicit operator DeviceClassIds(DeviceSpan2D<int> ids) => new(ids.Pointer, ids.Rows, ids.Columns, ids.Stride, ids.Device, sizeof(int));

    /// <summary>Int64 indices.</summary>
    public static implicit operator DeviceClassIds(DeviceSpan2D<long> ids) => new(ids.Pointer, ids.Rows, ids.Columns, ids.Stride, ids.Device, sizeof(long));
}
