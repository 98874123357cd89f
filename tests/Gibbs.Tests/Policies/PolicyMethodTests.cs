using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Policies;

/// <summary>One test per published method: end to end on small data, and what defines it.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed partial class PolicyMethodTests(string device)
{
    private const int Classes = 5;

    private static readonly double[] s_advantages = [1, -0.5, 2, -1, 0.25, -2];
    private static readonly long[] s_actions = [2, 0, 4, 1, 1, 3];
    private static readonly double[,] s_logits = Logits();

    [Test]
    public void Reinforce()
    {
        // −mean A·log π(a): the gradient of a row is A·(p − 1[a])/n.
        PolicyLossOptions options = new() { Kind = PolicyLossKind.Reinforce };
        (double loss, double[,] gradient) = Train(s_logits, options, null, null);
        double expected = 0;
        for (int i = 0; i < 6; i++)
        {
            double[] p = Softmax(s_logits, i);
            expected -= s_advantages[i] * Math.Log(p[s_actions[i]]) / 6;
            for (int j = 0; j < Classes; j++)
                Assert.That(gradient[i, j], Is.EqualTo(s_advantages[i] * (p[j] - (j == s_actions[i] ? 1 : 0)) / 6).Within(1e-14));
        }

        Assert.That(loss, Is.EqualTo(expected).Within(1e-14));
    }

    [Test]
    public void GradientToTheLogitsIsTheDerivative([Values(PolicyLossKind.Clipped, PolicyLossKind.KlCov)] PolicyLossKind kind)
    {
        // PPO with KL to a reference and an entropy bonus, through the row entropies: one pass back to the logits.
        double[] old = [.. Enumerable.Range(0, 6).Select(i => Math.Log(Softmax(s_logits, i)[s_actions[i]]) + (0.5 * Math.Sin(i)))], reference = [.. old.Select((l, i) => l + (0.3 * Math.Cos(i)))];
        PolicyLossOptions options = new() { Kind = kind, KlWeight = 0.2, EntropyWeight = 0.1, SelectedShare = 0.4, Aggregation = TokenAggregation.SequenceMeanTokenMean };
        (_, double[,] gradient) = Train(s_logits, options, old, reference);
        for (int k = 0; k < 6 * Classes; k += device == "cpu" ? 1 : 7)
        {
            double[,] logits = (double[,])s_logits.Clone();
            double At(double value)
            {
                logits[k / Classes, k % Classes] = value;
                return Train(logits, options, old, reference).Loss;
            }

            Assert.That(gradient[k / Classes, k % Classes], Is.EqualTo(FiniteDifferences.Derivative(At, s_logits[k / Classes, k % Classes], 1e-4)).Within(1e-9), $"logit {k}");
        }
    }

    [Test]
    public void Ppo()
    {
        // The clip takes the gradient only where the ratio has gone the way that the advantage pulls.
        PolicyRun run = Run([0.5, 1, 1.5, 0.5, 1, 1.5], [1, 1, 1, -1, -1, -1], new());
        Assert.That(run.TokenLosses, Is.EqualTo(new[] { -0.5, -1, -1.2, 0.8, 1, 1.5 }).Within(1e-12));
        Assert.That(run.Gradient.Select(g => 6 * g), Is.EqualTo(new[] { -0.5, -1, 0, 0, 1, 1.5 }).Within(1e-12));
        Assert.That(run.Flags.Select(f => f == PolicyFlags.Clipped), Is.EqualTo(new[] { false, false, true, true, false, false }));
        Assert.That(run.Metrics.ClipFraction, Is.EqualTo(2 / 6.0));
    }

    [Test]
    public void DualClip()
    {
        PolicyRun run = Run([5, 5, 2.5, 0.5], [-1, 1, -1, -1], new() { DualClip = 3 });
        Assert.That(run.TokenLosses, Is.EqualTo(new[] { 3, -1.2, 2.5, 0.8 }).Within(1e-12));
        Assert.That(run.Gradient.Select(g => 4 * g), Is.EqualTo(new[] { 0, 0, 2.5, 0 }).Within(1e-12));
        Assert.That(run.Flags, Is.EqualTo(new[] { PolicyFlags.DualClipped, PolicyFlags.Clipped, PolicyFlags.None, PolicyFlags.Clipped }));
        Assert.That(Run([5], [-1], new()).TokenLosses[0], Is.EqualTo(5).Within(1e-12), "without a dual clip the loss grows with the ratio");
    }

    [Test]
    public void Grpo()
    {
        // (1/G)·Σ_i (1/|o_i|)·Σ_t [−min(A·ρ, A·clip ρ) + β·k3], A_i = (r_i − mean)/(std + ε) of its group; lengths 3, 1, 2, 2.
        double[] rewards = [1, 0, 0.5, 0], advantages = new double[4];
        GroupAdvantage.Compute(rewards, [0, 2, 4], new() { Advantages = advantages });
        byte[] mask = [1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1];
        double[] ratios = [1.1, 0.7, 1.4, 1.3, 9, 9, 0.9, 1, 9, 9, 0.5, 1.25], kl = [.. Enumerable.Range(0, 12).Select(k => 0.1 * Math.Sin(k))];
        double expected = 0;
        for (int k = 0; k < 12; k++)
        {
            double a = advantages[k / 3];
            if (mask[k] != 0)
                expected += (-Math.Min(a * ratios[k], a * Math.Clamp(ratios[k], 0.8, 1.2)) + (0.04 * (Math.Exp(kl[k]) - 1 - kl[k]))) / mask[(k / 3 * 3)..((k / 3 * 3) + 3)].Sum(m => m) / 4;
        }

        PolicyRun run = PolicyRunner.Run(device, new()
        {
            Type = ElementType.Float64,
            Rows = 4,
            Columns = 3,
            LogProbabilities = new double[12],
            Old = [.. ratios.Select(r => -Math.Log(r))],
            Reference = kl,
            SequenceAdvantages = advantages,
            Mask = mask,
            Options = new() { KlWeight = 0.04, Aggregation = TokenAggregation.SequenceMeanTokenMean },
        });
        Assert.That(run.Metrics.Loss, Is.EqualTo(expected).Within(1e-13));
        Assert.That(advantages.Chunk(2).Select(pair => pair.Sum()), Is.All.EqualTo(0).Within(1e-15));
        Assert.That(advantages[0], Is.EqualTo(0.5 / (Math.Sqrt(0.5) + 1e-6)).Within(1e-15));
    }

    [Test]
    public void DrGrpoAndDapo()
    {
        // Dr. GRPO: sums over a fixed length, no deviation; DAPO: one mean over all tokens, a higher upper clip.
        PolicyCase c = PolicyCase.Random(ElementType.Float64, 4, 6, 50, new() { Aggregation = TokenAggregation.SequenceMeanTokenSumNorm, Length = 10 });
        PolicyRun run = PolicyComparison.Conforms(device, c);
        Assert.That(run.Metrics.Loss, Is.EqualTo(run.TokenLosses.Sum() / 10 / 3).Within(1e-14), "three of the four sequences have tokens");
        PolicyRun released = PolicyComparison.Conforms(device, c with { Options = c.Options with { Aggregation = TokenAggregation.TokenSumNorm } });
        Assert.That(released.Metrics.Loss, Is.EqualTo(3 * run.Metrics.Loss).Within(1e-14));
        PolicyRun dapo = PolicyComparison.Conforms(device, c with { Options = new() { ClipHigh = 0.28 } });
        Assert.That(dapo.Metrics.Loss, Is.EqualTo(dapo.TokenLosses.Sum() / dapo.Metrics.Tokens).Within(1e-14));
        Assert.That(dapo.Metrics.Clipped, Is.LessThanOrEqualTo(run.Metrics.Clipped));
    }

    [Test]
    public void K1K2K3()
    {
        // Over all tokens, weighted by their probability: k1 and k3 have the mean KL(p | q), and k2 has its gradient.
        double[] p = Softmax(s_logits, 0), q = Softmax(s_logits, 3);
        double kl = p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();
        PolicyRun Of(KlEstimator estimator) => PolicyRunner.Run(device, new()
        {
            Type = ElementType.Float64,
            Rows = 1,
            Columns = Classes,
            LogProbabilities = [.. p.Select(x => Math.Log(x))],
            Reference = [.. q.Select(x => Math.Log(x))],
            SequenceAdvantages = [0],
            Options = new() { Kind = PolicyLossKind.Reinforce, KlEstimator = estimator, KlWeight = 1, Normaliser = 1 },
        });
        Assert.That(p.Zip(Of(KlEstimator.K1).TokenLosses, (w, v) => w * v).Sum(), Is.EqualTo(kl).Within(1e-14));
        Assert.That(p.Zip(Of(KlEstimator.K3).TokenLosses, (w, v) => w * v).Sum(), Is.EqualTo(kl).Within(1e-14));
        Assert.That(Of(KlEstimator.K3).TokenLosses, Is.All.GreaterThan(0));
        double[] slopes = Of(KlEstimator.K2).Gradient;
        for (int j = 0; j < Classes; j++)
        {
            double byLogit = Enumerable.Range(0, Classes).Sum(a => p[a] * slopes[a] * ((a == j ? 1 : 0) - p[j]));
            Assert.That(byLogit, Is.EqualTo(p[j] * (Math.Log(p[j] / q[j]) - kl)).Within(1e-14));
        }
    }

    [Test]
    public void LpReg()
    {
        // Ten negative tokens of ρ = 0.3: the three of lowest log-probability, of which one was filtered out by min-p and keeps the clipped loss.
        double[] l = [-1, -5, -9, -2, -6, -0.5, -7, -3, -4, -1.5, -20, -20], proxy = [.. l.Select((x, k) => k == 2 ? double.NegativeInfinity : x + 0.1)];
        PolicyRun run = PolicyRunner.Run(device, new()
        {
            Type = ElementType.Float64,
            Rows = 1,
            Columns = 12,
            LogProbabilities = l,
            Old = [.. l.Select(x => x - Math.Log(1.5))],
            Proxy = proxy,
            Advantages = [-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 0],
            Options = new() { Kind = PolicyLossKind.LpReg, SelectedShare = 0.3, PenaltyWeight = 2, DualClip = 1.3 },
        });
        Assert.That(Enumerable.Range(0, 12).Where(k => run.Flags[k] == PolicyFlags.Penalised), Is.EqualTo(new[] { 4, 6 }));
        Assert.That(run.Flags[2], Is.EqualTo(PolicyFlags.DualClipped));
        foreach (int k in new[] { 4, 6 })
        {
            Assert.That(run.TokenLosses[k], Is.EqualTo(1.5 + (2 * (Math.Exp(0.1) - 1 - 0.1))).Within(1e-12));
            Assert.That(12 * run.Gradient[k], Is.EqualTo(1.5 + (2 * (1 - Math.Exp(0.1)))).Within(1e-12), "the penalty pulls the token's log-probability up");
        }

        // The proxy is a min-p set's log-probability of the token.
        double[,] logits = { { 3, 2, -4, 0 }, { 3, 2, -4, 0 } };
        double[] filtered = new double[2];
        TokenSet.Compute(logits, new() { ActionLogProbability = filtered }, new() { MinP = 0.02 }, new() { Actions = new long[] { 3, 2 } });
        Assert.That(filtered[0], Is.EqualTo(-Math.Log(Math.Exp(3) + Math.Exp(2) + 1)).Within(1e-14));
        Assert.That(filtered[1], Is.EqualTo(double.NegativeInfinity));
    }

    [Test]
    public void ClipCov()
    {
        PolicyLossOptions options = new() { Kind = PolicyLossKind.ClipCov, SelectedShare = 0.06, CovarianceLow = 0.2, CovarianceHigh = 2, Seed = 99 };
        PolicyCase c = PolicyCase.Random(ElementType.Float64, 6, 40, 51, options);
        PolicyRun run = PolicyComparison.Conforms(device, c), ppo = PolicyRunner.Run(device, c with { Options = new() });
        PolicyReference reference = new(c);
        int[] drawn = [.. Enumerable.Range(0, 240).Where(k => run.Flags[k] == PolicyFlags.Detached)];
        Assert.That(drawn, Has.Length.EqualTo((int)(0.06 * run.Metrics.Tokens)));
        Assert.That(reference.Ranking, Has.Length.GreaterThan(2 * drawn.Length), "the draw is among more than it takes");
        Assert.That(drawn, Is.SubsetOf(reference.Ranking));
        for (int k = 0; k < 240; k++)
        {
            bool chosen = drawn.Contains(k);
            Assert.That(run.TokenLosses[k], Is.EqualTo(chosen ? 0 : ppo.TokenLosses[k]));
            Assert.That(run.Gradient[k], Is.EqualTo(chosen ? 0 : ppo.Gradient[k]));
        }

        PolicyRun other = PolicyComparison.Conforms(device, c with { Options = options with { Seed = 100 } });
        Assert.That(other.Flags, Is.Not.EqualTo(run.Flags));
        Assert.That(other.Metrics.Selected, Is.EqualTo(drawn.Length));
    }

    [Test]
    public void KlCov()
    {
        PolicyLossOptions options = new() { Kind = PolicyLossKind.KlCov, SelectedShare = 0.05, PenaltyWeight = 3 };
        PolicyCase c = PolicyCase.Random(ElementType.Float64, 6, 40, 52, options);
        PolicyRun run = PolicyComparison.Conforms(device, c);
        int[] tokens = [.. Enumerable.Range(0, 240).Where(c.IsToken)];
        double meanAdvantage = tokens.Average(c.Advantage), meanLog = tokens.Average(k => c.LogProbabilities[k]);
        int[] top = [.. tokens.OrderByDescending(k => (c.Advantage(k) - meanAdvantage) * (c.LogProbabilities[k] - meanLog)).Take((int)(0.05 * tokens.Length)).Order()];
        Assert.That(Enumerable.Range(0, 240).Where(k => run.Flags[k] == PolicyFlags.Penalised), Is.EqualTo(top));
        Assert.That(run.Metrics.Clipped, Is.Zero, "there is no clip");
        foreach (int k in tokens)
        {
            double ratio = Math.Exp(c.LogProbabilities[k] - c.Old![k]);
            double penalty = top.Contains(k) ? 3 * Math.Abs(c.LogProbabilities[k] - c.Old[k]) : 0;
            Assert.That(run.TokenLosses[k], Is.EqualTo((-c.Advantage(k) * ratio) + penalty).Within(1e-13));
        }
    }

    [TestCase(1.2)]
    [TestCase(0.8)]
    public void Aepo(double temperature)
    {
        // REINFORCE with A = 1 on samples drawn at T, their log-probabilities taken at 1: the expected gradient is p − p_T, and a step raises the entropy for T > 1 and lowers it for T < 1.
        const int samples = 20000;
        double[,] row = { { 1.5, 0.5, 0, -1, -0.5, 0.2 } }, rows = new double[samples, 6];
        for (int i = 0; i < samples; i++)
        {
            for (int j = 0; j < 6; j++)
                rows[i, j] = row[0, j];
        }

        long[] actions = new long[samples];
        TokenSet.Compute(rows, new() { Samples = actions }, new() { Temperature = temperature, Seed = 7 });
        double[] p = Softmax(row, 0), tempered = Softmax(new[,] { { 1.5 / temperature, 0.5 / temperature, 0, -1 / temperature, -0.5 / temperature, 0.2 / temperature } }, 0);
        PolicyRun run = PolicyRunner.Run(device, new()
        {
            Type = ElementType.Float64,
            Rows = 4,
            Columns = samples / 4,
            LogProbabilities = [.. actions.Select(a => Math.Log(p[a]))],
            SequenceAdvantages = [1, 1, 1, 1],
            Options = new() { Kind = PolicyLossKind.Reinforce },
        });
        double[,] gradient = new double[samples, 6];
        RowEntropy.Compute(rows, new() { Gradient = gradient }, new() { Reduction = Reduction.Sum }, new() { Actions = actions, ActionWeights = run.Gradient, RowWeights = new double[samples] });
        double[] sum = [.. Enumerable.Range(0, 6).Select(j => Enumerable.Range(0, samples).Sum(i => gradient[i, j]))];
        for (int j = 0; j < 6; j++)
            Assert.That(sum[j], Is.EqualTo(p[j] - tempered[j]).Within(4 * Math.Sqrt(0.25 / samples)));
        double Entropy(double step)
        {
            double[] moved = Softmax(new[,] { { 1.5 - (step * sum[0]), 0.5 - (step * sum[1]), -step * sum[2], -1 - (step * sum[3]), -0.5 - (step * sum[4]), 0.2 - (step * sum[5]) } }, 0);
            return -moved.Sum(x => x * Math.Log(x));
        }

        Assert.That(Entropy(1) > Entropy(0), Is.EqualTo(temperature > 1));
        Assert.That(-run.Metrics.LogProbability, Is.EqualTo(-actions.Average(a => Math.Log(p[a]))).Within(1e-12), "the switch's measure of entropy");
    }

    [Test]
    public void ExponentialSmoothing([Values(0, 0.4, 1)] double alpha)
    {
        // R = (1/n)·Σ c·p(a)/π₀(a)^α with the cost c = −A, and its gradient (c/π₀^α)·p_a·(1[a] − p)/n.
        double[] logging = [0.2, 0.9, 0.05, 0.4, 0.6, 0.3];
        PolicyLossOptions options = new() { Kind = PolicyLossKind.ExponentialSmoothing, Smoothing = alpha };
        (double loss, double[,] gradient) = Train(s_logits, options, [.. logging.Select(x => Math.Log(x))], null);
        double risk = 0;
        for (int i = 0; i < 6; i++)
        {
            double[] p = Softmax(s_logits, i);
            double pa = p[s_actions[i]], weight = -s_advantages[i] / Math.Pow(logging[i], alpha) / 6;
            risk += weight * pa;
            for (int j = 0; j < Classes; j++)
                Assert.That(gradient[i, j], Is.EqualTo(weight * pa * ((j == s_actions[i] ? 1 : 0) - p[j])).Within(1e-13));
        }

        Assert.That(loss, Is.EqualTo(risk).Within(1e-13));
    }

    [Test]
    public void Dpok()
    {
        // The ratio itself is clamped: no gradient outside, also where the advantage would pull it back and PPO passes one.
        double[] ratios = [0.5, 1, 1.5, 0.5, 1, 1.5], advantages = [1, 1, 1, -1, -1, -1];
        PolicyRun run = Run(ratios, advantages, new() { Kind = PolicyLossKind.HardClamp, ClipLow = 0.1, ClipHigh = 0.1 });
        Assert.That(run.TokenLosses, Is.EqualTo(new[] { -0.9, -1, -1.1, 0.9, 1, 1.1 }).Within(1e-12));
        Assert.That(run.Gradient.Select(g => 6 * g), Is.EqualTo(new double[] { 0, -1, 0, 0, 1, 0 }).Within(1e-12));
        PolicyRun ppo = Run(ratios, advantages, new() { ClipLow = 0.1, ClipHigh = 0.1 });
        Assert.That(ppo.Gradient[0], Is.LessThan(0));
        Assert.That(ppo.Gradient[5], Is.GreaterThan(0));
    }

    [Test]
    public void NothingLeavesTheDevice()
    {
        if (TestDevices.Get(device) is not NativeDevice native)
            return;
        PolicyLossOptions options = new() { Kind = PolicyLossKind.KlCov, SelectedShare = 0.4, EntropyWeight = 0.1 };
        (double loss, double[,] expected) = Train(s_logits, options, null, null);
        CudaStream stream = native.Stream;
        double[] flat = new double[6 * Classes];
        Buffer.BlockCopy(s_logits, 0, flat, 0, 8 * flat.Length);
        using DeviceBuffer<double> logits = stream.Upload<double>(flat), advantages = stream.Upload<double>(s_advantages);
        using DeviceBuffer<double> entropies = stream.Allocate<double>(6), logProbabilities = stream.Allocate<double>(6), reduced = stream.Allocate<double>(1);
        using DeviceBuffer<long> actions = stream.Upload<long>(s_actions);
        DeviceSpan2D<double> rows = logits.AsRows(6, Classes), tokens = logProbabilities.AsRows(2, 3), bonuses = entropies.AsRows(2, 3);
        RowEntropy.Compute(stream, rows, new() { Entropies = entropies, LogProbability = logProbabilities }, default, new() { Actions = actions.Span });

        // The gradients take the place of what they are gradients by, and the logits' own.
        PolicyLoss.Compute(stream, tokens, new() { LogProbabilityGradient = tokens, EntropyGradient = bonuses, Loss = reduced }, options, new() { Advantages = advantages.AsRows(2, 3), Entropies = bonuses });
        RowEntropy.Compute(stream, rows, new() { Gradient = rows }, new() { Reduction = Reduction.Sum }, new() { Actions = actions.Span, ActionWeights = logProbabilities, RowWeights = entropies });
        Assert.That(reduced.ToArray()[0], Is.EqualTo(loss).Within(1e-14));
        Assert.That(logits.ToArray(), Is.EqualTo(expected.Cast<double>().ToArray()).Within(1e-14));
    }

    // Tokens of given ratios in one sequence.
    private PolicyRun Run(double[] ratios, double[] advantages, PolicyLossOptions options) => PolicyRunner.Run(device, new()
    {
        Type = ElementType.Float64,
        Rows = 1,
        Columns = ratios.Length,
        LogProbabilities = [.. ratios.Select(x => Math.Log(x))],
        Old = new double[ratios.Length],
        Advantages = advantages,
        Options = options,
    });

    // Two sequences of three tokens: row entropies and log-probabilities, the policy loss, and back to the logits.
    private (double Loss, double[,] Gradient) Train(double[,] logits, PolicyLossOptions options, double[]? old, double[]? reference)
    {
        double[] entropies = new double[6], logProbabilities = new double[6];
        double[,] gradient = new double[6, Classes];
        RowEntropy.Compute(logits, new() { Entropies = entropies, LogProbability = logProbabilities }, default, new() { Actions = s_actions });
        PolicyRun run = PolicyRunner.Run(device, new()
        {
            Type = ElementType.Float64,
            Rows = 2,
            Columns = 3,
            LogProbabilities = logProbabilities,
            Old = old,
            Reference = reference,
            Advantages = s_advantages,
            Entropies = entropies,
            Options = options,
        });
        RowEntropy.Compute(logits, new() { Gradient = gradient }, new() { Reduction = Reduction.Sum }, new() { Actions = s_actions, ActionWeights = run.Gradient, RowWeights = run.EntropyGradient });
        return (run.Metrics.Loss, gradient);
    }

    private static double[] Softmax(double[,] logits, int row)
    {
        double[] e = [.. Enumerable.Range(0, logits.GetLength(1)).Select(j => Math.Exp(logits[row, j]))];
        return [.. e.Select(x => x / e.Sum())];
    }

    private static double[,] Logits()
    {
        double[,] logits = new double[6, Classes];
        for (int k = 0; k < 30; k++)
            logits[k / Classes, k % Classes] = Cases.Noise(k, 3) / 2;
        return logits;
    }
}
