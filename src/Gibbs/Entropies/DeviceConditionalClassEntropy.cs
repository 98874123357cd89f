using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 pre-activations.</typeparam>
public ref struct DeviceConditionalClassEntropyOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The entropy of the class given the unit's sign [U].</summary>
    public DeviceSpan<TReal> Entropies { get; set; }

    /// <summary>Samples [2·C, U]: row c those of class c with a pre-activation of 0 or below, row C + c those above 0. Required where they accumulate.</summary>
    public DeviceSpan2D<long> Counts { get; set; }

    /// <summary>Statuses of the units [U].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }

    /// <summary>Samples with a class [1].</summary>
    public DeviceSpan<long> Samples { get; set; }

    /// <summary>Samples whose label is neither a class nor the ignore index [1].</summary>
    public DeviceSpan<long> OutOfRange { get; set; }
}

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceConditionalClassEntropy
{
    public static void Compute<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> preActivations, DeviceTargetSpan labels, int classes, in DeviceConditionalClassEntropyOutputs<TReal> outputs, in ConditionalClassEntropyOptions options)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ConditionalClassEntropyValidation.Check(
            preActivations.Rows, preActivations.Columns, labels.Length, classes, outputs.Entropies.Length, outputs.Counts.Rows, outputs.Counts.Columns, outputs.Status.Length, options);
        int device = stream.Device.Ordinal;
        gibbs_conditional_class_entropy arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_conditional_class_entropy);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = preActivations.Rows;
        arguments.columns = preActivations.Columns;
        arguments.values = DeviceViews.Pointer(preActivations, nameof(preActivations), device);
        arguments.values_stride = preActivations.Stride;
        arguments.labels = DeviceViews.Pointer(labels, nameof(labels), device);
        arguments.label_type = NativeTypes.OfTargets(labels, preActivations.Rows);
        arguments.classes = classes;
        arguments.ignore_index = options.IgnoreIndex;
        arguments.base_2 = options.Base2 ? 1 : 0;
        arguments.accumulate = options.Accumulate ? 1 : 0;
        arguments.entropies = DeviceViews.Pointer(outputs.Entropies, "outputs.Entropies", device);
        arguments.counts = DeviceViews.Pointer(outputs.Counts, "outputs.Counts", device);
        arguments.counts_stride = outputs.Counts.Stride;
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
        arguments.samples = DeviceViews.Scalar(outputs.Samples, "outputs.Samples", device);
        arguments.out_of_range = DeviceViews.Scalar(outputs.OutOfRange, "outputs.OutOfRange", device);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_conditional_class_entropy_run(use.Device, use.Stream, &arguments));
    }
}
