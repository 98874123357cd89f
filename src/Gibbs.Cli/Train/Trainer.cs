using System;
using System.Diagnostics;

namespace Gibbs.Cli.Train;

/// <summary>How to train.</summary>
internal sealed record TrainSettings
{
    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required int Hidden { get; init; }

    public required double LearningRate { get; init; }

    public required double Momentum { get; init; }

    public required ulong Seed { get; init; }

    public required ITrainingLoss Loss { get; init; }

    /// <summary>The map that weights go through after each update; null for none.</summary>
    public WeightProxSettings? Prox { get; init; }
}

/// <summary>Loss and accuracy (a fraction of 1) over all training and all test rows, after an epoch.</summary>
internal readonly record struct EpochFigures(int Epoch, double TrainLoss, double TrainAccuracy, double TestLoss, double TestAccuracy);

/// <summary>Stochastic gradient descent with momentum over mini-batches in seeded random order.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly TrainSettings _settings;
    private readonly LabelledData _train;
    private readonly LabelledData _test;
    private readonly SeededRandom _random;
    private readonly Network _network;
    private readonly LossLayer _loss;
    private readonly WeightMatrix[] _weights;
    private readonly WeightProx? _prox;
    private readonly int[] _order;
    private readonly int[] _labels;
    private readonly float[] _logits;

    public Trainer(TrainSettings settings, LabelledData train, LabelledData test, ExecutionDevice device)
    {
        _settings = settings;
        _train = train;
        _test = test;
        _random = new(settings.Seed);
        int batch = Math.Min(settings.BatchSize, Math.Max(train.Rows, test.Rows));
        _network = new(train.Columns, settings.Hidden, train.Classes, batch, _random);
        _loss = new(device, settings.Loss, batch, train.Classes);
        _weights = _network.Weights;
        _prox = settings.Prox is null ? null : new(device, settings.Prox, settings.LearningRate, _weights);
        _order = new int[Math.Max(train.Rows, test.Rows)];
        _labels = new int[batch];
        _logits = new float[batch * train.Classes];
    }

    /// <summary>Time spent in training steps, without evaluation.</summary>
    public TimeSpan StepTime { get; private set; }

    /// <summary>Rows trained on so far, each as often as it was visited.</summary>
    public long RowsTrained { get; private set; }

    /// <summary>How many weights are 0, by layer; empty where no map makes them so.</summary>
    public LayerSparsity[] Sparsity => _prox is null ? [] : Array.ConvertAll(_weights, _prox.Sparsity);

    /// <summary>Trains over all rows once, then evaluates.</summary>
    /// <param name="epoch">Counted from 1.</param>
    /// <param name="progress">Receives the fraction of the epoch that is done.</param>
    public EpochFigures RunEpoch(int epoch, Action<double>? progress)
    {
        long begin = Stopwatch.GetTimestamp();
        Span<int> order = Identity(_train.Rows);
        _random.Shuffle(order);
        for (int start = 0; start < order.Length; start += _labels.Length)
        {
            ReadOnlySpan<int> rows = order.Slice(start, Math.Min(_labels.Length, order.Length - start));
            Span<float> logits = Forward(_train, rows);
            (double loss, _) = _loss.Compute(logits, Labels(_train, rows), gradient: true);
            if (!double.IsFinite(loss))
                throw new Failure($"the loss became {(double.IsNaN(loss) ? "NaN" : "infinite")} in epoch {epoch}: training diverged, a smaller --learning-rate may help");
            _network.Backward(_train, rows, logits);
            _network.Step(_settings.LearningRate, _settings.Momentum);
            if (_prox is not null)
                Array.ForEach(_weights, _prox.Apply);
            progress?.Invoke((double)(start + rows.Length) / order.Length);
        }

        StepTime += Stopwatch.GetElapsedTime(begin);
        RowsTrained += _train.Rows;
        (double trainLoss, double trainAccuracy) = Evaluate(_train);
        (double testLoss, double testAccuracy) = Evaluate(_test);
        return new(epoch, trainLoss, trainAccuracy, testLoss, testAccuracy);
    }

    public void Dispose()
    {
        _loss.Dispose();
        _prox?.Dispose();
    }

    private (double Loss, double Accuracy) Evaluate(LabelledData data)
    {
        ReadOnlySpan<int> order = Identity(data.Rows);
        double sum = 0;
        long correct = 0;
        for (int start = 0; start < order.Length; start += _labels.Length)
        {
            ReadOnlySpan<int> rows = order.Slice(start, Math.Min(_labels.Length, order.Length - start));
            (double loss, int right) = _loss.Compute(Forward(data, rows), Labels(data, rows), gradient: false);
            sum += loss * rows.Length;
            correct += right;
        }

        return (sum / data.Rows, (double)correct / data.Rows);
    }

    private Span<float> Forward(LabelledData data, ReadOnlySpan<int> rows)
    {
        Span<float> logits = _logits.AsSpan(0, rows.Length * data.Classes);
        _network.Forward(data, rows, logits);
        return logits;
    }

    private Span<int> Labels(LabelledData data, ReadOnlySpan<int> rows)
    {
        Span<int> labels = _labels.AsSpan(0, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            labels[i] = data.Labels[rows[i]];
        return labels;
    }

    private Span<int> Identity(int count)
    {
        Span<int> order = _order.AsSpan(0, count);
        for (int i = 0; i < count; i++)
            order[i] = i;
        return order;
    }
}
