using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Train;

/// <summary>
/// The fused loss over a batch of logits, on the device of the run: on the CPU over spans; otherwise in device memory, to which the logits and from which the gradient
/// are copied. The gradient takes the logits' place.
/// </summary>
internal sealed class LossLayer : IDisposable
{
    private readonly CrossEntropyOptions _options;
    private readonly int _classes;
    private readonly long[] _argmax;
    private readonly CudaStream? _stream;
    private readonly DeviceBuffer<float>? _deviceLogits;
    private readonly DeviceBuffer<int>? _deviceLabels;
    private readonly DeviceBuffer<long>? _deviceArgmax;
    private readonly DeviceBuffer<float>? _deviceLoss;

    public LossLayer(ExecutionDevice device, CrossEntropyOptions options, int maxBatch, int classes)
    {
        _options = options;
        _classes = classes;
        _argmax = new long[maxBatch];
        if (device.Stream is not { } stream)
            return;
        _stream = stream;
        _deviceLogits = stream.Allocate<float>((long)maxBatch * classes);
        _deviceLabels = stream.Allocate<int>(maxBatch);
        _deviceArgmax = stream.Allocate<long>(maxBatch);
        _deviceLoss = stream.Allocate<float>(1);
    }

    /// <summary>Loss (mean over the batch) and number of correct rows; with <paramref name="gradient"/> the logits become the gradient of the loss.</summary>
    public (double Loss, int Correct) Compute(Span<float> logits, ReadOnlySpan<int> labels, bool gradient)
    {
        int rows = labels.Length;
        double loss = _stream is null ? OnCpu(logits, labels, gradient) : OnDevice(_stream, logits, labels, gradient);
        int correct = 0;
        for (int row = 0; row < rows; row++)
            correct += _argmax[row] == labels[row] ? 1 : 0;
        return (loss, correct);
    }

    public void Dispose()
    {
        _deviceLogits?.Dispose();
        _deviceLabels?.Dispose();
        _deviceArgmax?.Dispose();
        _deviceLoss?.Dispose();
    }

    private double OnCpu(Span<float> logits, ReadOnlySpan<int> labels, bool gradient)
    {
        Span2D<float> rows = Span2D<float>.DangerousCreate(ref logits[0], labels.Length, _classes, 0);
        CrossEntropyOutputs<float, float> outputs = new()
        {
            Gradient = gradient ? rows : default,
            Argmax = _argmax.AsSpan(0, labels.Length),
        };
        return SoftmaxCrossEntropy.Compute(rows, labels, outputs, _options).Loss;
    }

    private double OnDevice(CudaStream stream, Span<float> logits, ReadOnlySpan<int> labels, bool gradient)
    {
        DeviceSpan<float> values = _deviceLogits!.Span.Slice(0, logits.Length);
        DeviceSpan2D<float> rows = values.AsRows(labels.Length, _classes);
        DeviceSpan<int> targets = _deviceLabels!.Span.Slice(0, labels.Length);
        DeviceSpan<long> argmax = _deviceArgmax!.Span.Slice(0, labels.Length);
        stream.Copy(logits, values);
        stream.Copy(labels, targets);
        DeviceCrossEntropyOutputs<float, float> outputs = new()
        {
            Gradient = gradient ? rows : default,
            Argmax = argmax,
            Loss = _deviceLoss!.Span,
        };
        SoftmaxCrossEntropy.Compute(stream, rows, targets, outputs, _options);
        stream.Copy(argmax, _argmax.AsSpan(0, labels.Length));
        if (gradient)
            stream.Copy(values, logits);
        Span<float> loss = stackalloc float[1];
        stream.Copy(_deviceLoss.Span, loss);
        return loss[0];
    }
}
