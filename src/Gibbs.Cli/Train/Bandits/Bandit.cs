using System;

namespace Gibbs.Cli.Train.Bandits;

/// <summary>
/// A contextual bandit that punishes haste: in every state one arm pays 1 and the others less than 0.6, and the best arm starts out less likely than any. A policy that is sure too soon has settled for a
/// good arm; one that keeps its entropy for a while finds the best.
/// </summary>
internal sealed class Bandit
{
    /// <summary>By how much the best arm's first logit is below the others'.</summary>
    public const float Handicap = 1.5f;

    private const double Noise = 0.1;
    private const double Decoys = 0.6;

    private readonly double[,] _means;
    private readonly int[] _best;

    public Bandit(int states, int arms, SeededRandom random)
    {
        States = states;
        Arms = arms;
        _means = new double[states, arms];
        _best = new int[states];
        for (int s = 0; s < states; s++)
        {
            for (int a = 0; a < arms; a++)
                _means[s, a] = Decoys * random.NextDouble();
            _best[s] = (int)(random.NextDouble() * arms);
            _means[s, _best[s]] = 1;
        }
    }

    public int States { get; }

    public int Arms { get; }

    /// <summary>Logits [S·A] of the policy to start from.</summary>
    public float[] FirstLogits()
    {
        float[] logits = new float[States * Arms];
        for (int s = 0; s < States; s++)
            logits[(s * Arms) + _best[s]] = -Handicap;
        return logits;
    }

    /// <summary>A noisy reward.</summary>
    public double Pull(int state, long arm, SeededRandom random) => _means[state, arm] + (Noise * random.NextSymmetric(1.7320508));

    /// <summary>What a policy is paid on average over states.</summary>
    /// <param name="logits">[S·A].</param>
    public double Return(ReadOnlySpan<float> logits)
    {
        double total = 0;
        for (int s = 0; s < States; s++)
        {
            ReadOnlySpan<float> row = logits.Slice(s * Arms, Arms);
            double largest = double.NegativeInfinity, sum = 0, paid = 0;
            foreach (float z in row)
                largest = Math.Max(largest, z);
            for (int a = 0; a < Arms; a++)
            {
                double e = Math.Exp(row[a] - largest);
                sum += e;
                paid += e * _means[s, a];
            }

            total += paid / sum;
        }

        return total / States;
    }
}
