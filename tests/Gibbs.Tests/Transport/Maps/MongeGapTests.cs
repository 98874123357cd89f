using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>The Monge gap against its definition, its gradient against differences, and its constants.</summary>
[TestFixture]
[Category("Cpu")]
internal sealed class MongeGapTests
{
    internal static IEnumerable<TransportMetric> Metrics() =>
    [
        TransportMetric.SquaredEuclidean, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct,
        TransportMetric.PowerNorm(1.5), TransportMetric.PowerNorm(3), TransportMetric.ElasticL1(0.3), TransportMetric.ElasticKSupport(0.7, 2),
    ];

    [TestCaseSource(nameof(Metrics))]
    public void TheMongeGap(TransportMetric metric)
    {
        // Uscidda, Cuturi, 2023. Costs of matched pairs are those of solves between single points.
        const int N = 9;
        double[,] x = ElasticCase.Points(N, 3, 1), y = ElasticCase.Points(N, 3, 2), plan = new double[N, N];
        SinkhornOptions options = new() { Epsilon = 0.25, Metric = metric, Tolerance = 1e-13 };
        MongeGapResult result = MongeGap.Compute(x, y, default, options);
        double mean = Enumerable.Range(0, N).Average(i => Sinkhorn.SolvePoints(One(x, i), One(y, i), default, options).Value);
        SinkhornResult transport = Sinkhorn.SolvePoints(x, y, new() { Plan = plan }, options);
        Assert.That(result.MappedCost, Is.EqualTo(mean).Within(1e-12));
        Assert.That(result.Value, Is.EqualTo(mean - transport.Value).Within(1e-9));
        Assert.That(result.Slack, Is.EqualTo(0.25 * Math.Log(N)).Within(1e-14));
        Assert.That(result.Value, Is.GreaterThanOrEqualTo(-result.Slack));

        // OTT's convention: −εH(P) for ε·KL.
        double entropy = CouplingReference.Entropy(plan.Cast<double>());
        Assert.That(result.Value + (2 * result.Slack), Is.EqualTo(mean - (transport.LinearCost - (0.25 * entropy))).Within(1e-9));
        Assert.That(result.Value + (2 * result.Slack), Is.GreaterThanOrEqualTo(result.Slack));
    }

    [TestCaseSource(nameof(Metrics))]
    public void GradientsByImagesAndPoints(TransportMetric metric)
    {
        const int N = 6;
        double[,] x = ElasticCase.Points(N, 3, 3), y = ElasticCase.Points(N, 3, 4), dx = new double[N, 3], dy = new double[N, 3];
        double[] a = [0.1, 0.3, 0.2, 0.15, 0.05, 0.2];
        SinkhornOptions options = new() { Epsilon = 0.3, Metric = metric, Tolerance = 1e-14 };
        MongeGap.Compute(x, y, new() { PointGradient = dx, MappedGradient = dy }, options, new() { Weights = a });
        double[] heavy = [.. a.Select(v => 2 * v)];
        double kept = heavy.Sum(v => v * Math.Log(v / (v * v))) - 2 + 4;
        Assert.That(MongeGap.Compute(x, y, default, options, new() { Weights = heavy }).Slack, Is.EqualTo(0.3 * kept).Within(1e-14), "ε·KL(diag a | a⊗a) with its mass terms");
        double Value(double[,] left, double[,] right) => MongeGap.Compute(left, right, default, options, new() { Weights = a }).Value;
        const double H = 1e-5;
        for (int k = 0; k < 3; k++)
        {
            double tolerance = metric.Kind == TransportMetricKind.PowerNorm ? 1e-6 : 1e-8;
            Assert.That(dx[2, k], Is.EqualTo((Value(Moved(x, 2, k, H), y) - Value(Moved(x, 2, k, -H), y)) / (2 * H)).Within(tolerance));
            Assert.That(dy[4, k], Is.EqualTo((Value(x, Moved(y, 4, k, H)) - Value(x, Moved(y, 4, k, -H))) / (2 * H)).Within(tolerance));
        }
    }

    [Test]
    public void AMonotoneMapHasLessGapThanARotation()
    {
        double[,] x = ElasticCase.Points(60, 2, 5), stretched = new double[60, 2], turned = new double[60, 2];
        for (int i = 0; i < 60; i++)
        {
            (stretched[i, 0], stretched[i, 1]) = (2 * x[i, 0], 0.5 * x[i, 1]);
            (turned[i, 0], turned[i, 1]) = (-x[i, 1], x[i, 0]);
        }

        SinkhornOptions options = new() { Epsilon = 0.005 };
        Assert.That(MongeGap.Compute(x, stretched, default, options).Value, Is.LessThanOrEqualTo(1e-3));
        Assert.That(MongeGap.Compute(x, turned, default, options).Value, Is.GreaterThan(0.5));
        Assert.That(MongeGap.Compute(ElasticCase.Single(x), ElasticCase.Single(stretched), default, options).Value, Is.EqualTo(MongeGap.Compute(x, stretched, default, options).Value).Within(1e-5));
    }

    [Test]
    public void CornersAndArguments()
    {
        double[,] one = { { 1, 2 } }, other = { { 4, 6 } }, dy = new double[1, 2];
        SinkhornOptions options = new() { Epsilon = 0.1 };
        MongeGapResult result = MongeGap.Compute(one, other, new() { MappedGradient = dy }, options);
        Assert.That(new[] { result.Value, result.MappedCost, result.Slack }, Is.EqualTo(new[] { 0.0, 25, 0 }).Within(1e-13));
        Assert.That(dy.Cast<double>(), Is.All.EqualTo(0).Within(1e-12), "a single point goes where it goes");
        Assert.That(MongeGap.Compute(new double[,] { { double.NaN, 0 } }, other, new() { MappedGradient = dy }, options with { Metric = TransportMetric.PowerNorm(2) }).Value, Is.NaN);
        Assert.That(dy.Cast<double>(), Is.All.NaN);
        string Message(Action call) => Assert.Catch<ArgumentException>(() => call())!.Message;
        Assert.That(Message(() => MongeGap.Compute(one, new double[2, 2], default, options)), Does.Contain("mapped is [2, 2]; it must be [1, 2]"));
        Assert.That(Message(() => MongeGap.Compute(new double[0, 2], new double[0, 2], default, options)), Does.Contain("points is"));
        Assert.That(Message(() => MongeGap.Compute(one, other, default, options with { TargetRho = 1 })), Does.Contain("TargetRho is 1; it must be +infinity"));
        Assert.That(Message(() => MongeGap.Compute(one, other, default, default)), Does.Contain("Epsilon is 0"));
        Assert.That(Message(() => MongeGap.Compute(one, other, default, options, new() { Weights = [1, 1] })), Does.Contain("inputs.Weights has 2"));
        Assert.That(Message(() => MongeGap.Compute(one, other, new() { MappedGradient = new double[1, 3] }, options)), Does.Contain("outputs.MappedGradient is [1, 3]"));
    }

    private static double[,] One(double[,] points, int i)
    {
        double[,] one = new double[1, points.GetLength(1)];
        for (int k = 0; k < one.Length; k++)
            one[0, k] = points[i, k];
        return one;
    }

    private static double[,] Moved(double[,] points, int i, int k, double by)
    {
        double[,] moved = (double[,])points.Clone();
        moved[i, k] += by;
        return moved;
    }
}
