using System;
using System.Collections.Generic;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.CrossEntropy;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Greedy couplings against linear scans, their bounds, and what a coupling is.</summary>
[TestFixture]
[Category("Cpu")]
internal sealed class MinimumEntropyCouplingTests
{
    private static readonly int[] s_sizes = [1, 2, 3, 7, 33, 100];

    [Test]
    public void TheSameAtomsAsLinearScans([ValueSource(nameof(s_sizes))] int source, [ValueSource(nameof(s_sizes))] int target)
    {
        const int Problems = 5;
        Random random = new(source + (1000 * target));
        double[][] p = [.. Enumerable.Range(0, Problems).Select(_ => CouplingReference.Draw(random, source))], q = [.. Enumerable.Range(0, Problems).Select(_ => CouplingReference.Draw(random, target))];
        CouplingRun<double> run = new(Problems, source, target);
        MinimumEntropyCoupling.Compute(Matrix(p), Matrix(q), run.Outputs);
        for (int b = 0; b < Problems; b++)
        {
            List<(int Source, int Target, double Mass)> expected = CouplingReference.Greedy(p[b], q[b]);
            Assert.That(run.Status[b], Is.EqualTo(RowStatus.Ok));
            Assert.That(run.Counts[b], Is.EqualTo(expected.Count).And.LessThanOrEqualTo(source + target - 1));
            for (int k = 0; k < source + target - 1; k++)
            {
                (int Source, int Target, double Mass) atom = k < expected.Count ? expected[k] : (-1, -1, 0);
                Assert.That((run.Sources[b, k], run.Targets[b, k]), Is.EqualTo((atom.Source, atom.Target)));
                Assert.That(run.Masses[b, k], Is.EqualTo(atom.Mass).Within(1e-14));
            }

            for (int i = 0; i < source; i++)
                Assert.That(Enumerable.Range(0, run.Counts[b]).Where(k => run.Sources[b, k] == i).Sum(k => run.Masses[b, k]), Is.EqualTo(p[b][i]).Within(1e-13));
            for (int j = 0; j < target; j++)
                Assert.That(Enumerable.Range(0, run.Counts[b]).Where(k => run.Targets[b, k] == j).Sum(k => run.Masses[b, k]), Is.EqualTo(q[b][j]).Within(1e-13));
            double entropy = CouplingReference.Entropy(expected.Select(a => a.Mass)), information = CouplingReference.Entropy(p[b]) + CouplingReference.Entropy(q[b]) - entropy;
            Assert.That(run.Entropies[b], Is.EqualTo(entropy).Within(1e-12));
            Assert.That(run.Information[b], Is.EqualTo(information).Within(1e-12).And.GreaterThanOrEqualTo(0));
            Assert.That(run.Bounds[b], Is.EqualTo(CouplingReference.Meet(p[b], q[b])).Within(1e-12));
            Assert.That(run.Bounds[b], Is.LessThanOrEqualTo(entropy + 1e-12));
            Assert.That(entropy, Is.LessThanOrEqualTo(run.Bounds[b] + Math.Log(2) + 1e-12), "within one bit of the bound");
        }
    }

    [Test]
    public void GreedyMinimumEntropyCouplingByHand()
    {
        // Kocaoglu et al., 2017: half meets half, the quarters the other half.
        CouplingRun<double> run = new(1, 3, 2);
        MinimumEntropyCoupling.Compute(new double[,] { { 0.25, 0.5, 0.25 } }, new double[,] { { 0.5, 0.5 } }, run.Outputs, new() { Base2 = true });
        Assert.That(run.Sources, Is.EqualTo(new[,] { { 1, 0, 2, -1 } }));
        Assert.That(run.Targets, Is.EqualTo(new[,] { { 0, 1, 1, -1 } }));
        Assert.That(run.Masses, Is.EqualTo(new[,] { { 0.5, 0.25, 0.25, 0 } }));
        Assert.That(new[] { run.Entropies[0], run.Information[0], run.Bounds[0] }, Is.EqualTo(new[] { 1.5, 1, 1.5 }).Within(1e-14));
    }

    [Test]
    public void TheMajorisationMeetBoundsEveryCoupling()
    {
        // Cicalese, Gargano, Vaccaro, 2017.
        Random random = new(3);
        for (int trial = 0; trial < 40; trial++)
        {
            double[] p = CouplingReference.Draw(random, 4), q = CouplingReference.Draw(random, 3);
            CouplingRun<double> run = new(1, 4, 3);
            MinimumEntropyCoupling.Compute(Matrix([p]), Matrix([q]), run.Outputs);
            double least = CouplingReference.LeastStaircase(p, q);
            Assert.That(run.Bounds[0], Is.LessThanOrEqualTo(least + 1e-12));
            Assert.That(run.Entropies[0], Is.LessThanOrEqualTo(least + Math.Log(2)));
        }
    }

    [Test]
    public void ADistributionWithItselfIsDiagonal([Values(1, 2, 50)] int count)
    {
        double[] p = CouplingReference.Draw(new Random(count), count);
        CouplingRun<double> run = new(1, count, count);
        MinimumEntropyCoupling.Compute(Matrix([p]), Matrix([p]), run.Outputs);
        Assert.That(run.Counts[0], Is.EqualTo(p.Count(m => m > 0)));
        Assert.That(Enumerable.Range(0, run.Counts[0]).All(k => run.Sources[0, k] == run.Targets[0, k]));
        Assert.That(run.Entropies[0], Is.EqualTo(run.Bounds[0]).Within(1e-14));
        Assert.That(run.Information[0], Is.EqualTo(CouplingReference.Entropy(p)).Within(1e-12));
    }

