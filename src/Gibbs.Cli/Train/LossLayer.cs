using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Train;

/// <summary>
/// The fused loss over a batch of logits, on the device of the run: on the CPU over spans; otherwise in device memory, to which the logits and from which the gradient
/// are copied. The gradient takes the logits' place.
/// </summary>
internal sealed class LossLayer : IDisposable
{
    private readonly ITrainingLoss _loss;
    private readonly int _classes;
    private readonly DeviceArrays? _arrays;
    private readonly DeviceSpan<float> _deviceLogits;
    private readonly DeviceSpan<int> _deviceLabels;
    private readonly DeviceSpan<float> _deviceLoss;

    public LossLayer(ExecutionDevice device, ITrainingLoss loss, int maxBatch, int classes)
    {
        _loss = loss;
        _classes = classes;
        if (device.Stream is not { } stream)
            return;
        _arrays = new(stream);
        _deviceLogits = _arrays.Allocate<float>((long)maxBatch * classes);
        _deviceLabels = _arrays.Allocate<int>(maxBatch);
        _deviceLoss = _arrays.Allocate<float>(1);
    }

    /// <summary>Loss (mean over the batch) and number of correct rows; with <paramref name="gradient"/> the logits become the gradient of the loss.</summary>
    public (double Loss, int Correct) Compute(Span<float> logits, ReadOnlySpan<int> labels, bool gradient)
    {
        int correct = 0;
        for (int row = 0; row < labels.Length; row++)
            correct += Argmax(logits.Slice(row * _classes, _classes)) == labels[row] ? 1 : 0;
        return (_arrays is null ? OnCpu(logits, labels, gradient) : OnDevice(_arrays, logits, labels, gradient), correct);
    }

    public void Dispose() => _arrays?.Dispose();

    // The first largest; -1 where there is none.
    private static int Argmax(ReadOnlySpan<float> row)
    {
        int best = -1;
        float largest = float.NegativeInfinity;
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] > largest)
                (best, largest) = (i, row[i]);
        }

        return best;
    }

    private double OnCpu(Span<float> logits, ReadOnlySpan<int> labels, bool gradient)
    {
        Span2D<float> rows = Span2D<float>.DangerousCreate(ref logits[0], labels.Length, _classes, 0);
        return _loss.Compute(rows, labels, gradient ? rows : default);
    }

    private double OnDevice(DeviceArrays arrays, Span<float> logits, ReadOnlySpan<int> labels, bool gradient)
    {
        CudaStream stream = arrays.Stream;
        DeviceSpan<float> values = _deviceLogits.Slice(0, logits.Length);
        DeviceSpan2D<float> rows = values.AsRows(labels.Length, _classes);
        DeviceSpan<int> targets = _deviceLabels.Slice(0, labels.Length);
        stream.Copy(logits, values);
        stream.Copy(labels, targets);
        _loss.Compute(stream, rows, targets, gradient ? rows : default, _deviceLoss);
        if (gradient)
            stream.Copy(values, logits);
        return arrays.ReadReal(_deviceLoss, double.NaN);
    }
}
