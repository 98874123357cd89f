using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Sliced transport on the CPU against its slices one by one, differences, and what is known of means over directions.</summary>
internal sealed class SlicedWassersteinTests
{
    [Test]
    public void OfItsSlices([Values(1, 2, 3, 7, 33)] int n, [Values(1, 20)] int m, [Values(1, 3)] int dimensions, [Values(1, 2)] double power)
    {
        double[,] x = Clouds.Points(n, dimensions, 1), y = Clouds.Points(m, dimensions, 2), directions = Clouds.Points(5, dimensions, 3);
        double[] a = Clouds.Weights(n, 4), b = Clouds.Weights(m, 5), slices = new double[5];
        double value = SlicedWasserstein.Compute(x, y, new() { SliceValues = slices }, new() { Power = power }, new() { SourceWeights = a, TargetWeights = b, Directions = directions });
        for (int l = 0; l < 5; l++)
            Assert.That(slices[l], Is.EqualTo(Wasserstein1DTests.Reference(Projected(x, directions, l), Projected(y, directions, l), a, b, power)).Within(1e-13));
        Assert.That(value, Is.EqualTo(slices.Average()).Within(1e-14));
    }

    [Test]
    public void Gradients([Values(1.5, 2)] double power)
    {
        double[,] x = Clouds.Points(9, 3, 1), y = Clouds.Points(7, 3, 2), dx = new double[9, 3], dy = new double[7, 3];
        double[] a = Clouds.Weights(9, 4);
        SlicedWassersteinOptions options = new() { Power = power, Slices = 70, Seed = 5 };
        double Of(double[,] x, double[,] y) => SlicedWasserstein.Compute(x, y, default, options, new() { SourceWeights = a });
        double value = SlicedWasserstein.Compute(x, y, new() { SourceGradient = dx, TargetGradient = dy }, options, new() { SourceWeights = a });
        Assert.That(value, Is.EqualTo(Of(x, y)));
        for (int k = 0; k < 3; k++)
        {
            Clouds.Difference(h => Of(Clouds.Moved(x, 3, k, h), y), dx[3, k]);
            Clouds.Difference(h => Of(x, Clouds.Moved(y, 6, k, h)), dy[6, k]);
        }
    }

    [Test]
    public void DirectionsAreUniformAndThoseOfTheSeed()
    {
        double[,] directions = new double[4000, 3], again = new double[4000, 3], other = new double[4000, 3], point = new double[1, 3];
        SlicedWasserstein.Compute(point, point, new() { Directions = directions }, new() { Slices = 4000, Seed = 1 });
        SlicedWasserstein.Compute(point, point, new() { Directions = again }, new() { Slices = 4000, Seed = 1 });
        SlicedWasserstein.Compute(point, point, new() { Directions = other }, new() { Slices = 4000, Seed = 2 });
        Assert.That(again, Is.EqualTo(directions));
        Assert.That(other, Is.Not.EqualTo(directions));
        double[,] moments = new double[3, 3];
        for (int l = 0; l < 4000; l++)
        {
            Assert.That(Enumerable.Range(0, 3).Sum(k => directions[l, k] * directions[l, k]), Is.EqualTo(1).Within(1e-14));
            for (int k = 0; k < 9; k++)
                moments[k / 3, k % 3] += directions[l, k / 3] * directions[l, k % 3] / 4000;
        }

        for (int k = 0; k < 9; k++)
            Assert.That(moments[k / 3, k % 3], Is.EqualTo(k / 3 == k % 3 ? 1 / 3.0 : 0).Within(0.02));
    }

    // Rabin, Peyré, Delon, Bernot, 2011: of a translation t the mean over directions is ‖t‖²/d.
    [Test]
    public void RabinSlicedDistanceOfATranslation()
    {
        double[,] x = Clouds.Points(50, 4, 1), y = SinkhornExactTests.Cost(50, 4, (i, k) => x[i, k] + (k == 1 ? 3 : 0));
        Assert.That(SlicedWasserstein.Compute(x, y, default, new() { Slices = 20000 }), Is.EqualTo(9 / 4.0).Within(0.05));
    }

