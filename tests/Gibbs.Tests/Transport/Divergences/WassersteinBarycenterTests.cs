using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Barycentres on the CPU against plain projections in the log domain, closed forms and differences.</summary>
internal sealed class WassersteinBarycenterTests
{
    [Test]
    public void OfTheReference([Values(1, 3)] int count, [Values(2, 33)] int n, [Values(1, 7, 40)] int m, [Values(0.1, 1)] double epsilon)
    {
        double[,] cost = Clouds.Cost(Clouds.Points(n, 2, 1), Clouds.Points(m, 2, 2)), histograms = Histograms(count, n), f = new double[count, n], g = new double[count, m];
        double[] weights = [.. Enumerable.Range(0, count).Select(k => k + 1.0)], q = new double[m], values = new double[count];
        SinkhornResult result = WassersteinBarycenter.Compute(
            histograms, cost, new() { Barycenter = q, SourcePotentials = f, TargetPotentials = g, Values = values }, new() { Epsilon = epsilon, Tolerance = 1e-12 }, new() { Weights = weights });
        double[] expected = Reference(histograms, cost, weights, epsilon);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(q.Zip(expected, (p, r) => Math.Abs(p - r)).Max(), Is.LessThan(1e-9));
        Assert.That(q.Sum(), Is.EqualTo(1).Within(1e-11));
        Assert.That(result.Dual, Is.EqualTo(result.Value).Within(1e-9));
        double total = weights.Sum();
        Assert.That(values.Zip(weights, (v, w) => v * w / total).Sum(), Is.EqualTo(result.Value).Within(1e-12));
        Check(histograms, cost, weights, epsilon, q, f, g, values);
    }

    // A single histogram: every point spreads by its own softmax.
    [Test]
    public void OfOneHistogram()
    {
        double[,] cost = Clouds.Cost(Clouds.Points(9, 2, 1), Clouds.Points(14, 2, 2)), histograms = Histograms(1, 9);
        double[] q = new double[14], expected = new double[14];
        WassersteinBarycenter.Compute(histograms, cost, new() { Barycenter = q }, new() { Epsilon = 0.02 });
        for (int i = 0; i < 9; i++)
        {
            double sum = Enumerable.Range(0, 14).Sum(j => Math.Exp(-cost[i, j] / 0.02));
            for (int j = 0; j < 14; j++)
                expected[j] += histograms[0, i] * Math.Exp(-cost[i, j] / 0.02) / sum;
        }

        Assert.That(q.Zip(expected, (p, r) => Math.Abs(p - r)).Max(), Is.LessThan(1e-12));
    }

    // Single atoms: log q = −Σ λ·C/ε, here a Gaussian about the mean of the atoms, which leaves the range of floats on both sides.
    [Test]
    public void OfSingleAtoms([Values] bool single)
    {
        const int Count = 101;
        double[,] cost = SinkhornExactTests.Cost(Count, Count, (i, j) => Math.Pow((i - j) / 100.0, 2)), histograms = new double[2, Count];
        histograms[0, 10] = histograms[1, 70] = 1;
        double[] q = new double[Count];
        if (single)
        {
            float[,] narrow = new float[Count, Count], narrowHistograms = new float[2, Count];
            Clouds.Narrow(cost, narrow);
            Clouds.Narrow(histograms, narrowHistograms);
            float[] result = new float[Count];
            Assert.That(WassersteinBarycenter.Compute(narrowHistograms, narrow, new() { Barycenter = result }, new() { Epsilon = 1e-3 }, new() { Weights = [0.25f, 0.75f] }).Status, Is.EqualTo(TransportStatus.Converged));
            result.Select(v => (double)v).ToArray().CopyTo(q, 0);
        }
        else
        {
            Assert.That(WassersteinBarycenter.Compute(histograms, cost, new() { Barycenter = q }, new() { Epsilon = 1e-3 }, new() { Weights = [0.25, 0.75] }).Status, Is.EqualTo(TransportStatus.Converged));
        }

        double sum = Enumerable.Range(0, Count).Sum(j => Math.Exp(-Math.Pow((j - 55) / 100.0, 2) / 1e-3));
        for (int j = 0; j < Count; j++)
            Assert.That(q[j], Is.EqualTo(Math.Exp(-Math.Pow((j - 55) / 100.0, 2) / 1e-3) / sum).Within(single ? 1e-6 : 1e-12));
    }

