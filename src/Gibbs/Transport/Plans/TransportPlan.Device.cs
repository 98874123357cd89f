namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, one launch each, on the device that owns the memory. Shapes, options and results are those of the span overloads; invalid weights, or held masses
/// that differ, make every output NaN. Safe under CUDA graph capture.
/// </content>
public static partial class TransportPlan
{
    /// <summary>P·V [N, K], or the barycentric map.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="values">V [M, K]; rows may be strided.</param>
    /// <param name="result">[N, K], memory apart from all inputs.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="barycentric">Divide by the sums of the rows of P.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed there.</param>
    /// <exception cref="System.ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Apply(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<float> potentials,
        DeviceSpan2D<float> values,
        DeviceSpan2D<float> result,
        in SinkhornOptions options,
        bool barycentric = false,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Apply(stream, cost, potentials, values, result, options, barycentric, false, workspace);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Apply(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, DeviceSpan2D{float}, DeviceSpan2D{float}, in SinkhornOptions, bool, DeviceSpan{byte})"/>
    public static void Apply(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<double> potentials,
        DeviceSpan2D<double> values,
        DeviceSpan2D<double> result,
        in SinkhornOptions options,
        bool barycentric = false,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Apply(stream, cost, potentials, values, result, options, barycentric, false, workspace);

    /// <summary>Pᵀ·V [M, K], or the barycentric map.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="values">V [N, K]; rows may be strided.</param>
    /// <param name="result">[M, K], memory apart from all inputs.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="barycentric">Divide by the sums of the columns of P.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed there.</param>
    /// <exception cref="System.ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void ApplyTransposed(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<float> potentials,
        DeviceSpan2D<float> values,
        DeviceSpan2D<float> result,
        in SinkhornOptions options,
        bool barycentric = false,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Apply(stream, cost, potentials, values, result, options, barycentric, true, workspace);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="ApplyTransposed(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, DeviceSpan2D{float}, DeviceSpan2D{float}, in SinkhornOptions, bool, DeviceSpan{byte})"/>
    public static void ApplyTransposed(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<double> potentials,
        DeviceSpan2D<double> values,
        DeviceSpan2D<double> result,
        in SinkhornOptions options,
        bool barycentric = false,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Apply(stream, cost, potentials, values, result, options, barycentric, true, workspace);

    /// <summary>P1 [N] and Pᵀ1 [M]; what is empty is not computed.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="rowSums">[N], or empty.</param>
    /// <param name="columnSums">[M], or empty.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed there.</param>
    /// <exception cref="System.ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Marginals(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<float> potentials,
        DeviceSpan<float> rowSums,
        DeviceSpan<float> columnSums,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Marginals(stream, cost, potentials, rowSums, columnSums, options, workspace);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Marginals(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, DeviceSpan{float}, DeviceSpan{float}, in SinkhornOptions, DeviceSpan{byte})"/>
    public static void Marginals(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<double> potentials,
        DeviceSpan<double> rowSums,
        DeviceSpan<double> columnSums,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Marginals(stream, cost, potentials, rowSums, columnSums, options, workspace);

    /// <summary>The k largest entries of every row of P, largest first; of equal ones the lower column. A row with fewer positive ones ends with id −1 and value 0; one with a NaN holds −1 and NaN throughout.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="ids">Columns [N, k], k at most 128.</param>
    /// <param name="values">P_ij of them [N, k], or empty.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed there.</param>
    /// <exception cref="System.ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void TopK(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<float> potentials,
        DeviceSpan2D<int> ids,
        DeviceSpan2D<float> values,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.TopK(stream, cost, potentials, ids, values, options, workspace);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="TopK(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, DeviceSpan2D{int}, DeviceSpan2D{float}, in SinkhornOptions, DeviceSpan{byte})"/>
    public static void TopK(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<double> potentials,
        DeviceSpan2D<int> ids,
        DeviceSpan2D<double> values,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.TopK(stream, cost, potentials, ids, values, options, workspace);

    /// <summary>Where rows of the entries P_ij &gt; threshold begin in a sparse matrix: the counting call before <c>Threshold</c>, which needs rowOffsets[N] on the host for its arrays.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="threshold">At least 0.</param>
    /// <param name="rowOffsets">[N + 1].</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed there.</param>
    /// <exception cref="System.ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void CountAbove(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<float> potentials,
        double threshold,
        DeviceSpan<long> rowOffsets,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Entries(stream, cost, potentials, threshold, rowOffsets, true, default, default, options, workspace);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="CountAbove(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, double, DeviceSpan{long}, in SinkhornOptions, DeviceSpan{byte})"/>
    public static void CountAbove(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<double> potentials,
        double threshold,
        DeviceSpan<long> rowOffsets,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Entries(stream, cost, potentials, threshold, rowOffsets, true, default, default, options, workspace);

    /// <summary>The entries P_ij &gt; threshold in canonical CSR. Entries beyond the arrays, or beyond what rowOffsets allow a row, are not written.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="threshold">As for <c>CountAbove</c>.</param>
    /// <param name="rowOffsets">What <c>CountAbove</c> gave for the same arguments.</param>
    /// <param name="columns">rowOffsets[N] of them.</param>
    /// <param name="values">As many.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed there.</param>
    /// <exception cref="System.ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Threshold(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<float> potentials,
        double threshold,
        DeviceSpan<long> rowOffsets,
        DeviceSpan<int> columns,
        DeviceSpan<float> values,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Entries(stream, cost, potentials, threshold, rowOffsets, false, columns, values, options, workspace);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Threshold(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, double, DeviceSpan{long}, DeviceSpan{int}, DeviceSpan{float}, in SinkhornOptions, DeviceSpan{byte})"/>
    public static void Threshold(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<double> potentials,
        double threshold,
        DeviceSpan<long> rowOffsets,
        DeviceSpan<int> columns,
        DeviceSpan<double> values,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportPlan.Entries(stream, cost, potentials, threshold, rowOffsets, false, columns, values, options, workspace);

    /// <summary>Bytes of scratch that any call on this plan needs: give it 256-byte aligned. Enqueues nothing.</summary>
    /// <param name="stream">As in the call.</param>
    /// <param name="cost">As in the call.</param>
    /// <param name="potentials">As in the call.</param>
    /// <param name="options">As in the call.</param>
    /// <exception cref="System.ArgumentException">As in the call.</exception>
    public static long WorkspaceBytes(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<float> potentials, in SinkhornOptions options) =>
        DeviceTransportPlan.WorkspaceBytes(stream, cost, potentials, options);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, in SinkhornOptions)"/>
    public static long WorkspaceBytes(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<double> potentials, in SinkhornOptions options) =>
        DeviceTransportPlan.WorkspaceBytes(stream, cost, potentials, options);
}
