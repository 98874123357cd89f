using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Train.Bandits;

/// <summary>How a policy is kept from being sure too soon.</summary>
internal enum EntropyMethod
{
    Bonus,
    None,
    Tsallis,
    Band,
    Siren,
}

/// <summary>What a bandit run is made of.</summary>
internal sealed record BanditSettings(EntropyMethod Method, double Weight, int States, int Arms, int Samples, int Steps, double LearningRate, ulong Seed);

/// <summary>What is watched: the mean reward of the policy and its mean entropy, as a share of log A.</summary>
internal readonly record struct BanditFigures(int Step, double Return, double Entropy);

/// <summary>
/// Policy gradient on a table of logits, all of it by the library: samples and their log-probabilities by <see cref="TokenSet"/>, advantages within the samples of a state by <see cref="GroupAdvantage"/>,
/// the clipped loss by <see cref="PolicyLoss"/>, the entropy's part by <see cref="EntropyPenalty"/>, and both gradients to the logits in one pass by <see cref="RowEntropy"/>.
/// </summary>
internal sealed class BanditTrainer
{
    private readonly BanditSettings _settings;
    private readonly Bandit _bandit;
    private readonly SeededRandom _random;
    private readonly float[] _logits;
    private readonly float[] _rows;
    private readonly float[] _gradient;
    private readonly long[] _samples;
    private readonly float[] _logProbabilities;
    private readonly float[] _entropies;
    private readonly float[] _rewards;
    private readonly float[] _advantages;
    private readonly float[] _byLogProbability;
    private readonly float[] _byEntropy;
    private readonly long[] _groups;
    private double _anchor = double.NaN;

    public BanditTrainer(BanditSettings settings)
    {
        _settings = settings;
        _random = new(settings.Seed);
        _bandit = new(settings.States, settings.Arms, _random);
        _logits = _bandit.FirstLogits();
        int rows = settings.States * settings.Samples;
        _rows = new float[rows * settings.Arms];
        _gradient = new float[rows * settings.Arms];
        _samples = new long[rows];
        _logProbabilities = new float[rows];
        _entropies = new float[rows];
        _rewards = new float[rows];
        _advantages = new float[rows];
        _byLogProbability = new float[rows];
        _byEntropy = new float[rows];
        _groups = new long[settings.States + 1];
        for (int s = 0; s <= settings.States; s++)
            _groups[s] = (long)s * settings.Samples;
    }

    /// <summary>One step; the figures are those of the policy before it.</summary>
    public BanditFigures Step(int step)
    {
        int rows = _samples.Length, arms = _settings.Arms;
        for (int row = 0; row < rows; row++)
            _logits.AsSpan(row / _settings.Samples * arms, arms).CopyTo(_rows.AsSpan(row * arms));
        Span2D<float> logits = new(_rows, rows, arms);

        TokenSet.Compute(
            logits,
            new() { Samples = _samples, SampleLogProbability = _logProbabilities, FullEntropies = _entropies },
            new() { Seed = _settings.Seed, Step = (uint)step });
        for (int row = 0; row < rows; row++)
            _rewards[row] = (float)_bandit.Pull(row / _settings.Samples, _samples[row], _random);
        GroupAdvantage.Compute(_rewards, _groups, new() { Advantages = _advantages });

        Span2D<float> logProbabilities = new(_logProbabilities, rows, 1);
        PolicyLoss.Compute(
            logProbabilities,
            new() { LogProbabilityGradient = new(_byLogProbability, rows, 1) },
            new() { Kind = PolicyLossKind.Clipped },
            new() { OldLogProbabilities = logProbabilities, SequenceAdvantages = _advantages });
        double entropy = EntropyGradient();
        RowEntropy.Compute(
            logits,
            new() { Gradient = new(_gradient, rows, arms) },
            new() { Reduction = Reduction.Sum, Kind = _settings.Method == EntropyMethod.Tsallis ? EntropyKind.Tsallis : EntropyKind.Shannon },
            new() { RowWeights = _byEntropy, Actions = new TargetSpan(_samples), ActionWeights = _byLogProbability });

        BanditFigures figures = new(step, _bandit.Return(_logits), entropy / Math.Log(arms));
        Descend();
        return figures;
    }

    // d(penalty)/dH of every row, over rows as tokens of one sequence; returns the mean entropy.
    private double EntropyGradient()
    {
        Span2D<float> entropies = new(_entropies, 1, _entropies.Length);
        EntropyPenaltyOptions options = _settings.Method switch
        {
            EntropyMethod.None => new() { Weight = 0 },
            EntropyMethod.Band => EntropyPenaltyOptions.EpoBand(_settings.Weight) with { EntropyBonus = 0, Lower = 0.5, Upper = 1, Anchor = Anchor() },
            EntropyMethod.Siren => EntropyPenaltyOptions.Siren(Anchor(), _settings.Weight, 0.5),
            _ => new() { Weight = _settings.Weight },
        };
        return EntropyPenalty.Compute(entropies, new() { Gradient = new(_byEntropy, 1, _byEntropy.Length) }, options).MeanEntropy;
    }

    // The mean entropy of the first step.
    private double Anchor()
    {
        if (double.IsNaN(_anchor))
            _anchor = EntropyPenalty.Compute(new Span2D<float>(_entropies, 1, _entropies.Length), default(EntropyPenaltyOutputs<float>)).MeanEntropy;
        return _anchor;
    }

    // The gradient is of a mean over all rows; the step's length counts per state.
    private void Descend()
    {
        int arms = _settings.Arms;
        float length = (float)(_settings.LearningRate * _settings.States);
        for (int row = 0; row < _samples.Length; row++)
        {
            Span<float> logits = _logits.AsSpan(row / _settings.Samples * arms, arms);
            ReadOnlySpan<float> gradient = _gradient.AsSpan(row * arms, arms);
            for (int a = 0; a < arms; a++)
                logits[a] -= length * gradient[a];
        }
    }
}
