using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Transport on a line on the CPU against integrals of quantiles, and its gradients against differences.</summary>
internal sealed class Wasserstein1DTests
{
    [Test]
    public void OfTheReference([Values(1, 2, 3, 7, 33, 100)] int n, [Values(1, 5, 33, 64)] int m, [Values(1, 1.5, 2, 3)] double power, [Values] bool weighted)
    {
        double[,] x = Clouds.Points(3, n, 1), y = Clouds.Points(3, m, 2);
        double[] a = Clouds.Weights(n, 3), b = Clouds.Weights(m, 4), values = new double[3];
        TransportStatus[] status = [TransportStatus.Infeasible, TransportStatus.Infeasible, TransportStatus.Infeasible];
        Wasserstein1DInputs<double> inputs = weighted ? new() { SourceWeights = a, TargetWeights = b } : default;
        Wasserstein1D.Compute(x, y, new() { Values = values, Status = status }, new() { Power = power }, inputs);
        for (int row = 0; row < 3; row++)
        {
            double expected = Reference(Row(x, row), Row(y, row), weighted ? a : Uniform(n), weighted ? b : Uniform(m), power);
            Assert.That(values[row], Is.EqualTo(expected).Within(1e-12 * Math.Max(1, expected)));
            Assert.That(status[row], Is.EqualTo(TransportStatus.Converged));
        }
    }

    [Test]
    public void Gradients([Values(1, 1.5, 2, 3)] double power, [Values] bool weighted)
    {
        double[,] x = Clouds.Points(2, 7, 1), y = Clouds.Points(2, 5, 2), dx = new double[2, 7], dy = new double[2, 5];
        double[] a = weighted ? Clouds.Weights(14, 3, 2) : [.. Enumerable.Repeat(1 / 7.0, 14)], b = Clouds.Weights(5, 4);
        double second = a[7..].Sum(), first = a[..7].Sum();
        for (int i = 0; i < 14; i++)
            a[i] /= i < 7 ? first : second;
        double Of(double[,] x, double[,] y)
        {
            double[] values = new double[2];
            Wasserstein1D.Compute(x, y, new() { Values = values }, new() { Power = power }, new() { SourceWeights = a, TargetWeights = b });
            return values[0] + (2 * values[1]);
        }

        Wasserstein1D.Compute(x, y, new() { SourceGradient = dx, TargetGradient = dy }, new() { Power = power }, new() { SourceWeights = a, TargetWeights = b });
        for (int i = 0; i < 7; i++)
            Clouds.Difference(h => Of(Clouds.Moved(x, 1, i, h), y), 2 * dx[1, i]);
        for (int j = 0; j < 5; j++)
            Clouds.Difference(h => Of(x, Clouds.Moved(y, 0, j, h)), dy[0, j]);
    }

    [Test]
    public void ThePlanIsThatOfTheMarginals([Values(1, 6, 33)] int n, [Values(1, 9, 40)] int m, [Values] bool weighted)
    {
        double[,] x = Clouds.Points(1, n, 5), y = Clouds.Points(1, m, 6), masses = new double[1, n + m - 1];
        int[,] sources = new int[1, n + m - 1], targets = new int[1, n + m - 1];
        int[] lengths = new int[1];
        double[] a = weighted ? Clouds.Weights(n, 7) : Uniform(n), b = weighted ? Clouds.Weights(m, 8) : Uniform(m), values = new double[1];
        Wasserstein1D.Compute(
            x, y, new() { Values = values, PlanSources = sources, PlanTargets = targets, PlanMasses = masses, PlanLengths = lengths }, default,
            weighted ? new() { SourceWeights = a, TargetWeights = b } : default);
        double[] rows = new double[n], columns = new double[m];
        double cost = 0;
        for (int s = 0; s < n + m - 1; s++)
        {
            if (s >= lengths[0])
            {
                Assert.That((sources[0, s], targets[0, s], masses[0, s]), Is.EqualTo((-1, -1, 0.0)));
                continue;
            }

            (int i, int j) = (sources[0, s], targets[0, s]);
            rows[i] += masses[0, s];
            columns[j] += masses[0, s];
            cost += masses[0, s] * Math.Pow(x[0, i] - y[0, j], 2);
            if (s > 0)
            {
                Assert.That(x[0, i], Is.GreaterThanOrEqualTo(x[0, sources[0, s - 1]]));
                Assert.That(y[0, j], Is.GreaterThanOrEqualTo(y[0, targets[0, s - 1]]));
            }
        }

        Assert.That(rows.Zip(a, (r, w) => Math.Abs(r - w)).Max(), Is.LessThan(1e-14));
        Assert.That(columns.Zip(b, (c, w) => Math.Abs(c - w)).Max(), Is.LessThan(1e-14));
        Assert.That(values[0], Is.EqualTo(cost).Within(1e-14));
        if (!weighted)
            Assert.That(lengths[0], Is.EqualTo(n + m - Gcd(n, m)));
    }

