using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory, a warp per problem. Shapes, options, outputs and statuses are those of the span overloads, and so is every bid. Safe under CUDA
/// graph capture with a workspace.
/// </content>
public static partial class BalancedAssignment
{
    /// <summary>Assigns by float32 scores in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="scores">s [B·N, E]; −∞ forbids a pair.</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Capacities, scratch.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<float> scores, in DeviceBalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options = default, in DeviceBalancedAssignmentInputs inputs = default) =>
        Run(stream, scores, outputs, options, inputs);

    /// <summary>As the float32 form, for float64 scores.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceBalancedAssignmentOutputs, in BalancedAssignmentOptions, in DeviceBalancedAssignmentInputs)"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<double> scores, in DeviceBalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options = default, in DeviceBalancedAssignmentInputs inputs = default) =>
        Run(stream, scores, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 scores.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceBalancedAssignmentOutputs, in BalancedAssignmentOptions, in DeviceBalancedAssignmentInputs)"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<Half> scores, in DeviceBalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options = default, in DeviceBalancedAssignmentInputs inputs = default) =>
        Run(stream, scores, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 scores.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceBalancedAssignmentOutputs, in BalancedAssignmentOptions, in DeviceBalancedAssignmentInputs)"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<BFloat16> scores, in DeviceBalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options = default, in DeviceBalancedAssignmentInputs inputs = default) =>
        Run(stream, scores, outputs, options, inputs);

    /// <summary>The bytes of scratch that a call needs: 12 per token and 16 per expert for each problem that the device works on at a time.</summary>
    /// <typeparam name="T">The type of the scores.</typeparam>
    /// <param name="stream">As for the call.</param>
    /// <param name="scores">As for the call.</param>
    /// <param name="options">As for the call.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static unsafe long WorkspaceBytes<T>(CudaStream stream, DeviceSpan2D<T> scores, in BalancedAssignmentOptions options = default)
        where T : unmanaged
    {
        Fill(stream, scores, default, options, default, out gibbs_balanced_assignment arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_balanced_assignment_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static unsafe void Run<T>(CudaStream stream, DeviceSpan2D<T> scores, in DeviceBalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options, in DeviceBalancedAssignmentInputs inputs)
        where T : unmanaged
    {
        Fill(stream, scores, outputs, options, inputs, out gibbs_balanced_assignment arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_balanced_assignment_run(use.Device, use.Stream, &arguments));
    }

    private static unsafe void Fill<T>(
        CudaStream stream, DeviceSpan2D<T> scores, in DeviceBalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options, in DeviceBalancedAssignmentInputs inputs, out gibbs_balanced_assignment arguments)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        int tokens = BalancedAssignmentValidation.Check(options, new(scores.Rows, scores.Columns), inputs.Capacities.Length, outputs.Experts.Length, outputs.Prices.Length, outputs.Results.Length);
        int device = stream.Device.Ordinal;
        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_balanced_assignment);
        arguments.type = NativeTypes.Of<T>();
        arguments.problems = options.Problems;
        arguments.tokens = tokens;
        arguments.experts = scores.Columns;
        arguments.scores = DeviceViews.Pointer(scores, nameof(scores), device);
        arguments.scores_stride = scores.Stride;
        arguments.capacities = DeviceViews.Pointer(inputs.Capacities, "inputs.Capacities", device);
        arguments.capacities_stride = inputs.Capacities.Length > scores.Columns ? scores.Columns : 0;
        arguments.tolerance = options.Tolerance;
        arguments.max_bids = options.MaxBids;
        arguments.assigned = DeviceViews.Pointer(outputs.Experts, "outputs.Experts", device);
        arguments.prices = DeviceViews.Pointer(outputs.Prices, "outputs.Prices", device);
        arguments.results = DeviceViews.Pointer(outputs.Results, "outputs.Results", device);
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
    }
}
