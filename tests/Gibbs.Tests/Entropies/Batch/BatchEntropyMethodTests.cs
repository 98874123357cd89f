using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies.Batch;

/// <summary>One test for each published method, end to end on small data.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class BatchEntropyMethodTests(string device)
{
    private static double Entropy(params double[] p) => p.Sum(x => x == 0 ? 0 : -x * Math.Log(x));

    private static double[] Softmax(double[] z, double temperature = 1)
    {
        double[] e = [.. z.Select(v => Math.Exp((v - z.Max()) / temperature))];
        return [.. e.Select(v => v / e.Sum())];
    }

    private static double[][] Rows(BatchEntropyCase c) => [.. Enumerable.Range(0, c.Rows).Select(i => Softmax(c.Logits[(i * c.Columns)..((i + 1) * c.Columns)], c.Options.Temperature))];

    private static double[] Mean(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(j => rows.Average(p => p[j]))];

    private static double[] Descend(string device, BatchEntropyCase c, int steps, double rate)
    {
        double[] logits = [.. c.Logits];
        for (int step = 0; step < steps; step++)
        {
            double[] gradient = BatchEntropyRunner.Run(device, c with { Logits = logits }).Gradient;
            for (int e = 0; e < logits.Length; e++)
                logits[e] -= rate * gradient[e];
        }
        return logits;
    }

    [Test]
    public void MutualInformation()
    {
        BatchEntropyCase c = BatchEntropyCase.Of(ElementType.Float64, 40, 4, BatchEntropyOptions.MutualInformation(), 3);
        double[][] p = Rows(c);
        BatchEntropyRun run = BatchEntropyRunner.Conforms(device, c);
        double[] mean = Mean(p);
        double divergence = p.Average(row => row.Select((x, j) => x * Math.Log(x / mean[j])).Sum());
        Assert.That(run.Value, Is.EqualTo(Entropy(mean) - p.Average(row => Entropy(row))).Within(1e-12));
        Assert.That(run.Value, Is.EqualTo(divergence).Within(1e-12), "the mean divergence from the mean");
        for (int e = 0; e < 160; e += 7)
        {
            double kl = p[e / 4].Select((x, j) => x * Math.Log(x / mean[j])).Sum();
            Assert.That(run.Gradient[e], Is.EqualTo(p[e / 4][e % 4] * (Math.Log(p[e / 4][e % 4]) - Math.Log(mean[e % 4]) - kl) / 40).Within(1e-14));
        }

        // Rows that all say the same tell nothing; rows that split evenly over the classes tell log K.
        Assert.That(BatchEntropyRunner.Run(device, c with { Logits = [.. Enumerable.Range(0, 160).Select(e => (double)(e % 4))] }).Value, Is.Zero.Within(1e-14));
        Assert.That(BatchEntropyRunner.Run(device, c with { Logits = [.. Enumerable.Range(0, 160).Select(e => e % 4 == e / 4 % 4 ? 60.0 : 0)] }).Value, Is.EqualTo(Math.Log(4)).Within(1e-12));
    }

    [Test]
    public void ParetoDomainAdaptation()
    {
        // ρ = z ⊙ softmax(discriminator).
        BatchEntropyCase c = BatchEntropyCase.Of(ElementType.Float64, 24, 3, BatchEntropyOptions.ParetoDomainAdaptation(), 2);
        double[][] p = Rows(c);
        Assert.That(BatchEntropyRunner.Conforms(device, c).Value, Is.EqualTo(-(Entropy(Mean(p)) - p.Average(row => Entropy(row)))).Within(1e-12));
        double after = BatchEntropyRunner.Run(device, c with { Logits = Descend(device, c, 25, 40) }).Value;
        Assert.That(after, Is.LessThan(-0.9 * Math.Log(3)), "descent makes confident and balanced predictions");
        // Saturated rows, where a logarithm of underflowed probabilities is NaN.
        BatchEntropyRun saturated = BatchEntropyRunner.Conforms(device, c with { Logits = [.. c.Logits.Select(z => 4000 * z)] });
        Assert.That(saturated.Gradient, Has.None.NaN);
    }

    [Test]
    public void AdaMI([Values] bool asReleased)
    {
        const int images = 3, pixels = 50, classes = 5;
        double[] nu = [0.02, 0.27, 0.18, 0.21, 0.32], prior = [.. Enumerable.Range(0, images).SelectMany(b => Softmax([.. Enumerable.Range(0, classes).Select(k => (double)((k * (b + 2)) % 4) / 2)]))];
        BatchEntropyCase c = BatchEntropyCase.Of(ElementType.Float64, images * pixels, classes, BatchEntropyOptions.AdaMI(asReleased: asReleased), 2) with { ClassWeights = nu, Priors = prior, Offsets = [0, pixels, 2 * pixels, 3 * pixels] };
        double[][] p = Rows(c);
        double entropy = p.Sum(row => row.Select((x, k) => -nu[k] * x * Math.Log(x)).Sum()) / p.Sum(row => row.Sum()), divergence = 0;
        for (int b = 0; b < images; b++)
        {
            double[][] image = p[(b * pixels)..((b + 1) * pixels)];
            double[] sums = [.. Enumerable.Range(0, classes).Select(k => image.Sum(row => asReleased ? row[k] / row.Max() : row[k]))];
            divergence += sums.Select((s, k) => s / sums.Sum() * Math.Log(s / sums.Sum() / prior[(b * classes) + k])).Sum() / images;
        }
        Assert.That(BatchEntropyRunner.Conforms(device, c).Value, Is.EqualTo(entropy + divergence).Within(1e-12));
    }

    [Test]
    public void Happy()
    {
        int[] groups = [0, 0, 0, 0, 1, 1];
        BatchEntropyCase c = BatchEntropyCase.Of(ElementType.Float64, 32, 6, BatchEntropyOptions.Happy(), 0.2) with { ClassGroups = groups };
        double[] mean = Mean(Rows(c));
        double old = mean[..4].Sum(), novel = mean[4..].Sum();
        double expected = (2 * (Math.Log(2) - Entropy(old, novel))) + (Math.Log(4) - Entropy([.. mean[..4].Select(x => x / old)])) + (Math.Log(2) - Entropy([.. mean[4..].Select(x => x / novel)]));
        Assert.That(BatchEntropyRunner.Conforms(device, c).Value, Is.EqualTo(expected).Within(1e-12));
        // Its minimum, 0: both groups have half of the mass, spread evenly within.
        double[] even = [.. Enumerable.Range(0, 192).Select(e => 0.1 * Math.Log(e % 6 < 4 ? 0.125 : 0.25))];
        BatchEntropyRun minimum = BatchEntropyRunner.Run(device, c with { Logits = even });
        Assert.That(minimum.Value, Is.Zero.Within(1e-14));
        Assert.That(minimum.Gradient, Is.All.Zero.Within(1e-13));
    }

    [Test]
    public void LegoGcd()
    {
        BatchEntropyCase c = BatchEntropyCase.Of(ElementType.Float64, 20, 8, BatchEntropyOptions.LegoGcd(), 0.3);
        double[] mean = Mean(Rows(c));
        BatchEntropyRun run = BatchEntropyRunner.Conforms(device, c);
        Assert.That(run.Value, Is.EqualTo(Math.Log(8) - Entropy(mean)).Within(1e-13));
        Assert.That(run.Value, Is.EqualTo(mean.Sum(x => x * Math.Log(x * 8))).Within(1e-13), "KL to the uniform distribution");
        // The same gradient as maximising the mean's entropy.
        BatchEntropyRun marginal = BatchEntropyRunner.Run(device, c with { Options = new() { MarginalWeight = -1, Temperature = 0.1 } });
        Assert.That(run.Gradient, Is.EqualTo(marginal.Gradient).Within(1e-14));
    }
}