    // Learning continually by spectral regularisation: the distance of weights from their initial distribution, Σ (w_(i) − v_(i))².
    [Test]
    public void LearningContinuallyBySpectralRegularization()
    {
        double[,] weights = Clouds.Points(1, 50, 1), initial = Clouds.Points(1, 50, 2), gradient = new double[1, 50];
        double[] value = new double[1];
        Wasserstein1D.Compute(weights, initial, new() { Values = value, SourceGradient = gradient });
        double[] sorted = [.. Row(weights, 0).Order()], start = [.. Row(initial, 0).Order()];
        Assert.That(50 * value[0], Is.EqualTo(sorted.Zip(start, (w, v) => (w - v) * (w - v)).Sum()).Within(1e-13));
        int third = Array.IndexOf(Row(weights, 0), sorted[3]);
        Assert.That(50 * gradient[0, third], Is.EqualTo(2 * (sorted[3] - start[3])).Within(1e-13));
    }

    [Test]
    public void QuantilesOfTranslatedAndScaledPoints()
    {
        double[,] x = Clouds.Points(1, 40, 1), y = SinkhornExactTests.Cost(1, 40, (_, j) => (1.5 * x[0, (j * 7) % 40]) + 2);
        double[] value = new double[1];
        Wasserstein1D.Compute(x, y, new() { Values = value });
        double mean = Row(x, 0).Average(), variance = Row(x, 0).Average(v => (v - mean) * (v - mean));
        Assert.That(value[0], Is.EqualTo((0.25 * variance) + Math.Pow((0.5 * mean) + 2, 2)).Within(1e-12));
    }

    [Test]
    public void EqualPointsKeepTheirOrder()
    {
        int[,] sources = new int[1, 5], targets = new int[1, 5];
        Wasserstein1D.Compute(new double[,] { { 1, 0, 1 } }, new double[,] { { -0.0, 0.0, 0 } }, new() { PlanSources = sources, PlanTargets = targets });
        Assert.That(sources.Cast<int>(), Is.EqualTo([1, 0, 2, -1, -1]));
        Assert.That(targets.Cast<int>(), Is.EqualTo([0, 1, 2, -1, -1]));
    }

    [Test]
    public void AtomsWithoutMassTakeNoPart()
    {
        double[,] dx = new double[1, 4];
        double[] value = new double[1];
        int[] length = new int[1];
        Wasserstein1D.Compute(
            new double[,] { { 100, 0, 1, -50 } }, new double[,] { { 3, 4 } }, new() { Values = value, SourceGradient = dx, PlanLengths = length }, new() { Power = 1 }, new() { SourceWeights = [0, 0.5, 0.5, 0] });
        Assert.That(value[0], Is.EqualTo(3));
        Assert.That(length[0], Is.EqualTo(2));
        Assert.That(dx.Cast<double>(), Is.EqualTo([0, -0.5, -0.5, 0]));
    }

