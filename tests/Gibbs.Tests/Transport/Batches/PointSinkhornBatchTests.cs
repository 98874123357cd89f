using System;
using System.Collections.Generic;
using System.Linq;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Batches of point clouds: to the bit what every problem gives alone.</summary>
internal sealed class PointSinkhornBatchTests
{
    private const int Dimensions = 3;

    private static IEnumerable<TransportMetric> Metrics() =>
    [
        TransportMetric.SquaredEuclidean, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct,
        TransportMetric.PowerNorm(1.5), TransportMetric.ElasticL1(0.3), TransportMetric.ElasticKSupport(0.7, 2),
    ];

    [TestCaseSource(nameof(Metrics))]
    public void ProblemsOfDifferingSizes(TransportMetric metric)
    {
        (int, int)[] sizes = [(1, 1), (20, 3), (33, 41), (1, 7), (600, 500), (2, 30)];
        BatchProblems<double> all = new(sizes.Length, p => sizes[p], 11);
        double[,] x = Points(all.A.Length, 1), y = Points(all.B.Length, 2), dx = new double[all.A.Length, Dimensions], dy = new double[all.B.Length, Dimensions];
        BatchAnswers<double> answers = new(all), alone = new(all);
        SinkhornOptions options = new() { Epsilon = 0.2, Metric = metric, SourceRho = metric.Kind == TransportMetricKind.Cosine ? 0.5 : double.PositiveInfinity };
        Sinkhorn.SolvePointsBatch(
            x, y, all.Batch(),
            new() { Results = answers.Results, SourcePotentials = answers.F, TargetPotentials = answers.G, PackedPlans = answers.P, SourceGradients = dx, TargetGradients = dy },
            options, new() { SourceWeights = all.A, TargetWeights = all.B });
        double[,] aloneX = new double[all.A.Length, Dimensions], aloneY = new double[all.B.Length, Dimensions];
        for (int p = 0; p < sizes.Length; p++)
        {
            (Range source, Range target, Range costs) = all.Ranges(p);
            alone.Results[p] = Sinkhorn.SolvePoints(
                Rows(x, source), Rows(y, target),
                new()
                {
                    SourcePotential = alone.F.AsSpan(source),
                    TargetPotential = alone.G.AsSpan(target),
                    Plan = alone.P.AsSpan(costs).AsSpan2D(all.Rows(p), all.Columns(p)),
                    SourceGradient = Rows(aloneX, source),
                    TargetGradient = Rows(aloneY, target),
                },
                options, new() { SourceWeights = all.A.AsSpan(source), TargetWeights = all.B.AsSpan(target) });
        }

        answers.AssertEqual(alone);
        Assert.That(dx, Is.EqualTo(aloneX));
        Assert.That(dy, Is.EqualTo(aloneY));
    }

    [Test]
    public void ProblemsOfOneSizeWhereOneIsWrong()
    {
        float[,] x = new float[4 * 7, 2], y = new float[4 * 9, 2], dx = new float[28, 2], dy = new float[36, 2], plans = new float[28, 9];
        Random random = new(3);
        foreach (float[,] cloud in (float[][,])[x, y])
        {
            foreach (ref float coordinate in cloud.AsSpan())
                coordinate = random.NextSingle();
        }

        float[] a = [.. Enumerable.Repeat(1f / 7, 28)];
        a[8] = -1;
        y[20, 1] = float.NaN;
        SinkhornResult[] results = new SinkhornResult[4];
        SinkhornOptions options = new() { Epsilon = 0.1 };
        Sinkhorn.SolvePointsBatch(x, y, 4, new() { Results = results, SourceGradients = dx, TargetGradients = dy, Plans = plans }, options, new() { SourceWeights = a });
        Assert.That(results.Select(r => r.Status), Is.EqualTo(new[] { TransportStatus.Converged, TransportStatus.InvalidInput, TransportStatus.NonFinite, TransportStatus.Converged }));
        Assert.That(Rows(dx, 7..21).ToArray(), Is.All.NaN);
        Assert.That(Rows(dy, 9..27).ToArray(), Is.All.NaN);
        Assert.That(Rows(plans, 7..21).ToArray(), Is.All.NaN);
        float[,] alone = new float[7, 2], plan = new float[7, 9];
        Assert.That(Sinkhorn.SolvePoints(Rows(x, 21..28), Rows(y, 27..36), new() { SourceGradient = alone, Plan = plan }, options, new() { SourceWeights = a.AsSpan(21) }), Is.EqualTo(results[3]));
        Assert.That(Rows(dx, 21..28).ToArray(), Is.EqualTo(alone));
        Assert.That(Rows(plans, 21..28).ToArray(), Is.EqualTo(plan));
    }

    [Test]
    public void ArgumentsThatDoNotFit()
    {
        double[,] x = Points(6, 1), y = Points(9, 2);
        SinkhornResult[] results = new SinkhornResult[3];
        SinkhornOptions options = new() { Epsilon = 1 };
        void Fails(string member, Action call) => Assert.That(Assert.Catch<ArgumentException>(() => call())!.Message, Does.Contain(member));
        Fails("x has 6 rows", () => Sinkhorn.SolvePointsBatch(x, y, 4, new() { Results = results }, options));
        Fails("y has 10 rows", () => Sinkhorn.SolvePointsBatch(x, Points(10, 2), 3, new() { Results = results }, options));
        Fails("y is [9, 2]", () => Sinkhorn.SolvePointsBatch(x, new double[9, 2], 3, new() { Results = results }, options));
        Fails("outputs.SourceGradients", () => Sinkhorn.SolvePointsBatch(x, y, 3, new() { Results = results, SourceGradients = new double[2, 3] }, options));
        Fails("outputs.TargetGradients", () => Sinkhorn.SolvePointsBatch(x, y, 3, new() { Results = results, TargetGradients = new double[6, 3] }, options));
        Fails("inputs.SharedCost", () => Sinkhorn.SolvePointsBatch(x, y, 3, new() { Results = results }, options, new() { SharedCost = true }));
        long[] source = [0, 2, 4, 6], target = [0, 3, 6, 9];
        Fails("batch.CostOffsets", () => Sinkhorn.SolvePointsBatch(x, y, new SinkhornBatch { SourceOffsets = source, TargetOffsets = target }, new() { Results = results, PackedPlans = new double[18] }, options));
        Fails("outputs.Plans", () => Sinkhorn.SolvePointsBatch(x, y, new SinkhornBatch { SourceOffsets = source, TargetOffsets = target }, new() { Results = results, Plans = new double[6, 3] }, options));
        Fails("inputs.TargetWeights", () => Sinkhorn.SolvePointsBatch(x, y, new SinkhornBatch { SourceOffsets = source, TargetOffsets = target }, new() { Results = results }, options, new() { TargetWeights = new double[6] }));
    }

    private static Span2D<T> Rows<T>(T[,] matrix, Range rows)
    {
        (int offset, int length) = rows.GetOffsetAndLength(matrix.GetLength(0));
        return matrix.AsSpan2D(offset, 0, length, matrix.GetLength(1));
    }

    private static double[,] Points(int count, int seed)
    {
        Random random = new(seed);
        return SinkhornExactTests.Cost(count, Dimensions, (_, _) => random.NextDouble() - 0.3);
    }
}
