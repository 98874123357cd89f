using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Large problems with known answers, between points: no cost is stored.</summary>
internal sealed class LargeOracleTests
{
    [Test]
    public void ProductOnTheHypercube()
    {
        // 2^14 points {0, s_k}^14 with product weights: costs, plans, values and divergences of the axes add up, or multiply.
        const int D = 14, N = 1 << D;
        const double Epsilon = 2;
        double[] sides = [.. Enumerable.Range(0, D).Select(k => 0.5 + (0.05 * k))];
        double[] source = [.. Enumerable.Range(0, D).Select(k => 0.35 + (0.02 * k))], target = [.. Enumerable.Range(0, D).Select(k => 0.65 - (0.015 * k))];
        float[,] points = new float[N, D];
        float[] a = new float[N], b = new float[N], f = new float[N], g = new float[N];
        for (int i = 0; i < N; i++)
        {
            double left = 1, right = 1;
            for (int k = 0; k < D; k++)
            {
                bool one = (i >> k & 1) != 0;
                points[i, k] = one ? (float)sides[k] : 0;
                left *= one ? 1 - source[k] : source[k];
                right *= one ? 1 - target[k] : target[k];
            }

            a[i] = (float)left;
            b[i] = (float)right;
        }

        SinkhornReference[] axes = new SinkhornReference[D];
        for (int k = 0; k < D; k++)
        {
            double side = (float)sides[k], c = side * side;
            axes[k] = new SinkhornReference(new[,] { { 0, c }, { c, 0 } }, [source[k], 1 - source[k]], [target[k], 1 - target[k]], Epsilon);
            axes[k].Run(300);
        }

        SinkhornResult result = Sinkhorn.SolvePoints(points, points, new() { SourcePotential = f, TargetPotential = g }, new() { Epsilon = Epsilon }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Value, Is.EqualTo(axes.Sum(axis => axis.Value())).Within(2e-6));
        for (int trial = 0; trial < 1000; trial++)
        {
            int i = trial * 7919 % N, j = trial * 104729 % N;
            double expected = 1, cost = 0;
            for (int k = 0; k < D; k++)
            {
                int p = i >> k & 1, q = j >> k & 1;
                expected *= axes[k].Plan(p, q) / ((p == 0 ? source[k] : 1 - source[k]) * (q == 0 ? target[k] : 1 - target[k]));
                cost += p == q ? 0 : (double)(float)sides[k] * (float)sides[k];
            }

            Assert.That(Math.Exp((f[i] + g[j] - cost) / Epsilon), Is.EqualTo(expected).Within(1e-4).Percent.Or.EqualTo(expected).Within(2e-5));
        }
    }

