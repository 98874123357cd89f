using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Sinkhorn between clouds against the same costs as a matrix, and the gradients of its value against differences.</summary>
internal sealed class PointSinkhornTests
{
    private static IEnumerable<TransportMetric> Metrics() =>
    [
        TransportMetric.SquaredEuclidean, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct,
        TransportMetric.PowerNorm(1.5), TransportMetric.PowerNorm(3), TransportMetric.ElasticL1(0.3), TransportMetric.ElasticKSupport(0.7, 2),
    ];

    [TestCaseSource(nameof(Metrics))]
    public void TheSameAsTheMatrixOfCosts(TransportMetric metric)
    {
        double[,] x = Points(37, 5, 1), y = Points(71, 5, 2), plan = new double[37, 71], planOfPoints = new double[37, 71];
        double[,] cost = SinkhornExactTests.Cost(37, 71, (i, j) => Cost(metric, x, i, y, j));
        SinkhornOptions options = new() { Epsilon = 0.2, Metric = metric, Tolerance = 1e-11 };
        SinkhornResult expected = Sinkhorn.Solve(cost, new() { Plan = plan }, options);
        SinkhornResult result = Sinkhorn.SolvePoints(x, y, new() { Plan = planOfPoints }, options);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Value, Is.EqualTo(expected.Value).Within(1e-12));
        Assert.That(result.Dual, Is.EqualTo(result.Value).Within(1e-10));
        Assert.That(planOfPoints.Cast<double>().Zip(plan.Cast<double>()).All(p => Math.Abs(p.First - p.Second) < 1e-13));
    }

    [TestCaseSource(nameof(Metrics))]
    public void GradientsByThePoints(TransportMetric metric)
    {
        double[,] x = Points(6, 3, 3), y = Points(7, 3, 4), dx = new double[6, 3], dy = new double[7, 3];
        double[] a = [0.1, 0.3, 0.2, 0.15, 0.05, 0.2];
        SinkhornOptions options = new() { Epsilon = 0.3, Metric = metric, Tolerance = 1e-14 };
        Sinkhorn.SolvePoints(x, y, new() { SourceGradient = dx, TargetGradient = dy }, options, new() { SourceWeights = a });
        double Value(double[,] left, double[,] right) => Sinkhorn.SolvePoints(left, right, default, options, new() { SourceWeights = a }).Value;
        const double H = 1e-5;
        for (int k = 0; k < 3; k++)
        {
            Assert.That(dx[2, k], Is.EqualTo((Value(Moved(x, 2, k, H), y) - Value(Moved(x, 2, k, -H), y)) / (2 * H)).Within(metric.Kind == TransportMetricKind.PowerNorm ? 1e-6 : 1e-8));
            Assert.That(dy[4, k], Is.EqualTo((Value(x, Moved(y, 4, k, H)) - Value(x, Moved(y, 4, k, -H))) / (2 * H)).Within(metric.Kind == TransportMetricKind.PowerNorm ? 1e-6 : 1e-8));
        }
    }

    [Test]
    public void AnOffsetOfBothCloudsCostsNoDigits()
    {
        float[,] x = new float[50, 2], y = new float[60, 2], far = new float[50, 2], away = new float[60, 2];
        Random random = new(5);
        void Fill(float[,] near, float[,] moved)
        {
            for (int i = 0; i < near.GetLength(0); i++)
            {
                for (int k = 0; k < 2; k++)
                {
                    // Multiples of 1/256, which 1e4 leaves exact.
                    near[i, k] = random.Next(256) / 256f;
                    moved[i, k] = near[i, k] + 10000;
                }
            }
        }

        Fill(x, far);
        Fill(y, away);
        SinkhornOptions options = new() { Epsilon = 0.02 };
        Assert.That(Sinkhorn.SolvePoints(far, away, default, options), Is.EqualTo(Sinkhorn.SolvePoints(x, y, default, options)));
    }

    [Test]
    public void OnePointManyTimes()
    {
        double[,] x = new double[30, 2], y = new double[20, 2], dx = new double[30, 2];
        SinkhornResult result = Sinkhorn.SolvePoints(x, y, new() { SourceGradient = dx }, new() { Epsilon = 0.1 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Value, Is.EqualTo(0).Within(1e-14));
        Assert.That(dx.Cast<double>(), Is.All.EqualTo(0));
    }

    [Test]
    public void PointsThatAreNotFinite([Values(double.NaN, double.PositiveInfinity)] double bad)
    {
        double[,] x = Points(5, 2, 1), dx = new double[5, 2];
        x[3, 1] = bad;
        SinkhornResult result = Sinkhorn.SolvePoints(x, Points(4, 2, 2), new() { SourceGradient = dx }, new() { Epsilon = 0.1 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.NonFinite));
        Assert.That(result.Value, Is.NaN);
        Assert.That(dx.Cast<double>(), Is.All.NaN);
    }

    private static double[,] Points(int count, int dimensions, int seed)
    {
        Random random = new(seed);
        return SinkhornExactTests.Cost(count, dimensions, (_, _) => random.NextDouble() - 0.3);
    }

    private static double[,] Moved(double[,] points, int i, int k, double by)
    {
        double[,] moved = (double[,])points.Clone();
        moved[i, k] += by;
        return moved;
    }

    private static double Cost(TransportMetric metric, double[,] x, int i, double[,] y, int j)
    {
        int d = x.GetLength(1);
        double[] p = [.. Enumerable.Range(0, d).Select(k => x[i, k])], q = [.. Enumerable.Range(0, d).Select(k => y[j, k])], z = [.. p.Zip(q, (a, b) => a - b)];
        double dot = p.Zip(q, (a, b) => a * b).Sum();
        return metric.Kind switch
        {
            TransportMetricKind.SquaredEuclidean => z.Sum(v => v * v),
            TransportMetricKind.Euclidean => Math.Sqrt(z.Sum(v => v * v)),
            TransportMetricKind.Cosine => 1 - (dot / Math.Sqrt(p.Sum(v => v * v) * q.Sum(v => v * v))),
            TransportMetricKind.DotProduct => -dot,
            TransportMetricKind.PowerNorm => z.Sum(v => Math.Pow(Math.Abs(v), metric.Parameter)),
            TransportMetricKind.ElasticL1 => (0.5 * z.Sum(v => v * v)) + (metric.Parameter * z.Sum(Math.Abs)),
            _ => (0.5 * z.Sum(v => v * v)) + (metric.Parameter / 2 * KSupport(z, metric.K)),
        };
    }

    // max over the unit ball of the dual norm is what the square of the k-support norm is: here its variational form, min over 0 ≤ u ≤ 1, Σu ≤ k of Σ z²/u, by bisection on the multiplier.
    private static double KSupport(double[] z, int k)
    {
        double low = 0, high = 1e6;
        for (int step = 0; step < 200; step++)
        {
            double middle = (low + high) / 2;
            if (z.Sum(v => Math.Min(1, Math.Abs(v) * middle)) < k)
                low = middle;
            else
                high = middle;
        }

        return z.Sum(v => v == 0 ? 0 : v * v / Math.Min(1, Math.Abs(v) * low));
    }
}
