using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent. <see cref="RowMap"/> says which map takes what.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct ProjectionInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>[N], in place of <see cref="RowMap.Parameter"/>.</summary>
    public ReadOnlySpan<TReal> RowParameters { get; set; }

    /// <summary>[V], in place of <see cref="RowMap.Parameter"/>: soft and hard threshold, elastic net, MCP, SCAD, Huber.</summary>
    public ReadOnlySpan<TReal> ColumnParameters { get; set; }

    /// <summary>w [V].</summary>
    public ReadOnlySpan<TReal> Weights { get; set; }

    /// <summary>l [V], finite.</summary>
    public ReadOnlySpan<TReal> Lower { get; set; }

    /// <summary>u [V], +∞ allowed.</summary>
    public ReadOnlySpan<TReal> Upper { get; set; }

    /// <summary>[groups + 1], from 0 to V, not decreasing: group g is [offset_g, offset_{g+1}).</summary>
    public ReadOnlySpan<int> GroupOffsets { get; set; }

    /// <summary>[groups].</summary>
    public ReadOnlySpan<TReal> GroupWeights { get; set; }

    /// <summary>[groups].</summary>
    public ReadOnlySpan<TReal> GroupScales { get; set; }

    /// <summary>w [N, V] of <see cref="RowMap.Tangent"/>.</summary>
    public ReadOnlySpan2D<T> Point { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct ProjectionOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>y [N, V]; may be the input's own memory, exactly.</summary>
    public Span2D<T> Output { get; set; }

    /// <summary>[N]: what <see cref="RowMap"/> calls the map's threshold; some gradients need it.</summary>
    public Span<TReal> Thresholds { get; set; }

    /// <summary>Entries of y that are not 0 [N].</summary>
    public Span<long> SupportSize { get; set; }

    /// <summary>S(x) [N] of <see cref="RowMap.GroupEnvelope"/> and <see cref="RowMap.KSupport"/>.</summary>
    public Span<TReal> Values { get; set; }

    /// <summary>1 where an entry is kept [N, V]: <see cref="RowMap.NOfM"/>, <see cref="RowMap.L0Ball"/>.</summary>
    public Span2D<byte> Mask { get; set; }

    /// <summary>The kept values of <see cref="RowMap.NOfM"/> in order of index [N, V/m·n]; V is a multiple of m.</summary>
    public Span2D<T> Compressed { get; set; }

    /// <summary>The index in its group of each compressed value [N, V/m·n].</summary>
    public Span2D<byte> Metadata { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}

/// <summary>Rows in compressed sparse form (CSR), in host memory, owned by the caller.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
public ref struct SparseRows<T>
    where T : unmanaged
{
    /// <summary>[N + 1]: row i is entries [offset_i, offset_{i+1}). Always written whole.</summary>
    public Span<long> RowOffsets { get; set; }

    /// <summary>Columns, increasing in a row; as long as <see cref="Values"/>. Empty: only count.</summary>
    public Span<int> Indices { get; set; }

    /// <summary>The entries that are not 0.</summary>
    public Span<T> Values { get; set; }
}

/// <summary>What a forward call left for the gradient; what is empty is absent.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct ProjectionSaved<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>y [N, V].</summary>
    public ReadOnlySpan2D<T> Output { get; set; }

    /// <summary>x [N, V], where <see cref="RowMap"/> says so: soft sort, soft rank, permutahedron, LInf1Prox.</summary>
    public ReadOnlySpan2D<T> Input { get; set; }

    /// <summary>[N], where <see cref="RowMap"/> says so: the ℓ1, ℓ2 and ℓ1,∞ balls, LInf1Prox, the envelope, the sphere.</summary>
    public ReadOnlySpan<TReal> Thresholds { get; set; }
}

/// <summary>Gradients in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct ProjectionGradients<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Σ_j v_j·∂y_j/∂x_i [N, V]; may be the upstream's own memory, exactly.</summary>
    public Span2D<T> Input { get; set; }

    /// <summary>Σ_j v_j·∂y_j/∂parameter of the row [N]; the gradient of a shared scalar is its sum.</summary>
    public Span<TReal> Parameter { get; set; }

    /// <summary>The same by <see cref="RowMap.Second"/> [N]: cap, ridge, γ, a, δ, k.</summary>
    public Span<TReal> Second { get; set; }

    /// <summary>By the column parameters [V], summed over rows.</summary>
    public Span<TReal> ColumnParameters { get; set; }
}