    // Integrating efficient optimal transport and functional maps: features are drawn together by the sliced distance.
    [Test]
    public void EfficientOptimalTransportForFeatures()
    {
        double[,] x = Clouds.Points(60, 2, 1), y = Clouds.Points(60, 2, 2), dx = new double[60, 2];
        for (int i = 0; i < 60; i++)
            y[i, 0] += 2;
        double start = SlicedWasserstein.Compute(x, y), value = start;
        for (int step = 0; step < 60; step++)
        {
            value = SlicedWasserstein.Compute(x, y, new() { SourceGradient = dx }, new() { Seed = (ulong)step });
            for (int k = 0; k < 120; k++)
                x[k / 2, k % 2] -= 40 * dx[k / 2, k % 2];
        }

        Assert.That(value, Is.LessThan(0.005 * start));
    }

    [Test]
    public void Float32IsNearAndStridesDoNotMatter()
    {
        double[,] wideX = Clouds.Points(200, 8, 1), wideY = Clouds.Points(150, 8, 2), wideDx = new double[200, 8];
        float[,] x = new float[200, 8], y = new float[150, 8], dx = new float[200, 8], padded = new float[200, 11], directions = new float[128, 8];
        Clouds.Narrow(wideX, x);
        Clouds.Narrow(wideY, y);
        double value = SlicedWasserstein.Compute(x, y, new() { SourceGradient = dx, Directions = directions });
        double[,] wideDirections = SinkhornExactTests.Cost(128, 8, (l, k) => directions[l, k]);
        Assert.That(value, Is.EqualTo(SlicedWasserstein.Compute(wideX, wideY, new() { SourceGradient = wideDx }, default, new() { Directions = wideDirections })).Within(1e-7));
        Assert.That(dx.Cast<float>().Zip(wideDx.Cast<double>(), (narrow, exact) => Math.Abs(narrow - exact)).Max(), Is.LessThan(1e-7));
        for (int i = 0; i < 1600; i++)
            padded[i / 8, (i % 8) + 2] = x[i / 8, i % 8];
        CommunityToolkit.HighPerformance.ReadOnlySpan2D<float> inside = new(padded, 0, 2, 200, 8);
        Assert.That(SlicedWasserstein.Compute(inside, y), Is.EqualTo(value));
    }

    [Test]
    public void WrongArgumentsAndPoints()
    {
        double[,] x = new double[3, 2], y = new double[4, 2];
        Clouds.Throws("options", "Slices", () => SlicedWasserstein.Compute(x, y, default, new() { Slices = 0 }));
        Clouds.Throws("options", "Power", () => SlicedWasserstein.Compute(x, y, default, new() { Power = double.NaN }));
        Clouds.Throws("y", "coordinates", () => SlicedWasserstein.Compute(x, new double[4, 3]));
        Clouds.Throws("inputs", "Directions", () => SlicedWasserstein.Compute(x, y, default, default, new() { Directions = new double[5, 3] }));
        Clouds.Throws("inputs", "SourceWeights", () => SlicedWasserstein.Compute(x, y, default, default, new() { SourceWeights = [1, -1, 1] }));
        Clouds.Throws("outputs", "SliceValues", () => SlicedWasserstein.Compute(x, y, new() { SliceValues = new double[5] }));
        x[1, 1] = double.NaN;
        Assert.That(SlicedWasserstein.Compute(x, y), Is.NaN);
    }

    private static double[] Projected(double[,] points, double[,] directions, int slice) =>
        [.. Enumerable.Range(0, points.GetLength(0)).Select(i => Enumerable.Range(0, points.GetLength(1)).Sum(k => points[i, k] * directions[slice, k]))];
}