    [Test]
    public void RoundingOfFloat32MakesNoAtoms()
    {
        CouplingRun<float> run = new(1, 3, 2);
        MinimumEntropyCoupling.Compute(new float[,] { { 1f / 3, 1f / 3, 1f / 3 } }, new float[,] { { 1f / 3, 2f / 3 } }, run.Outputs);
        Assert.That(run.Counts[0], Is.EqualTo(3));
        Assert.That(run.Entropies[0], Is.EqualTo(MathF.Log(3)).Within(1e-6f));
    }

    [Test]
    public void MassesNeedNotBeOne()
    {
        double[] p = CouplingReference.Draw(new Random(4), 6), q = CouplingReference.Draw(new Random(5), 5);
        CouplingRun<double> one = new(1, 6, 5), eight = new(1, 6, 5), near = new(1, 6, 5);
        MinimumEntropyCoupling.Compute(Matrix([p]), Matrix([q]), one.Outputs);
        MinimumEntropyCoupling.Compute(Matrix([[.. p.Select(m => 8 * m)]]), Matrix([[.. q.Select(m => 8 * m)]]), eight.Outputs);
        MinimumEntropyCoupling.Compute(Matrix([p]), Matrix([[.. q.Select(m => m * (1 + 9e-6))]]), near.Outputs);
        Assert.That(eight.Entropies[0], Is.EqualTo(one.Entropies[0]).Within(1e-14));
        Assert.That(eight.Masses[0, 0], Is.EqualTo(8 * one.Masses[0, 0]));
        Assert.That(near.Entropies[0], Is.EqualTo(one.Entropies[0]).Within(1e-12), "q is scaled to p");
    }

    [Test]
    public void WhatIsNoDistributionHasAStatus()
    {
        double[,] p = { { 0.5, 0.5 }, { double.NaN, 1 }, { double.PositiveInfinity, 1 }, { -0.5, 1.5 }, { 0, 0 }, { 0.5, 0.5 }, { 0.5, 0.5 } };
        double[,] q = { { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 1e-4 }, { double.NaN, 1 } };
        CouplingRun<double> run = new(7, 2, 2);
        MinimumEntropyCoupling.Compute(p, q, run.Outputs);
        RowStatus[] expected = [RowStatus.Ok, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.InvalidProbability, RowStatus.InvalidProbability, RowStatus.InvalidProbability, RowStatus.NotANumber];
        Assert.That(run.Status, Is.EqualTo(expected));
        for (int b = 1; b < 7; b++)
        {
            Assert.That(run.Counts[b], Is.Zero);
            Assert.That(new[] { run.Entropies[b], run.Information[b], run.Bounds[b] }, Is.All.NaN);
            Assert.That(new[] { run.Sources[b, 0], run.Targets[b, 2] }, Is.All.EqualTo(-1));
            Assert.That(run.Masses[b, 1], Is.Zero);
        }
    }

    [Test]
    public void TheSameBitsForAnyThreads()
    {
        Random random = new(9);
        double[,] p = Matrix([.. Enumerable.Range(0, 200).Select(_ => CouplingReference.Draw(random, 61))]), q = Matrix([.. Enumerable.Range(0, 200).Select(_ => CouplingReference.Draw(random, 40))]);
        object[]? first = null;
        int before = CpuThreads.Count;
        try
        {
            foreach (int threads in (int[])[1, 2, 5])
            {
                CpuThreads.Count = threads;
                CouplingRun<double> run = new(200, 61, 40);
                MinimumEntropyCoupling.Compute(p, q, run.Outputs);
                Assert.That(run.All, Is.EqualTo(first ??= run.All));
            }
        }
        finally
        {
            CpuThreads.Count = before;
        }
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        double[,] p = new double[3, 4], q = new double[3, 2];
        string Message(Action call) => Assert.Catch<ArgumentException>(() => call())!.Message;
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(p, new double[2, 2], default)), Does.Contain("target is [2, 2]; it needs 3 rows"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(new double[3, 0], q, default)), Does.Contain("source is"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(p, q, new() { SourceIndices = new int[3, 4] })), Does.Contain("outputs.SourceIndices is [3, 4]; it must be [3, 5]"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(p, q, new() { TargetIndices = new int[2, 5] })), Does.Contain("outputs.TargetIndices is [2, 5]"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(p, q, new() { Masses = new double[3, 6] })), Does.Contain("outputs.Masses is [3, 6]"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(p, q, new() { Counts = new int[2] })), Does.Contain("outputs.Counts has 2 elements; it needs 3"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(p, q, new() { LowerBounds = new double[2] })), Does.Contain("outputs.LowerBounds has 2"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(p, q, new() { Status = new RowStatus[4] })), Does.Contain("outputs.Status has 4"));
        Assert.That(() => MinimumEntropyCoupling.Compute(new double[0, 3], new double[0, 2], default), Throws.Nothing);
    }

    [Test]
    public void ACallAllocatesNothing()
    {
        double[,] p = Matrix([CouplingReference.Draw(new Random(1), 20)]), q = Matrix([CouplingReference.Draw(new Random(2), 30)]);
        CouplingRun<double> run = new(1, 20, 30);
        SteadyStateTests.AllocatesNothing(() => MinimumEntropyCoupling.Compute(p, q, run.Outputs));
    }

    internal static double[,] Matrix(double[][] rows)
    {
        double[,] matrix = new double[rows.Length, rows[0].Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int k = 0; k < rows[i].Length; k++)
                matrix[i, k] = rows[i][k];
        }

        return matrix;
    }
}
