using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.CrossEntropy;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Mergings against the rule carried out with lists, the bound on what they lose, and couplings behind a bottleneck.</summary>
[TestFixture]
[Category("Cpu")]
internal sealed class EntropyBoundedMergingTests
{
    [Test]
    public void TheSamePartitionAsLists([Values(1, 2, 3, 7, 33)] int symbols)
    {
        Random random = new(symbols);
        for (int trial = 0; trial < 60; trial++)
        {
            double[] p = CouplingReference.Draw(random, symbols);
            double budget = random.NextDouble() * 1.1 * CouplingReference.Entropy(p);
            List<List<int>> groups = CouplingReference.Merge(p, budget);
            int[,] labels = new int[1, symbols];
            double[,] probabilities = new double[1, symbols];
            int[] counts = new int[1];
            double[] entropies = new double[1];
            EntropyBoundedMerging.Compute(MinimumEntropyCouplingTests.Matrix([p]), new() { Labels = labels, Probabilities = probabilities, Counts = counts, Entropies = entropies }, new() { Budget = budget });
            Assert.That(counts[0], Is.EqualTo(groups.Count));
            Assert.That(entropies[0], Is.EqualTo(CouplingReference.Entropy(groups.Select(g => g.Sum(i => p[i])))).Within(1e-12).And.LessThanOrEqualTo(budget + 1e-11));
            foreach (List<int> group in groups)
            {
                Assert.That(group.Select(i => labels[0, i]).Distinct().Count(), Is.EqualTo(1));
                Assert.That(probabilities[0, labels[0, group[0]]], Is.EqualTo(group.Sum(i => p[i])).Within(1e-15));
            }

            int[] seen = [.. Enumerable.Range(0, symbols).Select(i => labels[0, i]).Distinct()];
            Assert.That(seen, Is.EqualTo(Enumerable.Range(0, groups.Count)), "numbered by their first symbols");
            Assert.That(probabilities.Cast<double>().Skip(groups.Count), Is.All.Zero);
        }
    }

    [Test]
    public void WhatIsLostIsAtMostTheEntropyOfTheSecondLargest()
    {
        Random random = new(11);
        for (int trial = 0; trial < 3000; trial++)
        {
            double[] p = CouplingReference.Draw(random, 2 + random.Next(12), 6 * random.NextDouble());
            double budget = random.NextDouble() * CouplingReference.Entropy(p), second = p.OrderDescending().ElementAt(1);
            double[] entropies = new double[1];
            EntropyBoundedMerging.Compute(MinimumEntropyCouplingTests.Matrix([p]), new() { Entropies = entropies }, new() { Budget = budget });
            Assert.That(budget - entropies[0], Is.LessThanOrEqualTo(CouplingReference.Entropy([second, 1 - second]) + 1e-9));
        }
    }

    [Test]
    public void BudgetsAndBits()
    {
        double[,] p = { { 0.25, 0.25, 0.25, 0.25 }, { 0.25, 0.25, 0.25, 0.25 }, { 0.25, 0.25, 0.25, 0.25 }, { 0.25, 0.25, 0.25, 0.25 } };
        double[] entropies = new double[4];
        int[,] labels = new int[4, 4];
        EntropyBoundedMerging.Compute(p, new() { Entropies = entropies, Labels = labels }, new() { Base2 = true }, [2, 1.6, 0.9, 0]);
        Assert.That(entropies[..2], Is.EqualTo(new[] { 2, 1.5 }).Within(1e-14));
        Assert.That(entropies[2], Is.EqualTo(CouplingReference.Entropy([0.75, 0.25]) / Math.Log(2)).Within(1e-14));
        Assert.That(entropies[3], Is.Zero);
        Assert.That(labels, Is.EqualTo(new[,] { { 0, 1, 2, 3 }, { 0, 1, 2, 2 }, { 0, 0, 0, 1 }, { 0, 0, 0, 0 } }));
    }

    [Test]
    public void MinimumEntropyCouplingWithBottleneck()
    {
        // Ebrahimi, Chen, Khisti, 2024: encoder by merging, decoder by coupling.
        Random random = new(5);
        double[] p = CouplingReference.Draw(random, 12), q = CouplingReference.Draw(random, 9);
        double budget = 0.6 * CouplingReference.Entropy(p);
        double[,] merged = new double[1, 12];
        double[] encoded = new double[1];
        CouplingRun<double> run = new(1, 12, 9), alone = new(1, 12, 9);
        BottleneckCoupling.Compute(MinimumEntropyCouplingTests.Matrix([p]), MinimumEntropyCouplingTests.Matrix([q]), new() { Probabilities = merged, Entropies = encoded }, run.Outputs, new() { Budget = budget });
        Assert.That(encoded[0], Is.LessThanOrEqualTo(budget));
        Assert.That(run.Information[0], Is.LessThanOrEqualTo(encoded[0] + 1e-12), "no more of X reaches Y than passes T");
        MinimumEntropyCoupling.Compute(merged, MinimumEntropyCouplingTests.Matrix([q]), alone.Outputs);
        Assert.That(run.All, Is.EqualTo(alone.All));
        CouplingRun<double> without = new(1, 12, 9);
        BottleneckCoupling.Compute(MinimumEntropyCouplingTests.Matrix([p]), MinimumEntropyCouplingTests.Matrix([q]), default, without.Outputs, new() { Budget = budget });
        Assert.That(without.All, Is.EqualTo(run.All));
    }

    [Test]
    public void StatusesAndArguments()
    {
        float[,] p = { { 0.5f, 0.5f }, { float.NaN, 1 }, { float.PositiveInfinity, 0 }, { -1, 2 }, { 0, 0 }, { 0.5f, 0.5f } };
        RowStatus[] status = new RowStatus[6];
        int[,] labels = new int[6, 2];
        float[] entropies = new float[6];
        EntropyBoundedMerging.Compute(p, new() { Status = status, Labels = labels, Entropies = entropies }, default, [1, 1, 1, 1, 1, -1]);
        Assert.That(status, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.InvalidProbability, RowStatus.InvalidProbability, RowStatus.InvalidParameter }));
        Assert.That(labels.Cast<int>().Skip(2), Is.All.EqualTo(-1));
        Assert.That(entropies.Skip(1), Is.All.NaN);
        string Message(Action call) => Assert.Catch<ArgumentException>(() => call())!.Message;
        Assert.That(Message(() => EntropyBoundedMerging.Compute(p, default, new() { Budget = -1 })), Does.Contain("Budget is -1; it must be at least 0"));
        Assert.That(Message(() => EntropyBoundedMerging.Compute(p, default, default, [1f])), Does.Contain("budgets has 1 elements; it needs 6"));
        Assert.That(Message(() => EntropyBoundedMerging.Compute(p, new() { Labels = new int[6, 3] }, default)), Does.Contain("outputs.Labels is [6, 3]; it must be [6, 2]"));
        Assert.That(Message(() => EntropyBoundedMerging.Compute(new float[2, 0], default, default)), Does.Contain("source is"));
    }

    [Test]
    public void ACallAllocatesNothing()
    {
        double[,] p = MinimumEntropyCouplingTests.Matrix([CouplingReference.Draw(new Random(1), 20)]);
        int[,] labels = new int[1, 20];
        SteadyStateTests.AllocatesNothing(() => EntropyBoundedMerging.Compute(p, new() { Labels = labels }, new() { Budget = 1 }));
    }
}