    [Test]
    public void BadRowsOnlySetTheirStatus()
    {
        double[,] x = { { 0, 1 }, { double.NaN, 1 }, { 0, 1 }, { 0, 1 }, { 0, 1 }, { 0, 1 } }, y = { { 1, 2 }, { 1, 2 }, { 1, double.NegativeInfinity }, { 1, 2 }, { 1, 2 }, { 1, 2 } }, dx = new double[6, 2];
        double[] a = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -0.5, 1.5, 0, 0, 0.5, 0.6], values = new double[6];
        TransportStatus[] status = new TransportStatus[6];
        int[,] sources = new int[6, 3];
        Wasserstein1D.Compute(x, y, new() { Values = values, Status = status, SourceGradient = dx, PlanSources = sources }, default, new() { SourceWeights = a });
        Assert.That(
            status,
            Is.EqualTo([TransportStatus.Converged, TransportStatus.NonFinite, TransportStatus.NonFinite, TransportStatus.InvalidInput, TransportStatus.InvalidInput, TransportStatus.InvalidInput]));
        Assert.That(values[0], Is.EqualTo(1));
        Assert.That(values[1..], Is.All.NaN);
        Assert.That((dx[0, 0], sources[3, 0]), Is.EqualTo((-1.0, -1)));
        Assert.That(dx[4, 1], Is.NaN);
    }

    [Test]
    public void Float32AndManyRowsAreTheSameBits()
    {
        float[,] x = new float[40, 100], y = new float[40, 70];
        Clouds.Narrow(Clouds.Points(40, 100, 1), x);
        Clouds.Narrow(Clouds.Points(40, 70, 2), y);
        float[] values = new float[40], one = new float[1];
        Wasserstein1D.Compute(x, y, new() { Values = values });
        for (int row = 0; row < 40; row += 13)
        {
            float[,] left = new float[1, 100], right = new float[1, 70];
            Buffer.BlockCopy(x, row * 400, left, 0, 400);
            Buffer.BlockCopy(y, row * 280, right, 0, 280);
            Wasserstein1D.Compute(left, right, new() { Values = one });
            Assert.That(one[0], Is.EqualTo(values[row]));
        }
    }

    [Test]
    public void WrongArguments()
    {
        double[,] x = new double[2, 3], y = new double[2, 4];
        Clouds.Throws("options", "Power", () => Wasserstein1D.Compute(x, y, default, new() { Power = 0.5 }));
        Clouds.Throws("y", "2 rows", () => Wasserstein1D.Compute(x, new double[1, 4], default));
        Clouds.Throws("x", "at least one", () => Wasserstein1D.Compute(new double[2, 0], y, default));
        Clouds.Throws("inputs", "SourceWeights", () => Wasserstein1D.Compute(x, y, default, default, new() { SourceWeights = new double[4] }));
        Clouds.Throws("outputs", "PlanMasses", () => Wasserstein1D.Compute(x, y, new() { PlanMasses = new double[2, 7] }));
        Clouds.Throws("outputs", "Values", () => Wasserstein1D.Compute(x, y, new() { Values = new double[3] }));
        Wasserstein1D.Compute(new double[0, 3], new double[0, 4], default);
    }

    internal static double[] Row(double[,] matrix, int row) => [.. Enumerable.Range(0, matrix.GetLength(1)).Select(j => matrix[row, j])];

    /// <summary>∫ |F⁻¹ − G⁻¹|^p between all jumps of either.</summary>
    internal static double Reference(double[] x, double[] y, double[] a, double[] b, double power)
    {
        (double[] left, double[] leftJumps) = Quantile(x, a);
        (double[] right, double[] rightJumps) = Quantile(y, b);
        double[] jumps = [.. leftJumps.Concat(rightJumps).Order()];
        double value = 0, before = 0;
        foreach (double jump in jumps)
        {
            double middle = (before + jump) / 2;
            value += (jump - before) * Math.Pow(Math.Abs(At(left, leftJumps, middle) - At(right, rightJumps, middle)), power);
            before = jump;
        }

        return value * a.Sum();
    }

    private static (double[] Points, double[] Jumps) Quantile(double[] points, double[] weights)
    {
        int[] order = [.. Enumerable.Range(0, points.Length).OrderBy(i => points[i])];
        double total = weights.Sum(), sum = 0;
        return ([.. order.Select(i => points[i])], [.. order.Select(i => (sum += weights[i]) / total)]);
    }

    private static double At(double[] points, double[] jumps, double u)
    {
        for (int i = 0; i < points.Length; i++)
        {
            if (u < jumps[i])
                return points[i];
        }

        return points[^1];
    }

    private static double[] Uniform(int count) => [.. Enumerable.Repeat(1.0 / count, count)];

    private static int Gcd(int left, int right) => right == 0 ? left : Gcd(right, left % right);
}
