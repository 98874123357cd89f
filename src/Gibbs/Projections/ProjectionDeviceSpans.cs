namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent. <see cref="RowMap"/> says which map takes what. What the arrays hold is not checked: bounds that cross or offsets that decrease give undefined rows.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceProjectionInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>[N], in place of <see cref="RowMap.Parameter"/>.</summary>
    public DeviceSpan<TReal> RowParameters { get; set; }

    /// <summary>[V], in place of <see cref="RowMap.Parameter"/>: soft and hard threshold, elastic net, MCP, SCAD, Huber.</summary>
    public DeviceSpan<TReal> ColumnParameters { get; set; }

    /// <summary>w [V].</summary>
    public DeviceSpan<TReal> Weights { get; set; }

    /// <summary>l [V], finite.</summary>
    public DeviceSpan<TReal> Lower { get; set; }

    /// <summary>u [V], +∞ allowed.</summary>
    public DeviceSpan<TReal> Upper { get; set; }

    /// <summary>[groups + 1], from 0 to V, not decreasing: group g is [offset_g, offset_{g+1}).</summary>
    public DeviceSpan<int> GroupOffsets { get; set; }

    /// <summary>[groups].</summary>
    public DeviceSpan<TReal> GroupWeights { get; set; }

    /// <summary>[groups].</summary>
    public DeviceSpan<TReal> GroupScales { get; set; }

    /// <summary>w [N, V] of <see cref="RowMap.Tangent"/>.</summary>
    public DeviceSpan2D<T> Point { get; set; }

    /// <summary>Scratch of at least <c>Projection.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceProjectionOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>y [N, V]; may be the input's own memory, exactly.</summary>
    public DeviceSpan2D<T> Output { get; set; }

    /// <summary>[N]: what <see cref="RowMap"/> calls the map's threshold; some gradients need it.</summary>
    public DeviceSpan<TReal> Thresholds { get; set; }

    /// <summary>Entries of y that are not 0 [N].</summary>
    public DeviceSpan<long> SupportSize { get; set; }

    /// <summary>S(x) [N] of <see cref="RowMap.GroupEnvelope"/> and <see cref="RowMap.KSupport"/>.</summary>
    public DeviceSpan<TReal> Values { get; set; }

    /// <summary>1 where an entry is kept [N, V]: <see cref="RowMap.NOfM"/>, <see cref="RowMap.L0Ball"/>.</summary>
    public DeviceSpan2D<byte> Mask { get; set; }

    /// <summary>The kept values of <see cref="RowMap.NOfM"/> in order of index [N, V/m·n]; V is a multiple of m.</summary>
    public DeviceSpan2D<T> Compressed { get; set; }

    /// <summary>The index in its group of each compressed value [N, V/m·n].</summary>
    public DeviceSpan2D<byte> Metadata { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }
}

/// <summary>Rows in compressed sparse form (CSR), in device memory, owned by the caller.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
public ref struct DeviceSparseRows<T>
    where T : unmanaged
{
    /// <summary>[N + 1]: row i is entries [offset_i, offset_{i+1}). Always written whole; the last, the number of entries, may exceed the room given.</summary>
    public DeviceSpan<long> RowOffsets { get; set; }

    /// <summary>Columns, increasing in a row; as long as <see cref="Values"/>. Empty: only count.</summary>
    public DeviceSpan<int> Indices { get; set; }

    /// <summary>The entries that are not 0.</summary>
    public DeviceSpan<T> Values { get; set; }
}

/// <summary>What a forward call left for the gradient; what is empty is absent.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceProjectionSaved<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>y [N, V].</summary>
    public DeviceSpan2D<T> Output { get; set; }

    /// <summary>x [N, V], where <see cref="RowMap"/> says so: soft sort, soft rank, permutahedron, LInf1Prox.</summary>
    public DeviceSpan2D<T> Input { get; set; }

    /// <summary>[N], where <see cref="RowMap"/> says so: the ℓ1, ℓ2 and ℓ1,∞ balls, LInf1Prox, the envelope, the sphere.</summary>
    public DeviceSpan<TReal> Thresholds { get; set; }
}

/// <summary>Gradients in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceProjectionGradients<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Σ_j v_j·∂y_j/∂x_i [N, V]; may be the upstream's own memory, exactly.</summary>
    public DeviceSpan2D<T> Input { get; set; }

    /// <summary>Σ_j v_j·∂y_j/∂parameter of the row [N]; the gradient of a shared scalar is its sum.</summary>
    public DeviceSpan<TReal> Parameter { get; set; }

    /// <summary>The same by <see cref="RowMap.Second"/> [N]: cap, ridge, γ, a, δ, k.</summary>
    public DeviceSpan<TReal> Second { get; set; }

    /// <summary>By the column parameters [V], summed over rows.</summary>
    public DeviceSpan<TReal> ColumnParameters { get; set; }
}
