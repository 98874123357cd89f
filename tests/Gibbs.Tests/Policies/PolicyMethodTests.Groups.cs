using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Policies;

/// <summary>Methods that compare the right answers of a question with its wrong ones: compositions of a policy loss with advantages by question.</summary>
public sealed partial class PolicyMethodTests
{
    [Test]
    public void DisCo([Values(PolicyLossKind.Reinforce, PolicyLossKind.Ratio)] PolicyLossKind score)
    {
        // DisCO-b: −(1/Q)·Σ_q (mean₊ s − mean₋ s), s the mean of ℓ or of ρ over the tokens: advantages ±1/n, means by sequence, the questions as normaliser.
        (PolicyCase c, int[][] questions, bool[] right) = Questions();
        double[] advantages = new double[c.Rows];
        foreach (int[] question in questions)
        {
            int positives = question.Count(i => right[i]), negatives = question.Length - positives;
            foreach (int i in question)
                advantages[i] = positives * negatives == 0 ? 0 : right[i] ? 1.0 / positives : -1.0 / negatives;
        }

        c = c with { SequenceAdvantages = advantages, Options = new() { Kind = score, Aggregation = TokenAggregation.SequenceMeanTokenMean, Normaliser = questions.Length } };
        PolicyRun run = PolicyRunner.Run(device, c);
        double expected = 0;
        foreach (int[] question in questions.Where(q => q.Any(i => right[i]) && q.Any(i => !right[i])))
        {
            double Mean(bool positive) => question.Where(i => right[i] == positive).Average(i => Score(c, c.LogProbabilities, i, score));
            expected -= (Mean(true) - Mean(false)) / questions.Length;
        }

        Assert.That(run.Metrics.Loss, Is.EqualTo(expected).Within(1e-13));
    }

    [Test]
    public void Drpo()
    {
        // J = Σ₊ ω·(s − τ·log mean₋ e^(s/τ))/Σ₊ ω: positives by their length weight, negatives by a softmax of their scores, both held fixed. The gradient is that of −J/Q; questions of one kind are in Q alone.
        const double tau = 0.7;
        (PolicyCase c, int[][] questions, bool[] right) = Questions();
        double[] scores = new double[c.Rows], omega = [.. Enumerable.Range(0, c.Rows).Select(i => Math.Exp((1 - (Tokens(c, i).Length / 4.0)) / 0.5))], advantages = new double[c.Rows];
        double[,] logProbabilities = new double[c.Rows, c.Columns];
        byte[,] mask = new byte[c.Rows, c.Columns];
        Buffer.BlockCopy(c.LogProbabilities, 0, logProbabilities, 0, 8 * c.LogProbabilities.Length);
        Buffer.BlockCopy(c.Mask!, 0, mask, 0, c.Mask!.Length);
        TokenStatistics.Compute(logProbabilities, mask, new() { Means = scores }, new() { Scope = TokenScope.Sequence });
        foreach (int[] question in questions.Where(q => q.Any(i => right[i]) && q.Any(i => !right[i])))
        {
            double weights = question.Where(i => right[i]).Sum(i => omega[i]), masses = question.Where(i => !right[i]).Sum(i => Math.Exp(scores[i] / tau));
            foreach (int i in question)
                advantages[i] = right[i] ? omega[i] / weights : -Math.Exp(scores[i] / tau) / masses;
        }

        PolicyRun run = PolicyRunner.Run(device, c with
        {
            SequenceAdvantages = advantages,
            Options = new() { Kind = PolicyLossKind.Reinforce, Aggregation = TokenAggregation.SequenceMeanTokenMean, Normaliser = questions.Length },
        });
        double Objective(double[] l)
        {
            double loss = 0;
            foreach (int[] question in questions.Where(q => q.Any(i => right[i]) && q.Any(i => !right[i])))
            {
                double negatives = tau * Math.Log(question.Where(i => !right[i]).Average(i => Math.Exp(Score(c, l, i, PolicyLossKind.Reinforce) / tau)));
                loss -= question.Where(i => right[i]).Sum(i => omega[i] * (Score(c, l, i, PolicyLossKind.Reinforce) - negatives)) / question.Where(i => right[i]).Sum(i => omega[i]) / questions.Length;
            }

            return loss;
        }

        for (int k = 0; k < c.LogProbabilities.Length; k++)
        {
            double[] moved = [.. c.LogProbabilities];
            double At(double value)
            {
                moved[k] = value;
                return Objective(moved);
            }

            Assert.That(run.Gradient[k], Is.EqualTo(FiniteDifferences.Derivative(At, c.LogProbabilities[k])).Within(1e-10), $"token {k}");
        }
    }

    // Three questions of answers of up to four tokens; one has right answers only.
    private static (PolicyCase Case, int[][] Questions, bool[] Right) Questions()
    {
        PolicyCase c = PolicyCase.Random(ElementType.Float64, 9, 4, 60, default) with
        {
            Advantages = null,
            GroupOffsets = null,
            Entropies = null,
            Mask = [.. Enumerable.Range(0, 36).Select(k => (byte)(k % 4 <= (k / 4 * 7) % 4 ? 1 : 0))],
        };
        return (c, [[0, 1, 2, 3], [4, 5], [6, 7, 8]], [true, false, true, false, true, true, false, false, true]);
    }

    private static int[] Tokens(PolicyCase c, int row) => [.. Enumerable.Range(row * c.Columns, c.Columns).Where(c.IsToken)];

    private static double Score(PolicyCase c, double[] logProbabilities, int row, PolicyLossKind kind) =>
        Tokens(c, row).Average(k => kind == PolicyLossKind.Ratio ? Math.Exp(logProbabilities[k] - c.Old![k]) : logProbabilities[k]);
}
