using System;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Batches of matrices of costs: to the bit what every problem gives alone, whatever becomes of the others.</summary>
internal sealed class SinkhornBatchTests
{
    private static readonly SinkhornOptions s_options = new() { Epsilon = 0.05 };

    [TestCase(1, 1, 1)]
    [TestCase(5, 2, 3)]
    [TestCase(40, 7, 33)]
    [TestCase(9, 100, 65)]
    [TestCase(2, 400, 400)]
    public void ProblemsOfOneSize(int problems, int rows, int columns)
    {
        BatchProblems<float> all = new(problems, _ => (rows, columns), 1);
        float[,] cost = all.Uniform();
        BatchAnswers<float> answers = new(all);
        float[,] plans = new float[problems * rows, columns];
        Sinkhorn.SolveBatch(
            cost, problems, new() { Results = answers.Results, SourcePotentials = answers.F, TargetPotentials = answers.G, Plans = plans }, s_options, new() { SourceWeights = all.A, TargetWeights = all.B });
        plans.AsSpan().CopyTo(answers.P);
        AssertAsAlone(all, answers, _ => s_options);
    }

    [Test]
    public void ProblemsOfDifferingSizesWithTheirOwnScalars([Values] bool large)
    {
        (int, int)[] sizes = large ? [(3, 4), (1100, 1000), (1, 1), (500, 700)] : [(1, 1), (2, 3), (33, 7), (1, 100), (100, 1), (64, 64), (7, 2), (40, 51)];
        BatchProblems<double> all = new(sizes.Length, p => sizes[p], 2);
        BatchAnswers<double> answers = new(all);
        double[] epsilons = [.. Enumerable.Range(0, sizes.Length).Select(p => 0.05 * (p + 1))], tolerances = [.. Enumerable.Range(0, sizes.Length).Select(p => p == 1 ? 0 : Math.Pow(10, -3 - p))];
        int[] limits = [.. Enumerable.Range(0, sizes.Length).Select(p => p == 2 ? 1 : 3 + (10 * p))];
        SinkhornOptions options = new() { EpsilonStart = 0.2, MaxIterations = 77 };
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), answers.Outputs(), options, new() { SourceWeights = all.A, TargetWeights = all.B, Epsilons = epsilons, Tolerances = tolerances, IterationLimits = limits });
        AssertAsAlone(all, answers, p => options with { Epsilon = epsilons[p], Tolerance = tolerances[p], MaxIterations = limits[p] });
    }

    [Test]
    public void EveryStorageType()
    {
        BatchProblems<float> all = new(3, p => (9 + p, 40), 3);
        all.Costs = [.. all.Costs.Select(c => MathF.Round(c * 16) / 16)];
        Half[] half = [.. all.Costs.Select(c => (Half)c)];
        BFloat16[] brain = [.. all.Costs.Select(c => (BFloat16)c)];
        BatchAnswers<float> full = new(all), halves = new(all), brains = new(all);
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), full.Outputs(), s_options);
        Sinkhorn.SolveBatch(half, all.Batch(), halves.Outputs(), s_options);
        Sinkhorn.SolveBatch(brain, all.Batch(), brains.Outputs(), s_options);
        Assert.That(halves.Results, Is.EqualTo(full.Results));
        Assert.That(brains.Results, Is.EqualTo(full.Results));
        Assert.That(halves.P, Is.EqualTo(full.P));

        float[] first = all.Costs[..(9 * 40)];
        float[,] matrix = new float[9, 40];
        first.CopyTo(matrix.AsSpan());
        Half[,] halfMatrix = new Half[9, 40];
        half.AsSpan(0, 360).CopyTo(halfMatrix.AsSpan());
        BFloat16[,] brainMatrix = new BFloat16[9, 40];
        brain.AsSpan(0, 360).CopyTo(brainMatrix.AsSpan());
        SinkhornResult[] a = new SinkhornResult[3], b = new SinkhornResult[3], c = new SinkhornResult[3];
        Sinkhorn.SolveBatch(matrix, 3, new() { Results = a }, s_options);
        Sinkhorn.SolveBatch(halfMatrix, 3, new() { Results = b }, s_options);
        Sinkhorn.SolveBatch(brainMatrix, 3, new() { Results = c }, s_options);
        Assert.That(b, Is.EqualTo(a));
        Assert.That(c, Is.EqualTo(a));
    }

    [Test]
    public void OneCostForAll()
    {
        BatchProblems<double> all = new(6, _ => (12, 17), 4);
        double[,] cost = new double[12, 17];
        all.Costs.AsSpan(0, 12 * 17).CopyTo(cost.AsSpan());
        for (int p = 1; p < 6; p++)
            Array.Copy(all.Costs, 0, all.Costs, p * 12 * 17, 12 * 17);
        BatchAnswers<double> answers = new(all);
        double[,] plans = new double[72, 17];
        Sinkhorn.SolveBatch(
            cost, 6, new() { Results = answers.Results, SourcePotentials = answers.F, TargetPotentials = answers.G, Plans = plans }, s_options,
            new() { SharedCost = true, SourceWeights = all.A, TargetWeights = all.B });
        plans.AsSpan().CopyTo(answers.P);
        AssertAsAlone(all, answers, _ => s_options);
    }

    [Test]
    public void AProblemThatIsWrongLeavesTheOthersAsTheyAre()
    {
        BatchProblems<double> all = new(12, _ => (5, 6), 5);
        BatchAnswers<double> right = new(all), answers = new(all);
        SinkhornOptions options = s_options;
        double[] epsilons = [.. Enumerable.Repeat(0.05, 12)], tolerances = new double[12];
        int[] limits = [.. Enumerable.Repeat(1000, 12)];
        SinkhornBatchInputs<double> Inputs() => new() { SourceWeights = all.A, TargetWeights = all.B, Epsilons = epsilons, Tolerances = tolerances, IterationLimits = limits };
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), right.Outputs(), options, Inputs());

        all.A[(1 * 5) + 2] = -0.1;
        all.A[(2 * 5) + 2] = double.NaN;
        Array.Clear(all.B, 3 * 6, 6);
        all.B[4 * 6] *= 1.001;
        epsilons[5] = 0;
        tolerances[6] = -1;
        limits[7] = 0;
        all.Costs[8 * 30] = double.NaN;
        all.Costs.AsSpan(9 * 30, 6).Fill(double.PositiveInfinity);
        all.B[(10 * 6) + 1] = double.PositiveInfinity;
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), answers.Outputs(), options, Inputs());
        for (int p = 0; p < 12; p++)
        {
            TransportStatus expected = p switch { 0 or 11 => TransportStatus.Converged, 8 => TransportStatus.NonFinite, 9 => TransportStatus.Infeasible, _ => TransportStatus.InvalidInput };
            Assert.That(answers.Results[p].Status, Is.EqualTo(expected), $"{p}");
            if (expected == TransportStatus.Converged)
            {
                Assert.That(answers.Results[p], Is.EqualTo(right.Results[p]));
                Assert.That(answers.P[(30 * p)..(30 * (p + 1))], Is.EqualTo(right.P[(30 * p)..(30 * (p + 1))]));
            }
            else
            {
                Assert.That(answers.Results[p].Value, Is.NaN);
                Assert.That(answers.F[(5 * p)..(5 * (p + 1))], Is.All.NaN);
                Assert.That(answers.G[(6 * p)..(6 * (p + 1))], Is.All.NaN);
                Assert.That(answers.P[(30 * p)..(30 * (p + 1))], Is.All.NaN);
            }
        }
    }

    [Test]
    public void OffsetsThatDoNotFitLeaveAllButTheResult()
    {
        BatchProblems<double> all = new(4, _ => (5, 6), 6);
        foreach (int place in (int[])[0, 1, 2])
        {
            foreach (long bad in (long[])[-1, 1000, long.MinValue, long.MaxValue])
            {
                BatchAnswers<double> answers = new(all);
                answers.F.AsSpan().Fill(7);
                answers.P.AsSpan().Fill(7);
                long[][] offsets = [[.. all.SourceOffsets], [.. all.TargetOffsets], [.. all.CostOffsets]];
                offsets[place][2] = bad;
                Sinkhorn.SolveBatch(all.Costs, new() { SourceOffsets = offsets[0], TargetOffsets = offsets[1], CostOffsets = offsets[2] }, answers.Outputs(), s_options);
                Assert.That(answers.Results[2].Status, Is.EqualTo(TransportStatus.InvalidInput));
                Assert.That(answers.Results[1].Status, Is.EqualTo(TransportStatus.InvalidInput));
                Assert.That(answers.Results[0].Status, Is.EqualTo(TransportStatus.Converged));
                Assert.That(answers.Results[3].Status, Is.EqualTo(TransportStatus.Converged));
                Assert.That(answers.F[10..15].Concat(answers.P[60..90]), Is.All.EqualTo(7));
            }
        }
    }

    [Test]
    public void TheSameForAnyNumberOfThreadsAndWidth()
    {
        BatchProblems<float> all = new(30, p => (1 + (7 * p % 90), 1 + (13 * p % 70)), 7);
        BatchAnswers<float> expected = new(all);
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), expected.Outputs(), s_options, new() { SourceWeights = all.A, TargetWeights = all.B });
        int threads = CpuThreads.Count;
        try
        {
            foreach ((int count, int bits) in new[] { (1, 0), (3, 128), (2, 256) })
            {
                CpuThreads.Count = count;
                Cpu.CpuSettings.ForcedVectorBits = bits;
                BatchAnswers<float> answers = new(all);
                Sinkhorn.SolveBatch(all.Costs, all.Batch(), answers.Outputs(), s_options, new() { SourceWeights = all.A, TargetWeights = all.B });
                Assert.That(answers.Results, Is.EqualTo(expected.Results));
                Assert.That(answers.F, Is.EqualTo(expected.F));
                Assert.That(answers.P, Is.EqualTo(expected.P));
            }
        }
        finally
        {
            CpuThreads.Count = threads;
            Cpu.CpuSettings.ForcedVectorBits = 0;
        }
    }

    [Test]
    public void ASteadyCallAllocatesNothing([Values(3, 20, 100)] int problems)
    {
        BatchProblems<float> all = new(problems, _ => (8, 8), 8);
        BatchAnswers<float> answers = new(all);
        void Call() => Sinkhorn.SolveBatch(all.Costs, all.Batch(), answers.Outputs(), s_options);
        for (int warm = 0; warm < 5; warm++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.EqualTo(0));
    }

    [Test]
    public void ArgumentsThatDoNotFit()
    {
        float[,] cost = new float[6, 4];
        SinkhornResult[] results = new SinkhornResult[3];
        void Fails(string member, Action call) => Assert.That(Assert.Catch<ArgumentException>(() => call())!.Message, Does.Contain(member));
        Fails("outputs.Results", () => Sinkhorn.SolveBatch(cost, 3, default, s_options));
        Fails("cost", () => Sinkhorn.SolveBatch(cost, 4, new() { Results = new SinkhornResult[4] }, s_options));
        Fails("problems", () => Sinkhorn.SolveBatch(cost, 0, default, s_options));
        Fails("cost", () => Sinkhorn.SolveBatch(new float[3, 0], 3, new() { Results = results }, s_options));
        Fails("Epsilon", () => Sinkhorn.SolveBatch(cost, 3, new() { Results = results }, default));
        Fails("inputs.Epsilons", () => Sinkhorn.SolveBatch(cost, 3, new() { Results = results }, default, new() { Epsilons = [1] }));
        Fails("inputs.Tolerances", () => Sinkhorn.SolveBatch(cost, 3, new() { Results = results }, s_options, new() { Tolerances = [1] }));
        Fails("inputs.IterationLimits", () => Sinkhorn.SolveBatch(cost, 3, new() { Results = results }, s_options, new() { IterationLimits = [1] }));
        Fails("inputs.SourceWeights", () => Sinkhorn.SolveBatch(cost, 3, new() { Results = results }, s_options, new() { SourceWeights = new float[2] }));
        Fails("inputs.TargetWeights", () => Sinkhorn.SolveBatch(cost, 3, new() { Results = results }, s_options, new() { TargetWeights = new float[4] }));
        Fails("outputs.Plans", () => Sinkhorn.SolveBatch(cost, 3, new() { Results = results, Plans = new float[2, 4] }, s_options));
        Fails("outputs.PackedPlans", () => Sinkhorn.SolveBatch(cost, 3, new() { Results = results, PackedPlans = new float[24] }, s_options));
        float[] packed = new float[24];
        long[] source = [0, 2, 4, 6], target = [0, 4, 8, 12], costs = [0, 8, 16, 24];
        Fails("batch.SourceOffsets", () => Sinkhorn.SolveBatch(packed, default, new() { Results = results }, s_options));
        Fails("batch.TargetOffsets", () => Sinkhorn.SolveBatch(packed, new() { SourceOffsets = source, CostOffsets = costs }, new() { Results = results }, s_options));
        Fails("batch.CostOffsets", () => Sinkhorn.SolveBatch(packed, new() { SourceOffsets = source, TargetOffsets = target }, new() { Results = results }, s_options));
        Fails("outputs.PackedPlans", () => Sinkhorn.SolveBatch(packed, new() { SourceOffsets = source, TargetOffsets = target, CostOffsets = costs }, new() { Results = results, PackedPlans = new float[3] }, s_options));
        Fails(
            "outputs.SourcePotentials",
            () => Sinkhorn.SolveBatch(
                packed, new() { SourceOffsets = source, TargetOffsets = target, CostOffsets = costs }, new() { Results = results, SourcePotentials = new float[7] }, s_options, new() { SourceWeights = new float[6] }));
        Fails(
            "inputs.SharedCost",
            () => Sinkhorn.SolveBatch(packed, new() { SourceOffsets = source, TargetOffsets = target, CostOffsets = costs }, new() { Results = results }, s_options, new() { SharedCost = true }));
    }

    private static void AssertAsAlone<TReal>(BatchProblems<TReal> all, BatchAnswers<TReal> answers, Func<int, SinkhornOptions> options)
        where TReal : unmanaged
    {
        BatchAnswers<TReal> alone = new(all);
        for (int p = 0; p < all.Count; p++)
        {
            (Range source, Range target, Range costs) = all.Ranges(p);
            alone.Results[p] = CpuSinkhorn.Solve<TReal, TReal>(
                all.Costs.AsSpan(costs).AsSpan2D(all.Rows(p), all.Columns(p)),
                new() { SourcePotential = alone.F.AsSpan(source), TargetPotential = alone.G.AsSpan(target), Plan = alone.P.AsSpan(costs).AsSpan2D(all.Rows(p), all.Columns(p)) },
                options(p),
                new() { SourceWeights = all.A.AsSpan(source), TargetWeights = all.B.AsSpan(target) });
        }

        answers.AssertEqual(alone);
    }
}