    // Benamou, Carlier, Cuturi, Nenna, Peyré, 2015; of Gaussians of one width the barycentre is one about the mean, wider by ε/2 for each plan's blur.
    [Test]
    public void BenamouIterativeBregmanProjections()
    {
        const int Count = 201;
        const double Epsilon = 0.02;
        double[,] cost = SinkhornExactTests.Cost(Count, Count, (i, j) => Math.Pow((i - j) / 40.0, 2));
        double[,] histograms = SinkhornExactTests.Cost(2, Count, (k, i) => Math.Exp(-0.5 * Math.Pow((i - 70 - (50 * k)) / 12.0, 2)));
        for (int k = 0; k < 2; k++)
        {
            double total = Wasserstein1DTests.Row(histograms, k).Sum();
            for (int i = 0; i < Count; i++)
                histograms[k, i] /= total;
        }

        double[] q = new double[Count];
        SinkhornResult result = WassersteinBarycenter.Compute(histograms, cost, new() { Barycenter = q }, new() { Epsilon = Epsilon, Tolerance = 1e-8 });
        double mean = Enumerable.Range(0, Count).Sum(i => q[i] * i), variance = Enumerable.Range(0, Count).Sum(i => q[i] * (i - mean) * (i - mean)) / 1600;
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(mean, Is.EqualTo(95).Within(1e-6));
        Assert.That(variance, Is.EqualTo((144 / 1600.0) + (Epsilon / 2)).Within(1e-4));
    }

    [Test]
    public void ValuesAreTheGradientByWeights()
    {
        double[,] cost = Clouds.Cost(Clouds.Points(12, 2, 1), Clouds.Points(10, 2, 2)), histograms = Histograms(3, 12);
        double[] weights = [0.2, 0.5, 0.3], values = new double[3];
        double Of(double[] weights) => WassersteinBarycenter.Compute(histograms, cost, default, new() { Epsilon = 0.1, Tolerance = 1e-13 }, new() { Weights = weights }).Value;
        WassersteinBarycenter.Compute(histograms, cost, new() { Values = values }, new() { Epsilon = 0.1, Tolerance = 1e-13 }, new() { Weights = weights });
        Clouds.Difference(h => Of(Clouds.Moved(weights, 0, h, 1)), values[0] - values[1]);
        Clouds.Difference(h => Of(Clouds.Moved(weights, 2, h, 1)), values[2] - values[1]);
    }

    [Test]
    public void PotentialsAreTheGradientByHistograms()
    {
        double[,] cost = Clouds.Cost(Clouds.Points(6, 2, 1), Clouds.Points(8, 2, 2)), histograms = Histograms(2, 6), f = new double[2, 6];
        double Of(double[,] histograms) => WassersteinBarycenter.Compute(histograms, cost, default, new() { Epsilon = 0.1, Tolerance = 1e-13 }).Value;
        WassersteinBarycenter.Compute(histograms, cost, new() { SourcePotentials = f }, new() { Epsilon = 0.1, Tolerance = 1e-13 });
        Clouds.Difference(h => Of(Clouds.Moved(Clouds.Moved(histograms, 1, 2, h), 1, 4, -h)), 0.5 * (f[1, 2] - f[1, 4]));
    }

