using System;
using System.Linq;
using System.Runtime.CompilerServices;

using Gibbs.Tests.CrossEntropy;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>Assignments against every assignment there is, the certificate, and what has no answer.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class BalancedAssignmentTests(string device)
{
    /// <summary>The auction for transportation problems (Bertsekas and Castañon, 1989): within N·ε of the best, which its prices prove.</summary>
    [Test]
    public void WithinTheGuaranteeOfTheBest([Values(0, 1, 2, 3)] int type, [Values(1, 2, 3, 4)] int experts, [Values(1, 3, 6)] int tokens)
    {
        int even = (tokens + experts - 1) / experts;
        foreach (double tolerance in new[] { 1e-3, 0.2 })
        {
            foreach (int[]? capacities in new int[]?[] { null, [.. Enumerable.Range(0, experts).Select(k => even + (k % 2))] })
            {
                AssignmentCase c = AssignmentCase.Draw((ElementType)type, 5, tokens, experts, capacities, tolerance, seed: tokens + experts);
                Check(c, AssignmentRunner.Run(device, c), exhaustive: true);
            }
        }
    }

    /// <summary>Scores that are multiples of a unit, and ε below unit/N: the best assignment itself.</summary>
    [Test]
    public void ExactOnIntegers()
    {
        AssignmentCase c = AssignmentCase.Draw(ElementType.Float32, 20, 6, 3, null, tolerance: 1.0 / (7 * 20));
        c = c with { Scores = [.. c.Scores.Select(row => row.Select(s => Math.Clamp(Math.Round(4 * s), -10, 10)).ToArray())] };
        AssignmentRun run = AssignmentRunner.Run(device, c);
        for (int problem = 0; problem < 20; problem++)
            Assert.That(run.Results[problem].Value, Is.EqualTo(Best(c, problem, 0, new int[3])));
    }

    /// <summary>BASE layers (Lewis et al., 2021): every expert gets its share, whatever the scores; larger than any search.</summary>
    [Test]
    public void BaseLayers([Values(0, 3)] int type)
    {
        AssignmentCase c = AssignmentCase.Draw((ElementType)type, 2, 256, 16);
        c = c with { Scores = [.. c.Scores.Select(row => row.Select((s, k) => ((ElementType)type).Round(s + (k < 2 ? 3 : 0))).ToArray())] };
        AssignmentRun run = AssignmentRunner.Run(device, c);
        Check(c, run, exhaustive: false);
        for (int problem = 0; problem < 2; problem++)
            Assert.That(run.Experts[(problem * 256)..((problem + 1) * 256)].GroupBy(k => k).Select(g => g.Count()), Is.All.EqualTo(16));
    }

    [Test]
    public void ForbiddenPairs()
    {
        const double no = double.NegativeInfinity;
        int[] one = [1, 1, 1];
        AssignmentCase c = new(ElementType.Float64, [[5, no, no], [9, 1, no], [9, 8, 0]], default, one);
        AssignmentRun run = AssignmentRunner.Run(device, c);
        Assert.That(run.Experts, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(run.Results[0].Value, Is.EqualTo(6));
        Assert.That(run.Results[0].Status, Is.EqualTo(TransportStatus.Converged));

        AssignmentCase crowded = c with { Scores = [[5, 4, no], [9, 1, no], [9, 8, no]] };
        AssignmentRun none = AssignmentRunner.Run(device, crowded);
        Assert.That(none.Results[0].Status, Is.EqualTo(TransportStatus.Infeasible));
        Assert.That(none.Experts, Is.All.EqualTo(-1));
        Assert.That(none.Prices.Append(none.Results[0].Value).Append(none.Results[0].Gap), Is.All.NaN);
    }

    [Test]
    public void WhatHasNoAnswer()
    {
        double no = double.NegativeInfinity;
        double[][] scores = [[1, 2], [2, 1], [1, double.NaN], [2, 1], [1, double.PositiveInfinity], [2, 1], [no, no], [2, 1], [1, 2], [2, 1], [1, 2], [2, 1]];
        AssignmentCase c = new(ElementType.Float32, scores, new() { Problems = 6 }, [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, -1, 5]);
        AssignmentRun run = AssignmentRunner.Run(device, c);
        TransportStatus[] expected = [TransportStatus.Converged, TransportStatus.NonFinite, TransportStatus.NonFinite, TransportStatus.Infeasible, TransportStatus.Infeasible, TransportStatus.InvalidInput];
        Assert.That(run.Results.Select(r => r.Status), Is.EqualTo(expected));
        Assert.That(run.Experts[2..], Is.All.EqualTo(-1));
        Assert.That(run.Experts[..2], Is.EqualTo(new[] { 1, 0 }));
    }

    [Test]
    public void EqualScoresFillWhatIsFree()
    {
        AssignmentCase c = new(ElementType.Float32, [.. Enumerable.Range(0, 50).Select(_ => new double[] { 7, 7, 7, 7 })], default, [20, 10, 20, 0]);
        AssignmentRun run = AssignmentRunner.Run(device, c);
        Check(c, run, exhaustive: false);
        Assert.That(run.Results[0].Bids, Is.EqualTo(50));
        Assert.That(run.Results[0].Gap, Is.LessThan(1e-290));
    }

    /// <summary>A limit of bids: complete, within capacities, and said so; the gap tells the truth.</summary>
    [Test]
    public void AfterTheLastBid()
    {
        AssignmentCase c = AssignmentCase.Draw(ElementType.Float32, 3, 12, 4);
        c = c with { Options = c.Options with { MaxBids = 5 } };
        AssignmentRun run = AssignmentRunner.Run(device, c);
        Check(c, run, exhaustive: false, TransportStatus.MaxIterations);
        Assert.That(run.Results.Select(r => r.Bids), Is.All.EqualTo(5));
        for (int problem = 0; problem < 3; problem++)
            Assert.That(run.Results[problem].Value + run.Results[problem].Gap, Is.GreaterThanOrEqualTo(AssignmentRunner.Run(device, c with { Options = c.Options with { MaxBids = 0 } }).Results[problem].Value - 1e-9));
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        Assert.That(default(BalancedAssignmentOptions), Is.EqualTo(new BalancedAssignmentOptions { Problems = 1, Tolerance = 1e-3, MaxBids = 0 }));
        Assert.That(Unsafe.SizeOf<BalancedAssignmentResult>(), Is.EqualTo(32));
        if (device != "cpu")
            return;
        Assert.That(() => BalancedAssignment.Solve(new float[4, 2], default, new() { Problems = 3 }), Throws.ArgumentException.With.Message.Contains("scores is [4, 2]; it needs an expert or more, and rows for 3 problems"));
        Assert.That(() => BalancedAssignment.Solve(new float[4, 2], default, new() { Problems = 0 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Problems is 0"));
        Assert.That(() => BalancedAssignment.Solve(new float[4, 2], default, new() { Tolerance = 0 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Tolerance is 0; it must be from 1e-9 to 1"));
        Assert.That(() => BalancedAssignment.Solve(new float[4, 2], default, new() { MaxBids = -1 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("MaxBids is -1"));
        Assert.That(() => BalancedAssignment.Solve(new float[4, 2], default, default, new() { Capacities = new int[3] }), Throws.ArgumentException.With.Message.Contains("inputs.Capacities has 3 elements; it needs 2"));
        Assert.That(() => BalancedAssignment.Solve(new float[4, 2], new() { Experts = new int[3] }), Throws.ArgumentException.With.Message.Contains("outputs.Experts has 3 elements; it needs 4"));
        Assert.That(() => BalancedAssignment.Solve(new float[4, 2], new() { Prices = new double[4] }, new() { Problems = 4 }), Throws.ArgumentException.With.Message.Contains("outputs.Prices has 4 elements; it needs 8"));
        Assert.That(() => BalancedAssignment.Solve(new float[4, 2], new() { Results = new BalancedAssignmentResult[2] }), Throws.ArgumentException.With.Message.Contains("outputs.Results has 2 elements; it needs 1"));
    }

    [Test]
    public void WarmCallsAllocateNothing()
    {
        if (device != "cpu")
            return;
        float[,] scores = new float[600, 4];
        int[] experts = new int[600];
        for (int i = 0; i < 600; i++)
            scores[i, i % 3] = i;
        SteadyStateTests.AllocatesNothing(() => BalancedAssignment.Solve(scores, new() { Experts = experts }, new() { Problems = 60, Tolerance = 0.1 }));
    }

    // Capacities, the value, the certificate by the prices; on request the best of all assignments.
    private static void Check(AssignmentCase c, AssignmentRun run, bool exhaustive, TransportStatus status = TransportStatus.Converged)
    {
        for (int problem = 0; problem < c.Options.Problems; problem++)
        {
            int first = problem * c.Tokens;
            double[][] s = c.Scores[first..(first + c.Tokens)];
            int[] expert = run.Experts[first..(first + c.Tokens)];
            double[] p = run.Prices[(problem * c.Experts)..((problem + 1) * c.Experts)];
            BalancedAssignmentResult result = run.Results[problem];
            Assert.That(result.Status, Is.EqualTo(status));
            Assert.That(expert, Is.All.InRange(0, c.Experts - 1));
            for (int k = 0; k < c.Experts; k++)
                Assert.That(expert.Count(e => e == k), Is.LessThanOrEqualTo(c.Capacity(problem, k)));
            double value = s.Select((row, i) => row[expert[i]]).Sum();
            Assert.That(result.Value, Is.EqualTo(value).Within(1e-12 * (1 + Math.Abs(value))));
            double range = s.SelectMany(row => row).Max() - s.SelectMany(row => row).Min();
            double dual = s.Sum(row => Enumerable.Range(0, c.Experts).Where(k => c.Capacity(problem, k) > 0).Max(k => row[k] - p[k])) + Enumerable.Range(0, c.Experts).Sum(k => Math.Min(c.Tokens, c.Capacity(problem, k)) * p[k]);
            Assert.That(result.Gap, Is.EqualTo(dual - value).Within(1e-11 * (1 + Math.Abs(value))), "the certificate");
            if (status == TransportStatus.Converged)
                Assert.That(result.Gap, Is.LessThanOrEqualTo((c.Tokens * c.Options.Tolerance * range) + 1e-12));
            if (exhaustive)
                Assert.That(Best(c, problem, 0, new int[c.Experts]), Is.InRange(value - 1e-12, value + result.Gap + 1e-12), "no assignment is better by more than the gap");
        }
    }

    // The greatest value of tokens from one on, with so many places taken.
    private static double Best(AssignmentCase c, int problem, int token, int[] taken)
    {
        if (token == c.Tokens)
            return 0;
        double best = double.NegativeInfinity;
        for (int k = 0; k < c.Experts; k++)
        {
            if (taken[k] == c.Capacity(problem, k))
                continue;
            taken[k]++;
            best = Math.Max(best, c.Scores[(problem * c.Tokens) + token][k] + Best(c, problem, token + 1, taken));
            taken[k]--;
        }

        return best;
    }
}
