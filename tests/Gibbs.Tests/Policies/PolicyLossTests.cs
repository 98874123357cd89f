using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Policies;

/// <summary>Policy losses against the reference, against their own derivatives, and where tokens, sequences and numbers are nasty.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class PolicyLossTests(string device)
{
    private static readonly PolicyLossKind[] s_kinds = Enum.GetValues<PolicyLossKind>();
    private static readonly TokenAggregation[] s_aggregations = Enum.GetValues<TokenAggregation>();
    private static readonly KlEstimator[] s_estimators = Enum.GetValues<KlEstimator>();
    private static readonly (int Rows, int Columns)[] s_shapes = [(1, 1), (1, 7), (5, 3), (3, 33), (7, 130), (4, 1025), (130, 2)];

    private static PolicyLossOptions Options(PolicyLossKind kind) => new()
    {
        Kind = kind,
        DualClip = 1.2,
        SelectedShare = 0.2,
        CovarianceLow = -0.5,
        PenaltyWeight = 0.7,
        Smoothing = 0.6,
        Seed = 0x123456789ABCDEF,
        KlWeight = 0.1,
        EntropyWeight = 0.03,
    };

    [Test]
    public void EveryKindConforms([ValueSource(nameof(s_kinds))] PolicyLossKind kind, [Values(0, 1)] int type)
    {
        int seed = 1;
        foreach ((int rows, int columns) in s_shapes)
            PolicyComparison.Conforms(device, PolicyCase.Random((ElementType)type, rows, columns, seed++, Options(kind)));
    }

    [Test]
    public void EveryAggregationConforms([ValueSource(nameof(s_aggregations))] TokenAggregation aggregation)
    {
        foreach (double length in new[] { 0, 11.5 })
        {
            PolicyLossOptions options = Options(PolicyLossKind.Clipped) with { Aggregation = aggregation, Length = length };
            PolicyComparison.Conforms(device, PolicyCase.Random(ElementType.Float64, 9, 17, 3, options));
            PolicyComparison.Conforms(device, PolicyCase.Random(ElementType.Float32, 70, 5, 4, options) with { Mask = null });
            if (aggregation != TokenAggregation.TokenSumNorm)
            {
                PolicyComparison.Conforms(device, PolicyCase.Random(ElementType.Float64, 9, 17, 5, options with { Normaliser = 2.5 }));
                PolicyComparison.Conforms(device, PolicyCase.Random(ElementType.Float32, 9, 17, 5, options) with { DeviceNormaliser = 2.5 });
            }
        }
    }

    [Test]
    public void EveryEstimatorConforms([ValueSource(nameof(s_estimators))] KlEstimator estimator)
    {
        PolicyCase c = PolicyCase.Random(ElementType.Float64, 4, 50, 6, new() { Kind = PolicyLossKind.Reinforce, KlEstimator = estimator, KlWeight = 2 });
        double[] reference = [.. c.LogProbabilities.Select((l, k) => l + ((k % 5) switch { 0 => 0, 1 => 1e-9, 2 => -1e-4, 3 => 30, _ => -2 }))];
        PolicyRun run = PolicyComparison.Conforms(device, c with { Reference = reference, Mask = null });
        int expected = estimator == KlEstimator.K3Clamped ? 40 : 0;
        Assert.That(run.Flags.Count(f => f == PolicyFlags.KlLimited), Is.EqualTo(expected));
    }

    [Test]
    public void K3KeepsRelativeAccuracyNearTheReference()
    {
        double[] apart = [1e-3, 1e-6, 1e-9, -1e-9];
        PolicyCase c = new()
        {
            Type = ElementType.Float64,
            Rows = 1,
            Columns = 4,
            LogProbabilities = [0, 0, 0, 0],
            Reference = apart,
            SequenceAdvantages = [0],
            Options = new() { Kind = PolicyLossKind.Reinforce, KlWeight = 1 },
        };
        PolicyRun run = PolicyRunner.Run(device, c);
        for (int k = 0; k < 4; k++)
        {
            double d = apart[k];
            Assert.That(run.TokenLosses[k], Is.EqualTo(d * d / 2 * (1 + (d / 3) + (d * d / 12) + (d * d * d / 60))).Within(1e-12 * d * d));
        }
    }

    [Test]
    public void GradientIsTheDerivativeOfTheLoss([ValueSource(nameof(s_kinds))] PolicyLossKind kind, [ValueSource(nameof(s_aggregations))] TokenAggregation aggregation)
    {
        bool cpu = device == "cpu";
        if (!cpu && aggregation != TokenAggregation.SequenceMeanTokenMean)
            return; // what the weights are, conformance says; under emulation each evaluation takes milliseconds
        PolicyCase c = PolicyCase.Random(ElementType.Float64, 4, 6, 11, Options(kind) with { Aggregation = aggregation }) with { InPlace = false };

        // Selections, and the ratio where it is 1 and |ℓ − ℓ₀| bends, are held fixed: the selected tokens are far from the others' numbers and the step is small.
        PolicyRun run = PolicyRunner.Run(device, c);
        double Loss(double[] logProbabilities, double[]? entropies)
        {
            PolicyRun moved = PolicyRunner.Run(device, c with { LogProbabilities = logProbabilities, Entropies = entropies });
            Assert.That(moved.Flags, Is.EqualTo(run.Flags), "the selection moved");
            return moved.Metrics.Loss;
        }

        for (int k = 0; k < 24; k += cpu ? 1 : 11)
        {
            double[] logProbabilities = [.. c.LogProbabilities], entropies = [.. c.Entropies!];
            double At(double value)
            {
                logProbabilities[k] = value;
                return Loss(logProbabilities, c.Entropies);
            }

            double AtEntropy(double value)
            {
                entropies[k] = value;
                return Loss(c.LogProbabilities, entropies);
            }

            Assert.That(run.Gradient[k], Is.EqualTo(FiniteDifferences.Derivative(At, c.LogProbabilities[k], 1e-5)).Within(1e-8), $"token {k}, {run.Flags[k]}");
            Assert.That(run.EntropyGradient[k], Is.EqualTo(FiniteDifferences.Derivative(AtEntropy, c.Entropies![k], 1e-4)).Within(1e-9), $"token {k}");
        }
    }

    [Test]
    public void MaskedTokensContributeNothingWhateverTheyHold([ValueSource(nameof(s_kinds))] PolicyLossKind kind)
    {
        PolicyCase c = PolicyCase.Random(ElementType.Float32, 5, 9, 21, Options(kind) with { Aggregation = TokenAggregation.SequenceMeanTokenMean });
        double[] Poisoned(double[] values) => [.. values.Select((v, k) => c.IsToken(k) ? v : (k % 3) switch { 0 => double.NaN, 1 => double.NegativeInfinity, _ => double.PositiveInfinity })];
        PolicyRun clean = PolicyRunner.Run(device, c);
        PolicyRun run = PolicyRunner.Run(device, c with
        {
            LogProbabilities = Poisoned(c.LogProbabilities),
            Old = Poisoned(c.Old!),
            Reference = Poisoned(c.Reference!),
            Proxy = Poisoned(c.Proxy!),
            Advantages = Poisoned(c.Advantages!),
            Entropies = Poisoned(c.Entropies!),
        });
        Same(clean, run);
        for (int k = 0; k < 45; k++)
        {
            if (!c.IsToken(k))
                Assert.That((run.TokenLosses[k], run.Gradient[k], run.EntropyGradient[k], run.Flags[k]), Is.EqualTo((0.0, 0.0, 0.0, PolicyFlags.None)));
        }
    }

    [Test]
    public void NothingButMaskedTokensGivesZero([ValueSource(nameof(s_kinds))] PolicyLossKind kind, [ValueSource(nameof(s_aggregations))] TokenAggregation aggregation)
    {
        PolicyCase c = PolicyCase.Random(ElementType.Float32, 3, 5, 22, Options(kind) with { Aggregation = aggregation }) with { Mask = new byte[15] };
        PolicyRun run = PolicyComparison.Conforms(device, c);
        Assert.That(run.Metrics.Loss, Is.Zero);
        Assert.That(run.Metrics.Ratio, Is.Zero);
        Assert.That(run.Gradient, Is.All.Zero);
    }

    [Test]
    public void NoSequencesAtAll()
    {
        PolicyMetrics metrics = PolicyLoss.Compute(new float[0, 4], default, default, default);
        Assert.That(metrics, Is.EqualTo(new PolicyMetrics()));
    }

    [Test]
    public void NormaliserZeroGivesZero([Values(TokenAggregation.TokenMean, TokenAggregation.GroupMean)] TokenAggregation aggregation)
    {
        PolicyCase c = PolicyCase.Random(ElementType.Float64, 5, 9, 23, Options(PolicyLossKind.Clipped) with { Aggregation = aggregation, Normaliser = 0 });
        c.LogProbabilities[Array.FindIndex(c.Mask!, m => m != 0)] = double.NaN;
        PolicyRun run = PolicyRunner.Run(device, c);
        Assert.That(run.Metrics.Loss, Is.Zero);
        Assert.That(run.Gradient, Is.All.Zero);
        Assert.That(run.EntropyGradient, Is.All.Zero);
    }

    [Test]
    public void ANaNIsFlaggedAndStaysInItsToken([ValueSource(nameof(s_kinds))] PolicyLossKind kind)
    {
        PolicyCase c = PolicyCase.Random(ElementType.Float32, 2, 8, 24, Options(kind) with { SelectedShare = 0 }) with { Mask = null };
        PolicyRun clean = PolicyRunner.Run(device, c);
        c.LogProbabilities[3] = double.NaN;
        PolicyRun run = PolicyRunner.Run(device, c);
        Assert.That(run.Metrics.NotFinite, Is.EqualTo(1));
        Assert.That(run.Metrics.Loss, Is.NaN);
        for (int k = 0; k < 16; k++)
        {
            Assert.That(run.Flags[k], Is.EqualTo(k == 3 ? PolicyFlags.NotFinite : clean.Flags[k]));
            Assert.That(run.TokenLosses[k], Is.EqualTo(k == 3 ? double.NaN : clean.TokenLosses[k]));
            Assert.That(run.Gradient[k], k == 3 && kind != PolicyLossKind.Reinforce ? Is.NaN : Is.EqualTo(k == 3 ? run.Gradient[k] : clean.Gradient[k]));
        }
    }

    [Test]
    public void LogRatiosBeyondTwentyAreLimited()
    {
        PolicyCase c = new()
        {
            Type = ElementType.Float64,
            Rows = 1,
            Columns = 5,
            LogProbabilities = [-1, -1, -1, double.NegativeInfinity, double.NegativeInfinity],
            Old = [-22, 20, -21, -1, double.NegativeInfinity],
            Advantages = [-1, 1, -1, 1, 1],
            Options = new() { Kind = PolicyLossKind.Ratio },
        };
        PolicyRun run = PolicyRunner.Run(device, c);
        double e20 = Math.Exp(20);
        Assert.That(run.TokenLosses, Is.EqualTo(new[] { e20, -1 / e20, e20, -1 / e20, -1 }).Within(1e-6));
        Assert.That(run.Gradient[0], Is.Zero);
        Assert.That(run.Gradient[2], Is.EqualTo(e20 / 5).Within(1e-6));
        Assert.That(run.Flags, Is.EqualTo(new[] { PolicyFlags.RatioLimited, PolicyFlags.RatioLimited, PolicyFlags.None, PolicyFlags.RatioLimited, PolicyFlags.None }));
    }

    [Test]
    public void EqualBitsWhereverTheSequencesLie([ValueSource(nameof(s_kinds))] PolicyLossKind kind, [Values(0, 1)] int type)
    {
        foreach (int columns in new[] { 5, 130, 1025 })
        {
            PolicyCase c = PolicyCase.Random((ElementType)type, 4, columns, 31, Options(kind)) with { InPlace = false, Padding = 0, Offset = 0 };
            PolicyRun expected = PolicyRunner.Run(device, c);
            foreach (PolicyCase moved in new[] { c with { Offset = 1, Padding = 3 }, c with { Offset = 3, InPlace = true }, c with { OwnWorkspace = !c.OwnWorkspace, Padding = 1 } })
                Same(expected, PolicyRunner.Run(device, moved));
        }
    }

    [Test]
    public void ASequenceAloneAddsUpToTheSameBits()
    {
        // With the weights fixed a sequence alone has the same gradients, and the losses of sequences add up.
        PolicyLossOptions options = Options(PolicyLossKind.Clipped) with { Normaliser = 1 };
        PolicyCase c = PolicyCase.Random(ElementType.Float32, 4, 333, 32, options) with { InPlace = false, GroupOffsets = null };
        PolicyRun all = PolicyRunner.Run(device, c);
        double sum = 0;
        for (int row = 0; row < 4; row++)
        {
            Range range = (row * 333)..((row + 1) * 333);
            PolicyRun alone = PolicyRunner.Run(device, c with
            {
                Rows = 1,
                LogProbabilities = c.LogProbabilities[range],
                Old = c.Old![range],
                Reference = c.Reference![range],
                Proxy = c.Proxy![range],
                Advantages = c.Advantages![range],
                Mask = c.Mask![range],
                Entropies = c.Entropies![range],
            });
            Assert.That(alone.Gradient, Is.EqualTo(all.Gradient[range]));
            Assert.That(alone.TokenLosses, Is.EqualTo(all.TokenLosses[range]));
            sum += alone.Metrics.Loss;
        }

        Assert.That(all.Metrics.Loss, Is.EqualTo(sum).Within(1e-12 * Math.Abs(sum)));
    }

    [Test]
    public void TiesAreSelectedInOrderOfIndex([Values(PolicyLossKind.KlCov, PolicyLossKind.LpReg)] PolicyLossKind kind)
    {
        // Two thousand tokens in two sequences, all equal but for one.
        PolicyCase c = new()
        {
            Type = ElementType.Float32,
            Rows = 2,
            Columns = 1000,
            LogProbabilities = [.. Enumerable.Range(0, 2000).Select(k => k == 1500 ? -3.0 : -1)],
            Old = [.. Enumerable.Repeat(-1.5, 2000)],
            Proxy = [.. Enumerable.Repeat(-0.5, 2000)],
            Advantages = [.. Enumerable.Range(0, 2000).Select(k => k == 1500 ? -2.0 : -1)],
            Mask = [.. Enumerable.Range(0, 2000).Select(k => (byte)(k == 2 ? 0 : 1))],
            Options = new() { Kind = kind, SelectedShare = 0.6 },
        };
        PolicyRun run = PolicyRunner.Run(device, c);
        int[] selected = [.. Enumerable.Range(0, 2000).Where(k => (run.Flags[k] & PolicyFlags.Penalised) != 0)];
        Assert.That(selected, Is.EqualTo(Enumerable.Range(0, 2000).Where(k => k != 2).Take(1198).Append(1500)));
    }

    private static void Same(PolicyRun a, PolicyRun b)
    {
        Assert.That(b.TokenLosses, Is.EqualTo(a.TokenLosses));
        Assert.That(b.Gradient, Is.EqualTo(a.Gradient));
        Assert.That(b.EntropyGradient, Is.EqualTo(a.EntropyGradient));
        Assert.That(b.Flags, Is.EqualTo(a.Flags));
        Assert.That(b.Metrics, Is.EqualTo(a.Metrics));
        Assert.That(b.Loss, Is.EqualTo(a.Loss));
    }
}