    [Test]
    public void ForbiddenPairs()
    {
        double infinity = double.PositiveInfinity;
        double[,] cost = { { 0, 1, infinity }, { infinity, 0, 1 } }, histograms = { { 1, 0 }, { 0, 1 } }, g = new double[2, 3];
        double[] q = new double[3];
        SinkhornResult result = WassersteinBarycenter.Compute(histograms, cost, new() { Barycenter = q, TargetPotentials = g }, new() { Epsilon = 0.5 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(q, Is.EqualTo([0, 1, 0]).Within(1e-12));
        Assert.That((g[0, 0], g[1, 2]), Is.EqualTo((double.NegativeInfinity, double.NegativeInfinity)));
        cost[1, 1] = infinity;
        Assert.That(WassersteinBarycenter.Compute(histograms, cost, new() { Barycenter = q }, new() { Epsilon = 0.5 }).Status, Is.EqualTo(TransportStatus.Infeasible));
        Assert.That(q, Is.All.NaN);
        cost[1, 1] = double.NaN;
        Assert.That(WassersteinBarycenter.Compute(histograms, cost, new() { Barycenter = q }, new() { Epsilon = 0.5 }).Status, Is.EqualTo(TransportStatus.NonFinite));
    }

    [Test]
    public void AFewIterationsAreSaidToBe()
    {
        double[,] cost = Clouds.Cost(Clouds.Points(30, 2, 1), Clouds.Points(30, 2, 1)), histograms = Histograms(2, 30);
        SinkhornResult result = WassersteinBarycenter.Compute(histograms, cost, default, new() { Epsilon = 0.003, MaxIterations = 3 });
        Assert.That((result.Status, result.Iterations), Is.EqualTo((TransportStatus.MaxIterations, 3)));
        Assert.That(result.MarginalError, Is.GreaterThan(1e-9));
    }

    [Test]
    public void WrongArguments()
    {
        double[,] cost = new double[3, 4], histograms = { { 1, 1, 0 }, { 0, 1, 1 } };
        Clouds.Throws("options", "Epsilon", () => WassersteinBarycenter.Compute(histograms, cost, default, default));
        Clouds.Throws("cost", "[3, M]", () => WassersteinBarycenter.Compute(histograms, new double[4, 4], default, new() { Epsilon = 1 }));
        Clouds.Throws("inputs", "Weights", () => WassersteinBarycenter.Compute(histograms, cost, default, new() { Epsilon = 1 }, new() { Weights = [1, 2, 3] }));
        Clouds.Throws("histograms", "row 1", () => WassersteinBarycenter.Compute(new double[,] { { 1, 1, 0 }, { 1, 1, 1 } }, cost, default, new() { Epsilon = 1 }));
        Clouds.Throws("histograms", "row 0", () => WassersteinBarycenter.Compute(new double[,] { { 1, -1, 0 } }, cost, default, new() { Epsilon = 1 }));
        Clouds.Throws("outputs", "Barycenter", () => WassersteinBarycenter.Compute(histograms, cost, new() { Barycenter = new double[3] }, new() { Epsilon = 1 }));
    }

    internal static double[,] Histograms(int count, int n)
    {
        double[][] rows = [.. Enumerable.Range(0, count).Select(k => Clouds.Weights(n, 10 + k))];
        return SinkhornExactTests.Cost(count, n, (k, i) => rows[k][i]);
    }

    // log q = log υ + Σ λ·log Σ_i b_i·exp((f_i − C_ij)/ε), and potentials from it.
    private static double[] Reference(double[,] b, double[,] cost, double[] weights, double epsilon)
    {
        int count = b.GetLength(0), n = cost.GetLength(0), m = cost.GetLength(1);
        double total = weights.Sum();
        double[,] g = new double[count, m], t = new double[count, m];
        double[] log = new double[m];
        for (int iteration = 0; iteration < 1000; iteration++)
        {
            for (int k = 0; k < count; k++)
            {
                double[] f = [.. Enumerable.Range(0, n).Select(i => -epsilon * Log(Enumerable.Range(0, m).Select(j => ((g[k, j] - cost[i, j]) / epsilon) - Math.Log(m))))];
                for (int j = 0; j < m; j++)
                    t[k, j] = Log(Enumerable.Range(0, n).Select(i => ((f[i] - cost[i, j]) / epsilon) + Math.Log(b[k, i])));
            }

            for (int j = 0; j < m; j++)
            {
                log[j] = Enumerable.Range(0, count).Sum(k => weights[k] / total * t[k, j]);
                for (int k = 0; k < count; k++)
                    g[k, j] = epsilon * (log[j] - t[k, j]);
            }
        }

        return [.. log.Select(l => Math.Exp(l) / m)];
    }

    private static double Log(System.Collections.Generic.IEnumerable<double> exponents)
    {
        double[] all = [.. exponents];
        double largest = all.Max();
        return largest + Math.Log(all.Sum(e => Math.Exp(e - largest)));
    }

    private static void Check(double[,] b, double[,] cost, double[] weights, double epsilon, double[] q, double[,] f, double[,] g, double[] values)
    {
        (int count, int n, int m) = (b.GetLength(0), cost.GetLength(0), cost.GetLength(1));
        double[] moments = new double[count];
        for (int k = 0; k < count; k++)
        {
            double value = 0;
            double[] columns = new double[m];
            for (int i = 0; i < n; i++)
            {
                moments[k] += b[k, i] * f[k, i];
                for (int j = 0; j < m; j++)
                {
                    double p = b[k, i] / m * Math.Exp((f[k, i] + g[k, j] - cost[i, j]) / epsilon);
                    columns[j] += p;
                    value += p * (cost[i, j] + (epsilon * Math.Log(p * m / b[k, i])));
                }
            }

            Assert.That(columns.Zip(q, (c, p) => Math.Abs(c - p)).Max(), Is.LessThan(1e-11));
            Assert.That(values[k], Is.EqualTo(value).Within(1e-10));
            Assert.That(moments[k], Is.EqualTo(moments[0]).Within(1e-11));
        }

        for (int j = 0; j < m; j++)
            Assert.That(Enumerable.Range(0, count).Sum(k => weights[k] * g[k, j]), Is.EqualTo(0).Within(1e-9));
    }
}
