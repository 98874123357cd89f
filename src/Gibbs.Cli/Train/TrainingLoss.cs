using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Train;

/// <summary>A loss that a classifier is trained with: its mean over the rows, and the gradient where there is room for it.</summary>
internal interface ITrainingLoss
{
    double Compute(ReadOnlySpan2D<float> logits, TargetSpan labels, Span2D<float> gradient);

    void Compute(CudaStream stream, DeviceSpan2D<float> logits, DeviceTargetSpan labels, DeviceSpan2D<float> gradient, DeviceSpan<float> loss);
}

/// <summary>Softmax cross-entropy and what is built on it.</summary>
internal sealed record SoftmaxLoss(CrossEntropyOptions Options) : ITrainingLoss
{
    public double Compute(ReadOnlySpan2D<float> logits, TargetSpan labels, Span2D<float> gradient)
    {
        CrossEntropyOutputs<float, float> outputs = new() { Gradient = gradient };
        return SoftmaxCrossEntropy.Compute(logits, labels, outputs, Options).Loss;
    }

    public void Compute(CudaStream stream, DeviceSpan2D<float> logits, DeviceTargetSpan labels, DeviceSpan2D<float> gradient, DeviceSpan<float> loss) =>
        SoftmaxCrossEntropy.Compute(stream, logits, labels, new() { Gradient = gradient, Loss = loss }, Options);
}

/// <summary>The Fenchel-Young loss of entmax; sparsemax is α = 2.</summary>
internal sealed record EntmaxLoss(FenchelYoungOptions Options) : ITrainingLoss
{
    public double Compute(ReadOnlySpan2D<float> logits, TargetSpan labels, Span2D<float> gradient)
    {
        FenchelYoungOutputs<float, float> outputs = new() { Gradient = gradient };
        return FenchelYoung.Compute(logits, labels, outputs, Options).Loss;
    }

    public void Compute(CudaStream stream, DeviceSpan2D<float> logits, DeviceTargetSpan labels, DeviceSpan2D<float> gradient, DeviceSpan<float> loss) =>
        FenchelYoung.Compute(stream, logits, labels, new() { Gradient = gradient, Loss = loss }, Options);
}
