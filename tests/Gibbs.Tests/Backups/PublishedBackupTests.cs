using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Backups;

/// <summary>Published methods by name, each end to end on small data, by the property that defines it.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class PublishedBackupTests(string device)
{
    private static double[] Noise(int rows, int columns, int seed = 0) => Cases.Fill(ElementType.Float64, rows, columns, (i, j) => Cases.Noise(i + seed, j));

    private SoftBackupRun Backup(int columns, double[] q, double[]? logPrior, SoftBackupOptions options, double[]? temperatures = null) =>
        new SoftBackupCase { Type = ElementType.Float64, Rows = q.Length / columns, Columns = columns, Q = q, LogPrior = logPrior, Options = options, Temperatures = temperatures }.Run(device);

    // Leverage the Average: with τ = 0, k mirror-descent steps from the uniform policy are the softmax of the sum, over λ, of all q so far; the value is that of the optimum.
    [Test]
    public void LeverageTheAverage()
    {
        const int Actions = 7, Steps = 6;
        SoftBackupOptions options = new() { KlWeight = 2, Temperature = 0 };
        double[] logPolicy = [.. Enumerable.Repeat(-Math.Log(Actions), 3 * Actions)], sum = new double[3 * Actions];
        for (int k = 0; k < Steps; k++)
        {
            double[] q = Noise(3, Actions, 10 * k);
            SoftBackupRun run = Backup(Actions, q, logPolicy, options);
            for (int i = 0; i < 3; i++)
            {
                double objective = Enumerable.Range(i * Actions, Actions).Sum(j => run.Policy[j] * (q[j] - (2 * (run.LogPolicy[j] - logPolicy[j]))));
                Assert.That(run.Values[i], Is.EqualTo(objective).Within(1e-12));
            }
            logPolicy = run.LogPolicy;
            sum = [.. sum.Zip(q, (a, b) => a + b)];
        }
        SoftBackupRun average = Backup(Actions, sum, null, new() { Temperature = 2 });
        Assert.That(logPolicy.Select(v => Math.Exp(v)), Is.EqualTo(average.Policy).Within(1e-12));

        // KL and entropy together: the policy beats every other of a sample.
        double[] values = Noise(1, Actions), prior = [.. Backup(Actions, Noise(1, Actions, 5), null, new()).LogPolicy];
        SoftBackupRun greedy = Backup(Actions, values, prior, new() { KlWeight = 0.5, Temperature = 0.25 });
        for (int seed = 0; seed < 20; seed++)
        {
            double[] other = Backup(Actions, Noise(1, Actions, seed), null, new()).Policy;
            double value = Enumerable.Range(0, Actions).Sum(j => other[j] * (values[j] - (0.5 * (Math.Log(other[j]) - prior[j])) - (0.25 * Math.Log(other[j]))));
            Assert.That(value, Is.LessThan(greedy.Values[0]));
        }
    }

    // QARL: a temperature per state; the adversary's soft minimum meets its entropy, tends to the mean minus as τ grows and to the minimum as it falls.
    [Test]
    public void Qarl()
    {
        double[] row = Noise(1, 9), temperatures = [1e-4, 0.1, 1, 10, 1e5], q = [.. Enumerable.Repeat(row, 5).SelectMany(r => r)];
        SoftBackupRun run = Backup(9, q, null, new() { Minimise = true }, temperatures);
        for (int i = 0; i < 5; i++)
        {
            double[] policy = run.Policy[(9 * i)..(9 * (i + 1))];
            Assert.That(run.Values[i], Is.EqualTo(policy.Zip(row, (p, v) => p * v).Sum() - (temperatures[i] * run.Entropies[i])).Within(1e-9 * temperatures[i] + 1e-12));
            if (i > 0)
                Assert.That(run.Entropies[i], Is.GreaterThan(run.Entropies[i - 1]));
        }
        Assert.That(run.Values[0], Is.EqualTo(row.Min()).Within(1e-6));
        Assert.That(run.Policy[36..], Is.All.EqualTo(1.0 / 9).Within(1e-4));
    }

    // The KL-regularised backup: V = (1/η)·log Σ π·exp(η·Q), π' = softmax(log π + η·Q).
    [Test]
    public void RegularisedDynamicProgramming()
    {
        const double Eta = 0.7;
        double[] q = Noise(2, 5), logPi = Backup(5, Noise(2, 5, 3), null, new()).LogPolicy;
        SoftBackupRun run = Backup(5, q, logPi, new() { KlWeight = 1 / Eta, Temperature = 0 });
        for (int i = 0; i < 2; i++)
            Assert.That(run.Values[i], Is.EqualTo(Math.Log(Enumerable.Range(5 * i, 5).Sum(j => Math.Exp(logPi[j] + (Eta * q[j])))) / Eta).Within(1e-13));
    }

    // Demonstration-regularised RL: planning against a behaviour-cloned policy. Soft value iteration with KL to it improves on it by the measure it maximises, in every state.
    [Test]
    public void DemonstrationRegularized()
    {
        const int States = 6, Actions = 3;
        const double Lambda = 0.3, Discount = 0.9;
        double[] reward = Noise(States, Actions), cloned = Backup(Actions, Noise(States, Actions, 9), null, new()).LogPolicy;
        int Next(int s, int a) => ((s * 5) + (a * 2) + 1) % States;
        double[] V(Func<double[], double[]> backup)
        {
            double[] v = new double[States];
            for (int k = 0; k < 400; k++)
                v = backup([.. Enumerable.Range(0, States * Actions).Select(e => reward[e] + (Discount * v[Next(e / Actions, e % Actions)]))]);
            return v;
        }
        double[] optimal = V(q => Backup(Actions, q, cloned, new() { KlWeight = Lambda, Temperature = 0 }).Values);
        double[] followed = V(q => [.. Enumerable.Range(0, States).Select(s => Enumerable.Range(s * Actions, Actions).Sum(e => Math.Exp(cloned[e]) * q[e]))]);
        for (int s = 0; s < States; s++)
            Assert.That(optimal[s], Is.GreaterThan(followed[s]));
    }

    // RFZI: entropic risk ρ = −(1/b)·log Σ P·exp(−b·V) is the soft minimum with prior P; its derivative is the worst-case weight; it falls from the mean to the minimum with b.
    [Test]
    public void EntropicRisk()
    {
        double[] v = Noise(1, 8), logP = Backup(8, Noise(1, 8, 4), null, new()).LogPolicy;
        double last = double.PositiveInfinity, mean = v.Zip(logP, (a, p) => a * Math.Exp(p)).Sum();
        foreach (double b in new[] { 1e-6, 0.1, 1, 5, 1e3 })
        {
            SoftBackupRun run = Backup(8, v, logP, new() { KlWeight = 1 / b, Temperature = 0, Minimise = true });
            double[] e = [.. v.Zip(logP, (a, p) => Math.Exp(p - (b * (a - v.Min()))))];
            Assert.That(run.Values[0], Is.EqualTo(v.Min() - (Math.Log(e.Sum()) / b)).Within(1e-13 / b + 1e-12));
            Assert.That(run.QGradient, Is.EqualTo(e.Select(w => w / e.Sum())).Within(1e-12));
            Assert.That(run.Values[0], Is.LessThan(last));
            last = run.Values[0];
            if (b == 1e-6)
                Assert.That(last, Is.EqualTo(mean).Within(1e-5));
        }
        Assert.That(last, Is.EqualTo(v.Min()).Within(1e-2));
    }

    // Asymptotics of language model alignment: of all distributions within the KL of best-of-N, log N − (N−1)/N, the tilted one has the largest reward; Rényi cross-entropy is a cumulant.
    [Test]
    public void AlignmentTilting()
    {
        const int Count = 12;
        double[] logP = Backup(Count, Noise(1, Count), null, new()).LogPolicy, reward = Noise(1, Count, 21);
        foreach (int n in new[] { 2, 4 })
        {
            double budget = Math.Log(n) - ((n - 1.0) / n);
            TiltRun run = new TiltCase { Type = ElementType.Float64, Rows = 1, Columns = Count, LogPrior = logP, Reward = reward, Options = new() { Budget = budget } }.Run(device);
            Assert.That(run.Kl[0], Is.EqualTo(budget).Within(1e-12));
            Assert.That(run.LogProbabilities.Zip(logP, (q, p) => Math.Exp(q) * (q - p)).Sum(), Is.EqualTo(budget).Within(1e-12));
            // Best of n: F^n − (F − p)^n, entries in order of reward.
            int[] order = [.. Enumerable.Range(0, Count).OrderBy(j => reward[j])];
            double below = 0, best = 0, kl = 0;
            foreach (int j in order)
            {
                double p = Math.Exp(logP[j]), q = Math.Pow(below + p, n) - Math.Pow(below, n);
                (best, kl, below) = (best + (q * reward[j]), kl + (q * Math.Log(q / p)), below + p);
            }
            Assert.That(kl, Is.LessThanOrEqualTo(budget + 1e-12));
            Assert.That(run.ExpectedRewards[0], Is.GreaterThan(best));
        }

        // (1/(1−a))·log Σ p·q^(a−1).
        double[] logQ = Backup(Count, Noise(1, Count, 33), null, new()).LogPolicy;
        foreach (double a in new[] { 0.5, 2, 3.5 })
        {
            TiltRun run = new TiltCase { Type = ElementType.Float64, Rows = 1, Columns = Count, LogPrior = logP, Reward = logQ, Options = new() { Slope = a - 1 } }.Run(device);
            Assert.That(run.Cumulants[0] / (1 - a), Is.EqualTo(Math.Log(logP.Zip(logQ, (p, q) => Math.Exp(p + ((a - 1) * q))).Sum()) / (1 - a)).Within(1e-12));
        }
    }

    private FtrlRun Leader(double[] losses, FtrlOptions options, double[]? columnRates = null) =>
        new FtrlCase { Type = ElementType.Float64, Rows = 1, Columns = losses.Length, Losses = losses, Options = options, ColumnRates = columnRates, Upstream = [.. losses.Select(_ => 1.0)] }.Run(device);

    // Refined regret: the log-barrier leader on losses of any sign; its multiplier in the bracket of the paper's root, its policy never below 1/(A + η·gap).
    [Test]
    public void RefinedRegret()
    {
        double[] losses = [-1e4, -50, 0, 3, -9999];
        const double Eta = 0.05;
        FtrlRun run = Leader(losses, new() { Kind = FtrlRegulariser.LogBarrier, Rate = Eta });
        double lambda = -Eta * run.Multipliers[0];
        Assert.That(lambda, Is.GreaterThan((-Eta * losses.Min()) + 1 - 1e-9).And.LessThanOrEqualTo((-Eta * losses.Min()) + 5 + 1e-9));
        for (int j = 0; j < 5; j++)
        {
            Assert.That(run.Policy[j], Is.EqualTo(1 / ((Eta * losses[j]) + lambda)).Within(1e-11));
            Assert.That(run.Policy[j], Is.GreaterThan(1 / (5 + (Eta * (losses[j] - losses.Min())) + 1e-9)));
        }
        Assert.That(run.Gradient, Is.All.Zero.Within(1e-14));
    }

    // Best of both worlds: a bandit run of Tsallis-INF with importance-weighted losses. The pulls of the best arm outgrow those of the others, and the regret stays far below that of guessing.
    [Test]
    public void BestOfBothWorlds()
    {
        const int Arms = 4, Rounds = 600;
        double[] estimates = new double[Arms], means = [0.2, 0.6, 0.6, 0.7];
        Random random = new(7);
        double regret = 0;
        List<int> pulled = [];
        for (int t = 1; t <= Rounds; t++)
        {
            FtrlRun run = Leader(estimates, new() { Kind = FtrlRegulariser.Tsallis, Rate = 1 / Math.Sqrt(t) });
            Assert.That(run.Policy.Sum(), Is.EqualTo(1).Within(1e-13));
            double u = random.NextDouble();
            int arm = 0;
            while (arm < Arms - 1 && (u -= run.Policy[arm]) > 0)
                arm++;
            estimates[arm] += (random.NextDouble() < means[arm] ? 1 : 0) / run.Policy[arm];
            regret += means[arm] - 0.2;
            pulled.Add(arm);
        }
        Assert.That(pulled.Skip(Rounds / 2).Count(a => a == 0), Is.GreaterThan(Rounds / 2 * 0.7));
        Assert.That(regret, Is.LessThan(0.6 * Rounds * (means.Average() - 0.2)));
    }
}