    [Test]
    public void TranslatedCircle()
    {
        // Points equally spaced on a circle, and the same moved by t: |x + t − y|² = |x − y|² + 2⟨t, x − y⟩ + |t|², the middle of rank one, so that the plan is that of the circle.
        const int N = 4096;
        const double Epsilon = 0.5, MoveX = 0.75, MoveY = -0.25;
        double[,] x = new double[N, 2], y = new double[N, 2];
        for (int i = 0; i < N; i++)
        {
            (y[i, 1], y[i, 0]) = Math.SinCos(2 * Math.PI * i / N);
            (x[i, 0], x[i, 1]) = (y[i, 0] + MoveX, y[i, 1] + MoveY);
        }

        double[] f = new double[N], g = new double[N];
        SinkhornResult result = Sinkhorn.SolvePoints(x, y, new() { SourcePotential = f, TargetPotential = g }, new() { Epsilon = Epsilon, Tolerance = 1e-12 });
        Assert.That(result.Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        double Ring(int k) => 2 - (2 * Math.Cos(2 * Math.PI * k / N));
        double mean = Enumerable.Range(0, N).Sum(k => Math.Exp(-Ring(k) / Epsilon)) / N, move = (MoveX * MoveX) + (MoveY * MoveY);
        Assert.That(result.Value, Is.EqualTo(move - (Epsilon * Math.Log(mean))).Within(1e-11));
        Assert.That(result.LinearCost, Is.EqualTo(move + (Enumerable.Range(0, N).Sum(k => Ring(k) * Math.Exp(-Ring(k) / Epsilon)) / N / mean)).Within(1e-10));
        for (int i = 0; i < N; i += 37)
        {
            double along = 2 * ((MoveX * y[i, 0]) + (MoveY * y[i, 1]));
            Assert.That(f[i], Is.EqualTo(move - (Epsilon * Math.Log(mean)) + along).Within(1e-10));
            Assert.That(g[i], Is.EqualTo(-along).Within(1e-10));
        }
    }

    [TestCase(0.5, 0.8, 0.3, 0.4)]
    [TestCase(0.25, 0.5, 1.2, -1)]
    public void GaussiansOnAGrid(double epsilon, double left, double right, double move)
    {
        // The trapezoid rule is exact for Gaussians to nine digits here, what the cut leaves out; two dimensions are the product of two problems of one. Janati, Muzellec, Peyré, Cuturi, 2020.
        const int N = 44;
        double[,] x = new double[N * N, 2], y = new double[N * N, 2];
        double[] a = new double[N * N], b = new double[N * N];
        for (int k = 0; k < N * N; k++)
        {
            double p = ((k / N) + 0.5 - (N / 2)) * 13 / N, q = ((k % N) + 0.5 - (N / 2)) * 13 / N, density = Math.Exp(-0.5 * ((p * p) + (q * q)));
            (x[k, 0], x[k, 1], a[k]) = (left * p, right * q, density);
            (y[k, 0], y[k, 1], b[k]) = (move + (right * p), left * q, density);
        }

        double mass = a.Sum();
        SinkhornResult result = Sinkhorn.SolvePoints(x, y, default, new() { Epsilon = epsilon, Tolerance = 1e-11 }, new() { SourceWeights = [.. a.Select(w => w / mass)], TargetWeights = [.. b.Select(w => w / mass)] });
        Assert.That(result.Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        Assert.That(result.Value, Is.EqualTo((move * move) + (2 * Gaussian(left * left, right * right, epsilon))).Within(1e-8));
    }

    [Test]
    public void AMillionPointsToFour()
    {
        // A quarter of a million copies of four points each: the problem of four.
        const int Copies = 250_000;
        Random random = new(4);
        float[,] few = new float[4, 3], many = new float[4 * Copies, 3], y = new float[4, 3];
        for (int k = 0; k < 12; k++)
            (few[k / 3, k % 3], y[k / 3, k % 3]) = (random.NextSingle(), random.NextSingle());
        for (int i = 0; i < 4 * Copies; i++)
        {
            for (int k = 0; k < 3; k++)
                many[i, k] = few[i % 4, k];
        }

        float[] b = [0.1f, 0.2f, 0.3f, 0.4f], f = new float[4 * Copies], fOfFew = new float[4];
        SinkhornOptions options = new() { Epsilon = 0.1, Tolerance = 2e-6 };
        SinkhornResult expected = Sinkhorn.SolvePoints(few, y, new() { SourcePotential = fOfFew }, options, new() { TargetWeights = b });
        SinkhornResult result = Sinkhorn.SolvePoints(many, y, new() { SourcePotential = f }, options, new() { TargetWeights = b });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Value, Is.EqualTo(expected.Value).Within(1e-6));
        for (int i = 0; i < f.Length; i += 99991)
            Assert.That(f[i], Is.EqualTo(fOfFew[i % 4]).Within(1e-5));
    }

    [Test]
    public void MorePairsThan32BitsCount()
    {
        // 46400² > 2³¹ pairs: copies of 29 points, from the potentials of the problem of 29.
        const int Few = 29, N = 46_400;
        float[,] small = new float[Few, 1], x = new float[N, 1];
        for (int i = 0; i < Few; i++)
            small[i, 0] = i * i % 31 / 31f;
        for (int i = 0; i < N; i++)
            x[i, 0] = small[i % Few, 0];
        float[] g = new float[Few], initial = new float[N], f = new float[N];
        SinkhornOptions options = new() { Epsilon = 0.2, Tolerance = 1e-6 };
        SinkhornResult expected = Sinkhorn.SolvePoints(small, small, new() { TargetPotential = g }, options);
        for (int j = 0; j < N; j++)
            initial[j] = g[j % Few];
        SinkhornResult result = Sinkhorn.SolvePoints(x, x, new() { SourcePotential = f }, options with { Tolerance = 1e-4 }, new() { InitialTargetPotential = initial });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Iterations, Is.LessThanOrEqualTo(2));
        Assert.That(result.Value, Is.EqualTo(expected.Value).Within(1e-5));
        Assert.That(f[N - 1], Is.EqualTo(f[(N - 1) % Few]));
    }

    // One dimension: variances a and b, cost |x − y|².
    private static double Gaussian(double a, double b, double epsilon)
    {
        double half = epsilon / 2, d = Math.Sqrt((4 * a * b) + (half * half));
        return a + b - d + (half * (1 - Math.Log(epsilon))) + (half * Math.Log(d + half));
    }
}
