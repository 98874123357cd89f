using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Distances of Gaussians on the CPU against roots of matrices by Newton's iteration, closed forms and differences.</summary>
internal sealed class BuresWassersteinTests
{
    [Test]
    public void OfTheReference([Values(1, 2, 3, 7, 16, 33)] int d)
    {
        double[,] s = Matrices.Stack(Matrices.Covariance(d, 1), Matrices.Covariance(d, 2)), t = Matrices.Stack(Matrices.Covariance(d, 3), Matrices.Covariance(d, 4));
        double[,] m = Clouds.Points(2, d, 5), n = Clouds.Points(2, d, 6), dm = new double[2, d];
        double[] values = new double[2];
        TransportStatus[] status = [TransportStatus.Infeasible, TransportStatus.Infeasible];
        BuresWasserstein.Compute(s, t, new() { Values = values, Status = status, MeanGradient = dm }, default, new() { SourceMeans = m, TargetMeans = n });
        Assert.That(status, Is.All.EqualTo(TransportStatus.Converged));
        for (int problem = 0; problem < 2; problem++)
        {
            double means = Enumerable.Range(0, d).Sum(k => Math.Pow(m[problem, k] - n[problem, k], 2));
            Assert.That(values[problem], Is.EqualTo(means + Matrices.Bures(Matrices.Covariance(d, 1 + problem), Matrices.Covariance(d, 3 + problem))).Within(1e-10 * d));
            Assert.That(dm[problem, d - 1], Is.EqualTo(2 * (m[problem, d - 1] - n[problem, d - 1])));
        }
    }

