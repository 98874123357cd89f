using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>The overloads on device memory: asynchronous on the stream, on the device that owns the memory. The atoms are those of the span overloads. Safe under CUDA graph capture.</content>
public static unsafe partial class MinimumEntropyCoupling
{
    /// <summary>Couples pairs of float32 distributions in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="source">p [B, n], at least 0; rows may be strided.</param>
    /// <param name="target">q [B, m].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>, 256-byte aligned; empty: allocated on the stream and freed by the call.</param>
    /// <exception cref="ArgumentException">A shape or a device is wrong; the message names it, what was given and what would be right. A distribution that is none only sets its status.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream, DeviceSpan2D<float> source, DeviceSpan2D<float> target, in DeviceEntropyCouplingOutputs<float> outputs, in EntropyCouplingOptions options = default, DeviceSpan<byte> workspace = default) =>
        Run(stream, source, target, outputs, options, workspace);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceEntropyCouplingOutputs{float}, in EntropyCouplingOptions, DeviceSpan{byte})"/>
    public static void Compute(
        CudaStream stream, DeviceSpan2D<double> source, DeviceSpan2D<double> target, in DeviceEntropyCouplingOutputs<double> outputs, in EntropyCouplingOptions options = default, DeviceSpan<byte> workspace = default) =>
        Run(stream, source, target, outputs, options, workspace);

    /// <summary>Bytes of scratch that <c>Compute</c> of distributions of these shapes needs, of either type, on the stream's device. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="problems">B.</param>
    /// <param name="source">n.</param>
    /// <param name="target">m.</param>
    /// <exception cref="ArgumentException">A shape is none.</exception>
    public static long WorkspaceBytes(CudaStream stream, long problems, long source, long target)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(problems);
        CouplingValidation.CheckPairs(problems, source, problems, target);

        // Only their shapes count; any address will do.
        const nint Somewhere = 256;
        gibbs_entropy_coupling arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_entropy_coupling),
            type = gibbs_type.GIBBS_FLOAT32,
            problems = problems,
            source = source,
            target = target,
            source_masses = Somewhere,
            source_stride = source,
            target_masses = Somewhere,
            target_stride = target,
        };
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_entropy_coupling_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Run<TReal>(CudaStream stream, DeviceSpan2D<TReal> source, DeviceSpan2D<TReal> target, in DeviceEntropyCouplingOutputs<TReal> outputs, in EntropyCouplingOptions options, DeviceSpan<byte> workspace)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(source, target, outputs);
        int device = stream.Device.Ordinal;
        gibbs_entropy_coupling arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_entropy_coupling),
            type = NativeTypes.Of<TReal>(),
            problems = source.Rows,
            source = source.Columns,
            target = target.Columns,
            base_2 = options.Base2 ? 1 : 0,
            source_masses = DeviceViews.Pointer(source, nameof(source), device),
            source_stride = source.Stride,
            target_masses = DeviceViews.Pointer(target, nameof(target), device),
            target_stride = target.Stride,
            source_indices = DeviceViews.Pointer(outputs.SourceIndices, "outputs.SourceIndices", device),
            source_indices_stride = outputs.SourceIndices.Stride,
            target_indices = DeviceViews.Pointer(outputs.TargetIndices, "outputs.TargetIndices", device),
            target_indices_stride = outputs.TargetIndices.Stride,
            masses = DeviceViews.Pointer(outputs.Masses, "outputs.Masses", device),
            masses_stride = outputs.Masses.Stride,
            counts = DeviceViews.Pointer(outputs.Counts, "outputs.Counts", device),
            entropies = DeviceViews.Pointer(outputs.Entropies, "outputs.Entropies", device),
            information = DeviceViews.Pointer(outputs.MutualInformation, "outputs.MutualInformation", device),
            bounds = DeviceViews.Pointer(outputs.LowerBounds, "outputs.LowerBounds", device),
            status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device),
            workspace = DeviceViews.Pointer(workspace, nameof(workspace), device),
            workspace_bytes = workspace.Length,
        };
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_entropy_coupling_run(use.Device, use.Stream, &arguments));
    }

    private static void Check<TReal>(DeviceSpan2D<TReal> source, DeviceSpan2D<TReal> target, in DeviceEntropyCouplingOutputs<TReal> outputs)
        where TReal : unmanaged
    {
        long problems = source.Rows, atoms = CouplingValidation.MostAtoms(source.Columns, target.Columns);
        CouplingValidation.CheckPairs(problems, source.Columns, target.Rows, target.Columns);
        CouplingValidation.CheckAtoms("outputs.SourceIndices", outputs.SourceIndices.Rows, outputs.SourceIndices.Columns, problems, atoms);
        CouplingValidation.CheckAtoms("outputs.TargetIndices", outputs.TargetIndices.Rows, outputs.TargetIndices.Columns, problems, atoms);
        CouplingValidation.CheckAtoms("outputs.Masses", outputs.Masses.Rows, outputs.Masses.Columns, problems, atoms);
        CouplingValidation.CheckValues("outputs.Counts", outputs.Counts.Length, problems);
        CouplingValidation.CheckValues("outputs.Entropies", outputs.Entropies.Length, problems);
        CouplingValidation.CheckValues("outputs.MutualInformation", outputs.MutualInformation.Length, problems);
        CouplingValidation.CheckValues("outputs.LowerBounds", outputs.LowerBounds.Length, problems);
        CouplingValidation.CheckValues("outputs.Status", outputs.Status.Length, problems);
        DeviceViews.CheckApart(source, nameof(source), outputs.Masses, "outputs.Masses");
        DeviceViews.CheckApart(target, nameof(target), outputs.Masses, "outputs.Masses");
    }
}
