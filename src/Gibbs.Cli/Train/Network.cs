using System;

namespace Gibbs.Cli.Train;

/// <summary>
/// A classifier with one hidden layer: logits = W2·relu(W1ᵀ·x + b1) + b2. It stops at the logits; loss and gradient with respect to them are the library's.
/// Rows are contiguous in the hidden units in every matrix, W1 [features, hidden] and W2 [classes, hidden].
/// </summary>
internal sealed class Network
{
    private readonly int _features;
    private readonly int _hidden;
    private readonly int _classes;
    private readonly float[][] _parameters;
    private readonly float[][] _gradients;
    private readonly float[][] _velocities;
    private readonly float[] _activations;
    private readonly float[] _hiddenGradient;

    /// <summary>He-uniform weights, zero biases.</summary>
    public Network(int features, int hidden, int classes, int maxBatch, SeededRandom random)
    {
        _features = features;
        _hidden = hidden;
        _classes = classes;
        _parameters = Zeros();
        _gradients = Zeros();
        _velocities = Zeros();
        _activations = new float[maxBatch * hidden];
        _hiddenGradient = new float[hidden];
        Fill(_parameters[0], Math.Sqrt(6.0 / features));
        Fill(_parameters[2], Math.Sqrt(6.0 / hidden));

        float[][] Zeros() => [new float[features * hidden], new float[hidden], new float[classes * hidden], new float[classes]];

        void Fill(Span<float> weights, double bound)
        {
            foreach (ref float weight in weights)
                weight = random.NextSymmetric(bound);
        }
    }

    /// <summary>W1 [features, hidden] and W2 [classes, hidden].</summary>
    public WeightMatrix[] Weights => [new("hidden", _parameters[0], _features, _hidden), new("output", _parameters[2], _classes, _hidden)];

    /// <summary>The logits [rows.Length, classes] of some rows; keeps what the way back needs.</summary>
    public void Forward(LabelledData data, ReadOnlySpan<int> rows, Span<float> logits)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> hidden = _activations.AsSpan(i * _hidden, _hidden);
            _parameters[1].CopyTo(hidden);
            VectorMath.AddCombination(hidden, data.Row(rows[i]), _parameters[0]);
            foreach (ref float unit in hidden)
                unit = Math.Max(unit, 0);
            for (int c = 0; c < _classes; c++)
                logits[(i * _classes) + c] = _parameters[3][c] + VectorMath.Dot(hidden, _parameters[2].AsSpan(c * _hidden, _hidden));
        }
    }

    /// <summary>Adds the gradient of the parameters, from that of the logits of the last forward pass.</summary>
    public void Backward(LabelledData data, ReadOnlySpan<int> rows, ReadOnlySpan<float> logitGradient)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> hidden = _activations.AsSpan(i * _hidden, _hidden);
            ReadOnlySpan<float> outer = logitGradient.Slice(i * _classes, _classes);
            VectorMath.AddOuter(_gradients[2], outer, hidden);
            VectorMath.AddScaled(_gradients[3], 1, outer);

            Array.Clear(_hiddenGradient);
            VectorMath.AddCombination(_hiddenGradient, outer, _parameters[2]);
            for (int j = 0; j < _hidden; j++)
                _hiddenGradient[j] = hidden[j] > 0 ? _hiddenGradient[j] : 0;
            VectorMath.AddOuter(_gradients[0], data.Row(rows[i]), _hiddenGradient);
            VectorMath.AddScaled(_gradients[1], 1, _hiddenGradient);
        }
    }

    /// <summary>A step of gradient descent with momentum; clears the gradient.</summary>
    public void Step(double learningRate, double momentum)
    {
        for (int i = 0; i < _parameters.Length; i++)
            VectorMath.Step(_parameters[i], _velocities[i], _gradients[i], (float)learningRate, (float)momentum);
    }
}
