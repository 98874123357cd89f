using System;

namespace Gibbs;

public static partial class SoftmaxCrossEntropy
{
    /// <summary>SKELETON: as the span form, on device memory and asynchronous on the stream.</summary>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<float, float> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<float, float> inputs = default) => throw new NotSupportedException();

    /// <summary>SKELETON: as the span form, on device memory and asynchronous on the stream.</summary>
    public static void Gradient(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        DeviceSpan<RowStatistics<float>> statistics,
        DeviceSpan<float> upstream,
        DeviceSpan2D<float> gradient,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<float, float> inputs = default) => throw new NotSupportedException();
}
