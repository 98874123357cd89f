using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceGroupAdvantageOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Advantages [B]; may be the rewards' own memory.</summary>
    public DeviceSpan<TReal> Advantages { get; set; }

    /// <summary>Means of the groups [G]; NaN of a group without members.</summary>
    public DeviceSpan<TReal> Means { get; set; }

    /// <summary>Standard deviations of the groups [G]; 0 of a group of fewer than two.</summary>
    public DeviceSpan<TReal> Deviations { get; set; }
}

/// <content>The overloads on device memory: asynchronous on the stream, without scratch. Safe under CUDA graph capture.</content>
public static unsafe partial class GroupAdvantage
{
    /// <summary>Advantages of float32 rewards in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="rewards">r [B].</param>
    /// <param name="groupOffsets">[G + 1], ascending from 0 to B, which is not checked here: a reward in no group keeps its advantage as it was.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <exception cref="ArgumentException">A length, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Compute(CudaStream stream, DeviceSpan<float> rewards, DeviceSpan<long> groupOffsets, in DeviceGroupAdvantageOutputs<float> outputs, in GroupAdvantageOptions options = default) =>
        Run(stream, rewards, groupOffsets, outputs, options);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan{float}, DeviceSpan{long}, in DeviceGroupAdvantageOutputs{float}, in GroupAdvantageOptions)"/>
    public static void Compute(CudaStream stream, DeviceSpan<double> rewards, DeviceSpan<long> groupOffsets, in DeviceGroupAdvantageOutputs<double> outputs, in GroupAdvantageOptions options = default) =>
        Run(stream, rewards, groupOffsets, outputs, options);

    private static void Run<TReal>(CudaStream stream, DeviceSpan<TReal> rewards, DeviceSpan<long> groupOffsets, in DeviceGroupAdvantageOutputs<TReal> outputs, in GroupAdvantageOptions options)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(rewards.Length, groupOffsets.Length, outputs.Advantages.Length, outputs.Means.Length, outputs.Deviations.Length, options);
        int device = stream.Device.Ordinal;
        gibbs_group_advantage arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_group_advantage),
            type = NativeTypes.Of<TReal>(),
            rows = rewards.Length,
            groups = groupOffsets.Length - 1,
            kind = (int)options.Kind,
            biased = options.Biased ? 1 : 0,
            epsilon = options.Epsilon,
            rewards = DeviceViews.Pointer(rewards, nameof(rewards), device),
            offsets = DeviceViews.Pointer(groupOffsets, nameof(groupOffsets), device),
            advantages = DeviceViews.Pointer(outputs.Advantages, "outputs.Advantages", device),
            means = DeviceViews.Pointer(outputs.Means, "outputs.Means", device),
            deviations = DeviceViews.Pointer(outputs.Deviations, "outputs.Deviations", device),
        };
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_group_advantage_run(use.Device, use.Stream, &arguments));
    }
}
