using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Samples;

/// <summary>Published methods end to end on small data, each by the property that defines it.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class SampleMethodTests(string device)
{
    private const int Rows = 48;

    /// <summary>Representation t = x + ε·noise, prediction ŷ of targets y: the loss D(y; ŷ | x) + β·I(x, t)/√(I(x, x)·I(t, t)) vanishes in its first term for perfect predictions, and gradient steps lower the second.</summary>
    [Test]
    public void CauchySchwarzInformationBottleneck()
    {
        Random random = new(1);
        double[][] x = SampleCase.Cloud(ElementType.Float64, random, Rows, 3, 1);
        double[][] targets = [.. x.Select(p => new[] { p[0] - (0.5 * p[1]) })];
        SampleEntropyOptions divergence = new() { Kind = SampleEntropyKind.ConditionalCauchySchwarz, Bandwidth = 1 };
        double Divergence(double[][] predictions) => Run(divergence, predictions, targets, x).Value;
        double[][] wrong = [.. targets.Select(t => new[] { -t[0] })], near = [.. targets.Select(t => new[] { t[0] + 0.1 })];
        Assert.That(Divergence(targets), Is.Zero.Within(1e-14), "perfect predictions");
        Assert.That(Divergence(near), Is.GreaterThan(0).And.LessThan(Divergence(wrong)));

        SampleEntropyOptions information = new() { Kind = SampleEntropyKind.CauchySchwarzInformation, Normalised = true };
        double[][] t = [.. x.Select(p => p.ToArray())];
        SampleRun run = Run(information, t, x);
        Assert.That(run.Value, Is.EqualTo(1).Within(1e-12), "t = x holds all that there is");
        t = [.. x.Select(p => p.Select(v => v + (0.3 * SampleCase.Normal(random))).ToArray())];
        double before = Run(information, t, x).Value;
        Assert.That(before, Is.InRange(0, 1));
        for (int step = 0; step < 20; step++)
        {
            run = Run(information, t, x);
            t = Step(t, run.Gradient, -20);
        }
        Assert.That(run.Value, Is.LessThan(0.9 * before), "the bottleneck tightens");
        double[][] noise = SampleCase.Cloud(ElementType.Float64, random, Rows, 3, 1);
        Assert.That(Run(information, noise, x).Value, Is.LessThan(before), "independent of x");

        // The released form in bits, of one-dimensional pairs: base 2 and the squared kernel sums, by name.
        SampleEntropyOptions released = divergence with { SquaredKernelSums = true, Base2 = true };
        Assert.That(Run(released, near, targets, x).Value, Is.EqualTo(Run(released with { Base2 = false }, near, targets, x).Value / Math.Log(2)).Within(1e-14));
        Assert.That(Run(released, near, targets, x).Value, Is.Not.EqualTo(Divergence(near) / Math.Log(2)).Within(1e-6));
    }

    /// <summary>Samples that have collapsed onto the replay buffer have a low distance and so a high −λ·log; steps along the gradient spread them away from the buffer.</summary>
    [Test]
    public void ManifoldEntropyEstimation()
    {
        Random random = new(2);
        double[][] buffer = SampleCase.Cloud(ElementType.Float64, random, 100, 4, 1), z = [.. buffer.Take(20).Select(b => b.Select(v => v + (0.05 * SampleCase.Normal(random))).ToArray())];
        SampleEntropyOptions options = new() { Kind = SampleEntropyKind.NearestNeighbour, Weight = 0.01 };
        SampleRun first = Run(options, z, buffer), run = first;
        double mean = first.RowValues.Average();
        Assert.That(first.Value, Is.EqualTo(-0.01 * Math.Log(mean)).Within(1e-14));
        Assert.That(first.Nearest, Is.EqualTo(Enumerable.Range(0, 20).Select(i => (long)i)));
        for (int step = 0; step < 10; step++)
        {
            z = Step(z, run.Gradient, -5);
            run = Run(options, z, buffer);
        }
        Assert.That(run.Value, Is.LessThan(first.Value));
        Assert.That(run.RowValues.Average(), Is.GreaterThan(2 * mean), "spread");

        // A history of each sample's own.
        SampleRun own = Run(options with { OwnBuffers = true }, z, buffer);
        Assert.That(own.Nearest.Select((j, i) => (j - i) % 20), Is.All.Zero);
    }

    /// <summary>Information between a layer and labels, H(T) − Σ_c p_c·H(T|c) with σ scaled to the layer's activity: all of log 2 where classes lie apart, none where they do not differ, and no change under a rescaled layer.</summary>
    [Test]
    public void AdaptiveEstimators()
    {
        Random random = new(3);
        double[][] Layer(double apart) => [.. Enumerable.Range(0, 60).Select(i => new[] { SampleCase.Normal(random) + (apart * ((2 * (i % 2)) - 1)), SampleCase.Normal(random) })];
        double Information(double[][] h)
        {
            double activity = h.Max(row => row.Max(Math.Abs));
            double H(double[][] points) => Run(new() { Kind = SampleEntropyKind.KdeBound, Bandwidth = 0.2 * activity }, points).Value;
            return H(h) - Enumerable.Range(0, 2).Average(c => H([.. h.Where((_, i) => i % 2 == c)]));
        }
        double[][] apart = Layer(1000), mixed = Layer(0);
        Assert.That(Information(apart), Is.EqualTo(Math.Log(2)).Within(1e-6));
        Assert.That(Information(mixed), Is.GreaterThan(-1e-12).And.LessThan(0.5 * Math.Log(2)));
        double[][] scaled = [.. mixed.Select(row => row.Select(v => 1000 * v).ToArray())];
        Assert.That(Information(scaled), Is.EqualTo(Information(mixed)).Within(1e-9), "σ follows the activity");
    }

    /// <summary>Eigenvalues of K = D^−½·G·D^−½ from a Jacobi solver: c clusters far apart have DSE log₂ c at a high power, one cluster 0; the entries' variant agrees with the matrix.</summary>
    [Test]
    public void DiffusionSpectralEntropy()
    {
        foreach (int clusters in new[] { 1, 2, 4 })
        {
            Random random = new(4);
            double[][] points = [.. Enumerable.Range(0, 24).Select(i => new[] { (50.0 * (i % clusters)) + (0.1 * SampleCase.Normal(random)), 0.1 * SampleCase.Normal(random) })];
            double[,] gram = SampleReference.Gram(points, points, 1);
            double[] degree = [.. Enumerable.Range(0, 24).Select(i => Enumerable.Range(0, 24).Sum(j => gram[i, j]))];
            double[,] k = new double[24, 24];
            for (int i = 0; i < 24; i++)
            {
                for (int j = 0; j < 24; j++)
                    k[i, j] = gram[i, j] / Math.Sqrt(degree[i] * degree[j]);
            }
            double entropy = SpectralRunner.Run(device, ElementType.Float64, new() { Power = 4, Base2 = true }, [JacobiEigenvalues.Of(k)]).Entropies[0];
            Assert.That(entropy, Is.EqualTo(Math.Log2(clusters)).Within(1e-3), $"{clusters} clusters");
            double entries = Run(new() { Kind = SampleEntropyKind.DiffusionEntries, Base2 = true }, points).Value;
            Assert.That(entries, Is.EqualTo(Math.Log2(24) + Math.Log2(24.0 / clusters)).Within(1e-2), "rows nearly uniform over their cluster");
        }
    }

    /// <summary>The von Neumann entropy of a trace-normalised covariance is largest, log d, for isotropic features, 0 for rank one, and its gradient pushes small eigenvalues up against large ones.</summary>
    [Test]
    public void KoopmanVonNeumann()
    {
        SpectralEntropyOptions options = new() { Kind = SpectralEntropyKind.VonNeumann };
        double[,] isotropic = new double[5, 5];
        for (int i = 0; i < 5; i++)
            isotropic[i, i] = 0.2;
        Random random = new(5);
        double[][] features = SampleCase.Cloud(ElementType.Float64, random, 30, 5, 1);
        double[,] covariance = new double[5, 5], rankOne = new double[5, 5];
        double trace = features.Sum(f => f.Sum(v => v * v)), square = features[0].Sum(v => v * v);
        for (int a = 0; a < 5; a++)
        {
            for (int b = 0; b < 5; b++)
            {
                covariance[a, b] = features.Sum(f => f[a] * f[b]) / trace;
                rankOne[a, b] = features[0][a] * features[0][b] / square;
            }
        }
        double[][] spectra = [JacobiEigenvalues.Of(isotropic), JacobiEigenvalues.Of(covariance), JacobiEigenvalues.Of(rankOne)];
        SpectralRun run = SpectralRunner.Run(device, ElementType.Float64, options, spectra);
        Assert.That(run.Entropies[0], Is.EqualTo(Math.Log(5)).Within(1e-12));
        Assert.That(run.Entropies[1], Is.InRange(0.8 * Math.Log(5), Math.Log(5)));
        Assert.That(run.Entropies[2], Is.Zero.Within(1e-12), "an eigen-solver's −1e-17 counts as 0");
        int low = Array.IndexOf(spectra[1], spectra[1].Min()), high = Array.IndexOf(spectra[1], spectra[1].Max());
        Assert.That(run.Gradient[1][low], Is.GreaterThan(run.Gradient[1][high]));
    }

    private static double[][] Step(double[][] points, double[][] gradient, double rate) => [.. points.Zip(gradient, (p, g) => p.Zip(g, (v, d) => v + (rate * d)).ToArray())];

    private SampleRun Run(SampleEntropyOptions options, double[][] points, double[][]? others = null, double[][]? conditions = null) =>
        SampleRunner.Run(device, new(ElementType.Float64, options, points, others ?? [], conditions ?? []));
}
