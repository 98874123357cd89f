using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed. A result per scope: 1, or [B].</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceTokenStatisticsOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Tokens that are not masked.</summary>
    public DeviceSpan<long> Counts { get; set; }

    /// <summary>Their means; 0 of none.</summary>
    public DeviceSpan<TReal> Means { get; set; }

    /// <summary>Their quantiles, linearly interpolated; NaN of none, or where one is NaN.</summary>
    public DeviceSpan<TReal> Quantiles { get; set; }

    /// <summary>[B, T]: 1 where a token is among the k smallest (or largest) of its scope, ties to the lower index, else 0. A NaN is never selected. May be the mask's own memory.</summary>
    public DeviceSpan2D<byte> Selected { get; set; }
}

/// <content>The overloads on device memory: asynchronous on the stream. Safe under CUDA graph capture.</content>
public static unsafe partial class TokenStatistics
{
    /// <summary>Statistics of float32 numbers in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="values">[B, T]; rows may be strided.</param>
    /// <param name="mask">[B, T], 0 where there is no token; empty: all are tokens.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed by the call. Only a selection over the batch takes some.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream, DeviceSpan2D<float> values, DeviceSpan2D<byte> mask, in DeviceTokenStatisticsOutputs<float> outputs, in TokenStatisticsOptions options = default, DeviceSpan<byte> workspace = default) =>
        Run(stream, values, mask, outputs, options, workspace, query: false);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{byte}, in DeviceTokenStatisticsOutputs{float}, in TokenStatisticsOptions, DeviceSpan{byte})"/>
    public static void Compute(
        CudaStream stream, DeviceSpan2D<double> values, DeviceSpan2D<byte> mask, in DeviceTokenStatisticsOutputs<double> outputs, in TokenStatisticsOptions options = default, DeviceSpan<byte> workspace = default) =>
        Run(stream, values, mask, outputs, options, workspace, query: false);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="values">As in <c>Compute</c>.</param>
    /// <param name="mask">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> values, DeviceSpan2D<byte> mask, in DeviceTokenStatisticsOutputs<float> outputs, in TokenStatisticsOptions options = default) =>
        Run(stream, values, mask, outputs, options, default, query: true);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{byte}, in DeviceTokenStatisticsOutputs{float}, in TokenStatisticsOptions)"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> values, DeviceSpan2D<byte> mask, in DeviceTokenStatisticsOutputs<double> outputs, in TokenStatisticsOptions options = default) =>
        Run(stream, values, mask, outputs, options, default, query: true);

    private static long Run<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> values, DeviceSpan2D<byte> mask, in DeviceTokenStatisticsOutputs<TReal> outputs, in TokenStatisticsOptions options, DeviceSpan<byte> workspace, bool query)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        CheckOptions(options);
        CheckShapes(
            (values.Rows, values.Columns), (mask.Rows, mask.Columns), (outputs.Selected.Rows, outputs.Selected.Columns), outputs.Counts.Length, outputs.Means.Length, outputs.Quantiles.Length, options.Scope);
        int device = stream.Device.Ordinal;
        gibbs_token_statistics arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_token_statistics),
            type = NativeTypes.Of<TReal>(),
            rows = values.Rows,
            columns = values.Columns,
            scope = (int)options.Scope,
            largest = options.Largest ? 1 : 0,
            quantile = options.Quantile,
            selected_share = options.SelectedShare,
            selected_count = options.SelectedCount ?? -1,
            values = DeviceViews.Pointer(values, nameof(values), device),
            values_stride = values.Stride,
            mask = DeviceViews.Pointer(mask, nameof(mask), device),
            mask_stride = mask.Stride,
            counts = DeviceViews.Pointer(outputs.Counts, "outputs.Counts", device),
            means = DeviceViews.Pointer(outputs.Means, "outputs.Means", device),
            quantiles = DeviceViews.Pointer(outputs.Quantiles, "outputs.Quantiles", device),
            selected = DeviceViews.Pointer(outputs.Selected, "outputs.Selected", device),
            selected_stride = outputs.Selected.Stride,
            workspace = DeviceViews.Pointer(workspace, nameof(workspace), device),
            workspace_bytes = workspace.Length,
        };
        using CudaStream.Use use = new(stream);
        long bytes = 0;
        NativeStatus.ThrowIfFailed(query
            ? NativeMethods.gibbs_token_statistics_workspace(use.Device, &arguments, &bytes)
            : NativeMethods.gibbs_token_statistics_run(use.Device, use.Stream, &arguments));
        return bytes;
    }
}
