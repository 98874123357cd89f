using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Inverse transport against its definition and differences, and affinities found again.</summary>
[TestFixture]
[Category("Cpu")]
internal sealed class InverseTransportTests
{
    private static readonly SinkhornOptions s_options = new() { Epsilon = 0.4, Tolerance = 1e-13 };

    [Test]
    public void TheLossAndItsGradient([Values(1, 2.5)] double mass)
    {
        const int N = 5, M = 7;
        double[,] cost = ElasticCase.Points(N, M, 1), observed = Coupling(N, M, 2), gradient = new double[N, M];
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < M; j++)
                observed[i, j] *= mass;
        }

        InverseTransportResult result = InverseTransport.Loss(cost, observed, new() { CostGradient = gradient }, s_options);

        double[] a = [.. Enumerable.Range(0, N).Select(i => Enumerable.Range(0, M).Sum(j => observed[i, j]))], b = [.. Enumerable.Range(0, M).Select(j => Enumerable.Range(0, N).Sum(i => observed[i, j]))];
        SinkhornReference reference = new(cost, a, b, 0.4);
        reference.Run(2000);
        double seen = 0, divergence = 0;
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < M; j++)
            {
                double p = reference.Plan(i, j);
                seen += cost[i, j] * observed[i, j];
                divergence += (observed[i, j] == 0 ? 0 : observed[i, j] * Math.Log(observed[i, j] / p)) - observed[i, j] + p;
                Assert.That(gradient[i, j], Is.EqualTo(observed[i, j] - p).Within(1e-12));
            }
        }

        Assert.That(result.ObservedCost, Is.EqualTo(seen).Within(1e-13));
        Assert.That(result.Value, Is.EqualTo(seen - reference.Value()).Within(1e-12));
        Assert.That(result.Gap, Is.EqualTo(0.4 * divergence).Within(1e-12), "a Fenchel-Young loss: ε·KL to the entropic plan");

        const double H = 1e-5;
        double[,] up = (double[,])cost.Clone(), down = (double[,])cost.Clone();
        (up[3, 4], down[3, 4]) = (up[3, 4] + H, down[3, 4] - H);
        Assert.That((InverseTransport.Loss(up, observed, default, s_options).Value - InverseTransport.Loss(down, observed, default, s_options).Value) / (2 * H), Is.EqualTo(gradient[3, 4]).Within(1e-9));
    }

    [Test]
    public void ThePlanOfTheCostHasNoGap()
    {
        double[,] cost = ElasticCase.Points(6, 6, 3), plan = new double[6, 6], gradient = new double[6, 6];
        Sinkhorn.Solve(cost, new() { Plan = plan }, s_options);
        InverseTransportResult result = InverseTransport.Loss(cost, plan, new() { CostGradient = gradient }, s_options);
        Assert.That(result.Gap, Is.EqualTo(0).Within(1e-12));
        Assert.That(gradient.Cast<double>(), Is.All.EqualTo(0).Within(1e-12));
        Assert.That(InverseTransport.Loss(ElasticCase.Single(cost), ElasticCase.Single(plan), default, s_options with { Tolerance = 0 }).Gap, Is.EqualTo(0).Within(1e-6));
    }

    [Test]
    public void ForbiddenPairsThatWereNeverSeenCostNothing()
    {
        double[,] cost = { { 0, double.PositiveInfinity }, { 1, 0 } }, seen = { { 0.5, 0 }, { 0.2, 0.3 } }, odd = { { 0.4, 0.1 }, { 0.3, 0.2 } };
        Assert.That(InverseTransport.Loss(cost, seen, default, s_options).ObservedCost, Is.EqualTo(0.2).Within(1e-15));
        Assert.That(InverseTransport.Loss(cost, odd, default, s_options).Value, Is.EqualTo(double.PositiveInfinity).Or.NaN);
    }

    [Test]
    public void AnAffinityIsItsMatrixOfCosts([Values] bool pairs)
    {
        const int N = 6;
        double[,] x = ElasticCase.Points(N, 3, 1), y = ElasticCase.Points(N, 2, 2), affinity = ElasticCase.Points(3, 2, 3), observed = pairs ? Diagonal(N) : Coupling(N, N, 4), gradient = new double[3, 2];
        InverseTransportResult result = InverseTransport.AffinityLoss(x, y, affinity, pairs ? default : observed, new() { AffinityGradient = gradient }, s_options);
        InverseTransportResult expected = InverseTransport.Loss(Costs(x, y, affinity), observed, default, s_options);
        Assert.That(result.Value, Is.EqualTo(expected.Value).Within(1e-12));
        Assert.That(result.ObservedCost, Is.EqualTo(expected.ObservedCost).Within(1e-13));
        Assert.That(result.Gap, Is.EqualTo(expected.Gap).Within(1e-12));
        const double H = 1e-5;
        for (int i = 0; i < 3; i++)
        {
            for (int k = 0; k < 2; k++)
            {
                double[,] up = (double[,])affinity.Clone(), down = (double[,])affinity.Clone();
                (up[i, k], down[i, k]) = (up[i, k] + H, down[i, k] - H);
                double difference = InverseTransport.Loss(Costs(x, y, up), observed, default, s_options).Value - InverseTransport.Loss(Costs(x, y, down), observed, default, s_options).Value;
                Assert.That(gradient[i, k], Is.EqualTo(difference / (2 * H)).Within(1e-9));
            }
        }
    }

    [Test]
    public void SparseInverseTransportFindsTheAffinity([Values] bool plain)
    {
        // Andrade, Peyré, Poon, 2023. Exact data: the affinity itself without a penalty, its support with one.
        const int N = 30, M = 25;
        double[,] x = Centred(N, 4, 1), y = Centred(M, 3, 2), truth = { { 0.8, 0, 0 }, { 0, -0.6, 0 }, { 0, 0, 0 }, { 0, 0, 0.5 } }, plan = new double[N, M], found = new double[4, 3];
        Sinkhorn.Solve(Costs(x, y, truth), new() { Plan = plan }, s_options);
        AffinityFitOptions options = new() { Transport = s_options, Tolerance = 1e-7, Plain = plain, MaxIterations = 4000 };
        AffinityFitResult result = InverseTransport.FitAffinity(x, y, found, plan, options);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(found.Cast<double>(), Is.EqualTo(truth.Cast<double>()).Within(1e-5));

        double[,] sparse = new double[4, 3], gradient = new double[4, 3];
        const double Lambda = 0.01;
        result = InverseTransport.FitAffinity(x, y, sparse, plan, options with { Sparsity = Lambda });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Objective, Is.EqualTo(result.Loss + (Lambda * sparse.Cast<double>().Sum(Math.Abs))).Within(1e-14));
        InverseTransport.AffinityLoss(x, y, sparse, plan, new() { AffinityGradient = gradient }, s_options);
        for (int i = 0; i < 4; i++)
        {
            for (int k = 0; k < 3; k++)
            {
                Assert.That(sparse[i, k] != 0, Is.EqualTo(truth[i, k] != 0), "the support");
                Assert.That(gradient[i, k], sparse[i, k] == 0 ? Is.InRange(-Lambda - 1e-7, Lambda + 1e-7) : Is.EqualTo(-Lambda * Math.Sign(sparse[i, k])).Within(1e-7), "the optimality conditions");
            }
        }
    }

    [Test]
    public void ALargePenaltyLeavesNothing()
    {
        double[,] x = Centred(20, 2, 1), y = Centred(20, 2, 2), found = { { 1, -1 }, { 0.5, 2 } };
        AffinityFitResult result = InverseTransport.FitAffinity(x, y, found, default, new() { Transport = s_options, Sparsity = 10 });
        Assert.That(found.Cast<double>(), Is.All.Zero);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
    }

    [Test]
    public void Float32FitsToo()
    {
        double[,] x = Centred(30, 2, 1), y = Centred(25, 2, 2), truth = { { 0.8, 0 }, { 0, -0.6 } }, plan = new double[30, 25];
        Sinkhorn.Solve(Costs(x, y, truth), new() { Plan = plan }, s_options);
        float[,] found = new float[2, 2];
        AffinityFitResult result = InverseTransport.FitAffinity(ElasticCase.Single(x), ElasticCase.Single(y), found, ElasticCase.Single(plan), new() { Transport = s_options with { Tolerance = 0 } });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(found.Cast<float>().Select(v => (double)v), Is.EqualTo(truth.Cast<double>()).Within(0.02));
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        double[,] cost = new double[2, 3], observed = Coupling(2, 3, 1), x = new double[2, 2], y = new double[3, 2], affinity = new double[2, 2];
        string Message(Action call) => Assert.Catch<ArgumentException>(() => call())!.Message;
        Assert.That(Message(() => InverseTransport.Loss(cost, affinity, default, s_options)), Does.Contain("observed is [2, 2]; it must be [2, 3]"));
        Assert.That(Message(() => InverseTransport.Loss(cost, new double[2, 3], default, s_options)), Does.Contain("observed sums to 0"));
        Assert.That(Message(() => InverseTransport.Loss(cost, new double[,] { { 1, 0, 0 }, { 0, -1, 0 } }, default, s_options)), Does.Contain("observed[1, 1] is -1"));
        Assert.That(Message(() => InverseTransport.Loss(cost, observed, default, s_options with { SourceRho = 2 })), Does.Contain("SourceRho is 2"));
        Assert.That(Message(() => InverseTransport.Loss(cost, observed, new() { CostGradient = affinity }, s_options)), Does.Contain("outputs.CostGradient is [2, 2]"));
        Assert.That(Message(() => InverseTransport.AffinityLoss(x, y, cost, observed, default, s_options)), Does.Contain("affinity is [2, 3]; it must be [2, 2]"));
        Assert.That(Message(() => InverseTransport.AffinityLoss(x, y, affinity, default, default, s_options)), Does.Contain("they have 2 and 3 rows"));
        Assert.That(Message(() => InverseTransport.AffinityLoss(x, y, affinity, observed, default, s_options, [1, 2])), Does.Contain("initialTargetPotential has 2 elements; it needs 3"));
        Assert.That(Message(() => InverseTransport.FitAffinity(x, y, affinity, observed, new() { Transport = s_options, Sparsity = -1 })), Does.Contain("Sparsity is -1"));
        Assert.That(Message(() => InverseTransport.FitAffinity(x, y, affinity, observed, new() { Transport = s_options, MaxIterations = 0 })), Does.Contain("MaxIterations is 0"));
        Assert.That(new AffinityFitOptions().MaxIterations, Is.EqualTo(500));
    }

    private static double[,] Costs(double[,] x, double[,] y, double[,] affinity)
    {
        double[,] costs = new double[x.GetLength(0), y.GetLength(0)];
        for (int i = 0; i < costs.GetLength(0); i++)
        {
            for (int j = 0; j < costs.GetLength(1); j++)
            {
                for (int k = 0; k < affinity.GetLength(0); k++)
                {
                    for (int l = 0; l < affinity.GetLength(1); l++)
                        costs[i, j] -= x[i, k] * affinity[k, l] * y[j, l];
                }
            }
        }

        return costs;
    }

    internal static double[,] Coupling(int rows, int columns, int seed)
    {
        Random random = new(seed);
        double[,] coupling = new double[rows, columns];
        double sum = 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                sum += coupling[i, j] = (i + j) % 4 == 3 ? 0 : random.NextDouble();
        }

        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                coupling[i, j] /= sum;
        }

        return coupling;
    }

    private static double[,] Diagonal(int count)
    {
        double[,] diagonal = new double[count, count];
        for (int i = 0; i < count; i++)
            diagonal[i, i] = 1.0 / count;
        return diagonal;
    }

    private static double[,] Centred(int count, int dimensions, int seed)
    {
        double[,] points = ElasticCase.Points(count, dimensions, seed);
        for (int k = 0; k < dimensions; k++)
        {
            double mean = Enumerable.Range(0, count).Average(i => points[i, k]);
            for (int i = 0; i < count; i++)
                points[i, k] -= mean;
        }

        return points;
    }
}
