using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Sinkhorn divergences on the CPU against plain alternation, closed forms and differences.</summary>
internal sealed class SinkhornDivergenceTests
{
    private static IEnumerable<TransportMetric> Metrics() =>
    [
        TransportMetric.SquaredEuclidean, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct,
        TransportMetric.PowerNorm(1.5), TransportMetric.ElasticL1(0.3), TransportMetric.ElasticKSupport(0.7, 2),
    ];

    [Test]
    public void OfTheReference([Values(1, 2, 7, 33)] int n, [Values(1, 40)] int m, [Values(double.PositiveInfinity, 0.7)] double rho)
    {
        double[,] x = Clouds.Points(n, 2, 1), y = Clouds.Points(m, 2, 2);
        double[] a = Clouds.Weights(n, 3, double.IsInfinity(rho) ? 1 : 1.3), b = Clouds.Weights(m, 4);
        SinkhornDivergenceResult result = SinkhornDivergence.Compute(x, y, default, new() { Epsilon = 0.1, SourceRho = rho, TargetRho = rho, Tolerance = 1e-12 }, new() { SourceWeights = a, TargetWeights = b });
        double mass = a.Sum() - b.Sum();
        double expected = Value(x, y, a, b, 0.1, rho) - (0.5 * Value(x, x, a, a, 0.1, rho)) - (0.5 * Value(y, y, b, b, 0.1, rho)) + (0.05 * mass * mass);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Value, Is.EqualTo(expected).Within(1e-10));
        Assert.That(result.Source.Value, Is.EqualTo(Value(x, x, a, a, 0.1, rho)).Within(1e-10));
        Assert.That(result.Value, Is.GreaterThan(-1e-12));
    }

    [TestCaseSource(nameof(Metrics))]
    public void GradientsByPointsAndWeights(TransportMetric metric)
    {
        foreach (double rho in new[] { double.PositiveInfinity, 0.9 })
        {
            double[,] x = Clouds.Points(6, 3, 5), y = Clouds.Points(8, 3, 6), dx = new double[6, 3], dy = new double[8, 3];
            double[] a = Clouds.Weights(6, 7), b = Clouds.Weights(8, 8), da = new double[6], db = new double[8];
            SinkhornOptions options = new() { Epsilon = 0.25, Metric = metric, Tolerance = 1e-13, SourceRho = rho, TargetRho = rho };
            double Of(double[,] x, double[,] y, double[] a, double[] b) => SinkhornDivergence.Compute(x, y, default, options, new() { SourceWeights = a, TargetWeights = b }).Value;
            SinkhornDivergenceResult result = SinkhornDivergence.Compute(
                x, y, new() { SourceGradient = dx, TargetGradient = dy, SourceWeightGradient = da, TargetWeightGradient = db }, options, new() { SourceWeights = a, TargetWeights = b });
            Assert.That(result.Status, Is.LessThanOrEqualTo(TransportStatus.FloorReached));
            for (int k = 0; k < 3; k++)
            {
                Clouds.Difference(h => Of(Clouds.Moved(x, 2, k, h), y, a, b), dx[2, k]);
                Clouds.Difference(h => Of(x, Clouds.Moved(y, 4, k, h), a, b), dy[4, k]);
            }

            // Mass moves from one atom to another; where it is free it may come from nowhere.
            Clouds.Difference(h => Of(x, y, Clouds.Moved(a, 1, h, 3), b), da[1] - da[3]);
            Clouds.Difference(h => Of(x, y, a, Clouds.Moved(b, 0, h, 5)), db[0] - db[5]);
            if (double.IsInfinity(rho))
            {
                Assert.That(a.Zip(da, (w, g) => w * g).Sum(), Is.EqualTo(result.Value / 2).Within(1e-9));
                Assert.That(b.Zip(db, (w, g) => w * g).Sum(), Is.EqualTo(result.Value / 2).Within(1e-9));
            }
            else
            {
                Clouds.Difference(h => Of(x, y, Clouds.Moved(a, 1, h), b), da[1]);
                Clouds.Difference(h => Of(x, y, a, Clouds.Moved(b, 6, h)), db[6]);
            }
        }
    }

    [Test]
    public void EqualCloudsGiveExactlyZero([Values(1, 30)] int n, [Values] bool onePointManyTimes)
    {
        double[,] x = onePointManyTimes ? new double[n, 2] : Clouds.Points(n, 2, 1), dx = Clouds.Points(n, 2, 2), dy = Clouds.Points(n, 2, 2);
        double[] a = Clouds.Weights(n, 3), da = new double[n], db = [.. a];
        SinkhornDivergenceResult result = SinkhornDivergence.Compute(
            x, (double[,])x.Clone(), new() { SourceGradient = dx, TargetGradient = dy, SourceWeightGradient = da, TargetWeightGradient = db }, new() { Epsilon = 0.01 }, new() { SourceWeights = a, TargetWeights = a });
        Assert.That(result.Value, Is.Zero);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(dx.Cast<double>().Concat(dy.Cast<double>()).Concat(da).Concat(db), Is.All.Zero);
    }

    [Test]
    public void OfThePermutedCloudAlmostZero()
    {
        double[,] x = Clouds.Points(50, 2, 1), y = new double[50, 2];
        for (int i = 0; i < 50; i++)
            (y[i, 0], y[i, 1]) = (x[(i * 7) % 50, 0], x[(i * 7) % 50, 1]);
        Assert.That(SinkhornDivergence.Compute(x, y, default, new() { Epsilon = 0.05 }).Value, Is.EqualTo(0).Within(1e-12));
    }

    // Feydy et al., 2019; closed form of the entropic problem between Gaussians: Janati, Muzellec, Peyré, Cuturi, 2020.
    [Test]
    public void FeydyAndJanatiGaussians([Values(0.1, 1)] double epsilon)
    {
        const int Count = 161;
        double[,] grid = SinkhornExactTests.Cost(Count, 1, (i, _) => -6 + (12.0 * i / (Count - 1)));
        double[] Density(double mean, double deviation)
        {
            double[] weights = [.. Enumerable.Range(0, Count).Select(i => Math.Exp(-0.5 * Math.Pow((grid[i, 0] - mean) / deviation, 2)))];
            double sum = weights.Sum();
            return [.. weights.Select(w => w / sum)];
        }

        double Entropic(double m1, double s1, double m2, double s2)
        {
            double covariance = (-epsilon + Math.Sqrt((epsilon * epsilon) + (16 * s1 * s1 * s2 * s2))) / 4;
            return ((m1 - m2) * (m1 - m2)) + (s1 * s1) + (s2 * s2) - (2 * covariance) - (0.5 * epsilon * Math.Log(1 - (covariance * covariance / (s1 * s1 * s2 * s2))));
        }

        SinkhornDivergenceResult result = SinkhornDivergence.Compute(
            grid, grid, default, new() { Epsilon = epsilon, Tolerance = 1e-11 }, new() { SourceWeights = Density(-0.5, 0.6), TargetWeights = Density(0.4, 0.9) });
        double expected = Entropic(-0.5, 0.6, 0.4, 0.9) - (0.5 * Entropic(0, 0.6, 0, 0.6)) - (0.5 * Entropic(0, 0.9, 0, 0.9));
        Assert.That(result.Cross.Value, Is.EqualTo(Entropic(-0.5, 0.6, 0.4, 0.9)).Within(1e-7));
        Assert.That(result.Value, Is.EqualTo(expected).Within(1e-7));
    }

    // Genevay, Peyré, Cuturi, 2018: from transport to the maximum mean discrepancy of −½·C as ε grows.
    [Test]
    public void GenevaySinkhornDivergenceInterpolates()
    {
        double[,] x = Clouds.Points(9, 2, 1), y = Clouds.Points(12, 2, 2);
        double value = SinkhornDivergence.Compute(x, y, default, new() { Epsilon = 1e5 }).Value;
        double Mean(double[,] left, double[,] right) => Clouds.Cost(left, right).Cast<double>().Average();
        Assert.That(value, Is.EqualTo(Mean(x, y) - (0.5 * Mean(x, x)) - (0.5 * Mean(y, y))).Within(1e-5));
    }

    [Test]
    public void ItsOwnProblemTakesFewSweepsHoweverSmallEpsilonIs()
    {
        double[,] x = Clouds.Points(200, 2, 1), y = Clouds.Points(200, 2, 2);
        SinkhornDivergenceResult result = SinkhornDivergence.Compute(x, y, default, new() { Epsilon = 2e-3, Tolerance = 1e-6 });
        Assert.That(result.Source.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Source.Iterations, Is.LessThan(30));
        Assert.That(result.Cross.Iterations, Is.GreaterThan(2 * result.Source.Iterations));
    }

    [Test]
    public void Float32IsNear()
    {
        float[,] x = new float[60, 3], y = new float[45, 3], dx = new float[60, 3];
        double[,] wideX = Clouds.Points(60, 3, 1), wideY = Clouds.Points(45, 3, 2), wideDx = new double[60, 3];
        Clouds.Narrow(wideX, x);
        Clouds.Narrow(wideY, y);
        SinkhornDivergenceResult result = SinkhornDivergence.Compute(x, y, new() { SourceGradient = dx }, new() { Epsilon = 0.05 });
        SinkhornDivergenceResult wide = SinkhornDivergence.Compute(wideX, wideY, new() { SourceGradient = wideDx }, new() { Epsilon = 0.05 });
        Assert.That(result.Value, Is.EqualTo(wide.Value).Within(1e-6));
        Assert.That(dx.Cast<float>().Zip(wideDx.Cast<double>(), (narrow, exact) => Math.Abs(narrow - exact)).Max(), Is.LessThan(2e-6));
    }

    [Test]
    public void AtomsWithoutMassHaveGradientsToo()
    {
        double[,] x = Clouds.Points(7, 2, 1), y = Clouds.Points(6, 2, 2);
        double[] a = [0.2, 0, 0.3, 0.1, 0, 0.25, 0.15], da = new double[7], none = new double[7];
        SinkhornOptions options = new() { Epsilon = 0.1, Tolerance = 1e-12 };
        SinkhornDivergence.Compute(x, y, new() { SourceWeightGradient = da }, options, new() { SourceWeights = a });
        const double H = 1e-7;
        double[] more = [0.2, H, 0.3 - H, 0.1, 0, 0.25, 0.15];
        double slope = (SinkhornDivergence.Compute(x, y, default, options, new() { SourceWeights = more }).Value - SinkhornDivergence.Compute(x, y, default, options, new() { SourceWeights = a }).Value) / H;
        Assert.That(da[1] - da[2], Is.EqualTo(slope).Within(2e-5));
        Assert.That(da, Is.All.Matches<double>(double.IsFinite));
    }

    [Test]
    public void PointsThatAreNotFinite()
    {
        double[,] x = Clouds.Points(5, 2, 1), dx = new double[5, 2];
        double[] db = new double[4];
        x[3, 1] = double.NaN;
        SinkhornDivergenceResult result = SinkhornDivergence.Compute(x, Clouds.Points(4, 2, 2), new() { SourceGradient = dx, TargetWeightGradient = db }, new() { Epsilon = 0.1 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.NonFinite));
        Assert.That(result.Value, Is.NaN);
        Assert.That(dx.Cast<double>().Concat(db), Is.All.NaN);
        Assert.That(SinkhornDivergence.Compute(x, x, default, new() { Epsilon = 0.1 }).Value, Is.NaN);
    }

    [Test]
    public void WrongArguments()
    {
        double[,] x = Clouds.Points(3, 2, 1), y = Clouds.Points(4, 2, 2);
        Clouds.Throws("options", "TargetRho", () => SinkhornDivergence.Compute(x, y, default, new() { Epsilon = 1, SourceRho = 2 }));
        Clouds.Throws("options", "Epsilon", () => SinkhornDivergence.Compute(x, y, default, default));
        Clouds.Throws("y", "coordinates", () => SinkhornDivergence.Compute(x, new double[4, 3], default, new() { Epsilon = 1 }));
        Clouds.Throws("inputs", "SourceWeights", () => SinkhornDivergence.Compute(x, y, default, new() { Epsilon = 1 }, new() { SourceWeights = [1, 2] }));
        Clouds.Throws("inputs", "TargetWeights", () => SinkhornDivergence.Compute(x, y, default, new() { Epsilon = 1 }, new() { TargetWeights = [1, 2, 3, 4] }));
        Clouds.Throws("outputs", "SourceGradient", () => SinkhornDivergence.Compute(x, y, new() { SourceGradient = new double[4, 2] }, new() { Epsilon = 1 }));
        Clouds.Throws("outputs", "TargetWeightGradient", () => SinkhornDivergence.Compute(x, y, new() { TargetWeightGradient = new double[3] }, new() { Epsilon = 1 }));
    }

    private static double Value(double[,] x, double[,] y, double[] a, double[] b, double epsilon, double rho)
    {
        SinkhornReference reference = new(Clouds.Cost(x, y), a, b, epsilon, rho, rho);
        reference.Run(1500);
        return reference.Value();
    }
}