    [Test]
    public void Gradients([Values(1, 2, 5)] int d, [Values(0, 0.3)] double tau)
    {
        double[,] s = Matrices.Covariance(d, 1), t = Matrices.Covariance(d, 2), ds = new double[d, d], dt = new double[d, d];
        BuresWassersteinOptions options = new() { Regularisation = tau };
        double Of(double[,] s, double[,] t)
        {
            double[] value = new double[1];
            BuresWasserstein.Compute(s, t, new() { Values = value }, options);
            return value[0];
        }

        BuresWasserstein.Compute(s, t, new() { SourceGradient = ds, TargetGradient = dt }, options);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                // Both entries of the pair move: the matrix stays symmetric.
                double pair = i == j ? 1 : 2;
                Clouds.Difference(h => Of(Matrices.Moved(s, i, j, h), t), pair * ds[i, j]);
                Clouds.Difference(h => Of(s, Matrices.Moved(t, i, j, h)), pair * dt[i, j]);
                Assert.That((ds[j, i], dt[j, i]), Is.EqualTo((ds[i, j], dt[i, j])));
            }
        }
    }

    [Test]
    public void IMinusTheGradientIsTheOptimalMap()
    {
        double[,] s = Matrices.Covariance(6, 1), t = Matrices.Covariance(6, 2), ds = new double[6, 6];
        BuresWasserstein.Compute(s, t, new() { SourceGradient = ds });
        double[,] map = SinkhornExactTests.Cost(6, 6, (i, j) => (i == j ? 1 : 0) - ds[i, j]), image = Matrices.Product(Matrices.Product(map, s), map);
        Assert.That(image.Cast<double>().Zip(t.Cast<double>(), (p, q) => Math.Abs(p - q)).Max(), Is.LessThan(1e-12));
    }

    [Test]
    public void OfCommutingMatrices()
    {
        double[] left = [4, 1, 0, 9], right = [1, 1, 5, 0], value = new double[1];
        double[,] turn = Matrices.Rotation(4, 3);
        double[,] Of(double[] eigenvalues) => Matrices.Product(Matrices.Product(turn, SinkhornExactTests.Cost(4, 4, (i, j) => i == j ? eigenvalues[i] : 0)), Matrices.Transposed(turn));
        BuresWasserstein.Compute(Of(left), Of(right), new() { Values = value });

        // Turning leaves a rounding where an eigenvalue was 0, and the distance has its root.
        Assert.That(value[0], Is.EqualTo(1 + 0 + 5 + 9).Within(1e-7));
        BuresWasserstein.Compute(new double[,] { { 4, 0 }, { 0, 0 } }, new double[,] { { 1, 0 }, { 0, 5 } }, new() { Values = value });
        Assert.That(value[0], Is.EqualTo(6).Within(1e-14));
    }

    [Test]
    public void EqualAndSingularMatrices([Values(1, 4, 20)] int d)
    {
        double[,] s = Matrices.LowRank(d, Math.Max(1, d / 2), 1), ds = new double[d, d], dt = new double[d, d];
        double[] value = new double[1];
        TransportStatus[] status = [TransportStatus.Infeasible];
        BuresWasserstein.Compute(s, s, new() { Values = value, SourceGradient = ds, TargetGradient = dt, Status = status });
        Assert.That(status[0], Is.EqualTo(TransportStatus.Converged));
        Assert.That(value[0], Is.EqualTo(0).Within(1e-13 * d));
        Assert.That(ds.Cast<double>().Concat(dt.Cast<double>()), Is.All.Matches<double>(double.IsFinite));

        // Along what the matrix has, the gradient vanishes.
        double[,] along = Matrices.Product(dt, s);
        Assert.That(along.Cast<double>().Max(Math.Abs), Is.LessThan(1e-12 * d));
        BuresWasserstein.Compute(new double[d, d], s, new() { Values = value, SourceGradient = ds });
        Assert.That(value[0], Is.EqualTo(Enumerable.Range(0, d).Sum(i => s[i, i])).Within(1e-14 * d));
        Assert.That(ds.Cast<double>(), Is.All.Matches<double>(double.IsFinite));
    }

    // Deep linear networks: the loss of W·Wᵀ + τ·I, whose gradient by W is 2·∂/∂S·W.
    [Test]
    public void DeepLinearNetworksWithBuresWassersteinLoss()
    {
        double[,] w = Clouds.Points(4, 2, 1), t = Matrices.Covariance(4, 2), ds = new double[4, 4];
        double Of(double[,] w)
        {
            double[] value = new double[1];
            BuresWasserstein.Compute(Matrices.Product(w, Matrices.Transposed(w)), t, new() { Values = value }, new() { Regularisation = 0.1 });
            return value[0];
        }

        BuresWasserstein.Compute(Matrices.Product(w, Matrices.Transposed(w)), t, new() { SourceGradient = ds }, new() { Regularisation = 0.1 });
        double[,] dw = Matrices.Product(ds, w);
        Clouds.Difference(h => Of(Clouds.Moved(w, 1, 1, h)), 2 * dw[1, 1]);
        Clouds.Difference(h => Of(Clouds.Moved(w, 3, 0, h)), 2 * dw[3, 0]);
    }

    [Test]
    public void BadMatricesOnlySetTheirStatus()
    {
        double[,] good = Matrices.Covariance(2, 1), indefinite = { { 1, 2 }, { 2, 1 } }, opposite = { { 0, 1 }, { 1, 0 } }, nan = { { 1, double.NaN }, { 0, 1 } };
        double[,] s = Matrices.Stack(good, indefinite, good, nan, good, opposite), t = Matrices.Stack(good, good, good, good, good, good), dt = new double[12, 2], m = new double[6, 2];
        m[4, 1] = double.PositiveInfinity;
        double[] values = new double[6];
        TransportStatus[] status = new TransportStatus[6];
        BuresWasserstein.Compute(s, t, new() { Values = values, Status = status, TargetGradient = dt }, default, new() { SourceMeans = m });
        Assert.That(status, Is.EqualTo([TransportStatus.Converged, TransportStatus.InvalidInput, TransportStatus.Converged, TransportStatus.NonFinite, TransportStatus.NonFinite, TransportStatus.InvalidInput]));
        Assert.That(new[] { values[1], values[3], values[4], values[5], dt[2, 0], dt[7, 1], dt[10, 1] }, Is.All.NaN);
        Assert.That(values[2], Is.EqualTo(values[0]).And.EqualTo(0).Within(1e-14));
    }

    [Test]
    public void Float32IsNear()
    {
        float[,] s = new float[9, 9], t = new float[9, 9], ds = new float[9, 9];
        double[,] wideS = Matrices.Covariance(9, 1), wideT = Matrices.Covariance(9, 2), wideDs = new double[9, 9];
        Clouds.Narrow(wideS, s);
        Clouds.Narrow(wideT, t);
        float[] value = new float[1];
        double[] wide = new double[1];
        BuresWasserstein.Compute(s, t, new() { Values = value, SourceGradient = ds });
        BuresWasserstein.Compute(wideS, wideT, new() { Values = wide, SourceGradient = wideDs });
        Assert.That(value[0], Is.EqualTo((float)wide[0]));
        Assert.That(ds.Cast<float>(), Is.EqualTo(wideDs.Cast<double>().Select(v => (float)v)));
    }

    [Test]
    public void WrongArguments()
    {
        double[,] s = new double[6, 3];
        Clouds.Throws("source", "square", () => BuresWasserstein.Compute(new double[5, 3], s, default));
        Clouds.Throws("target", "[6, 3]", () => BuresWasserstein.Compute(s, new double[3, 3], default));
        Clouds.Throws("options", "Regularisation", () => BuresWasserstein.Compute(s, s, default, new() { Regularisation = -1 }));
        Clouds.Throws("inputs", "TargetMeans", () => BuresWasserstein.Compute(s, s, default, default, new() { TargetMeans = new double[3, 3] }));
        Clouds.Throws("outputs", "Values", () => BuresWasserstein.Compute(s, s, new() { Values = new double[3] }));
    }
}
