using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>Matrices and gradients against the reference, matrix by matrix.</summary>
internal static class TinyComparison
{
    /// <summary>P within a few roundings of the largest entry, and of what the differences of logits, and potentials of a size, have lost before.</summary>
    public static void Matrices(string device, TinyCase c, double potentials = 0)
    {
        TinyRun run = TinyRunner.Forward(device, c);
        for (int matrix = 0; matrix < c.Values.Length; matrix++)
        {
            double[,] expected = TinyReference.Normalise(c, matrix, c.Values[matrix]);
            double[] p = [.. expected.Cast<double>()], a = c.A(matrix), b = c.B(matrix);
            Assert.That(run.Status[matrix], Is.EqualTo(TransportStatus.Converged), $"{c.Rows} x {c.Columns}, matrix {matrix}");
            double tolerance = (Tolerance(c, matrix) + (potentials * Math.Pow(2, -52))) * p.Max();
            for (int e = 0; e < p.Length; e++)
                Assert.That(run.Result[matrix][e], Is.EqualTo(p[e]).Within(tolerance + Storage(c.Type, p[e])), $"{c.Type}, {c.Rows} x {c.Columns}, {c.Options}, matrix {matrix}, entry {e}");
            double error = Enumerable.Range(0, c.Rows).Sum(i => Math.Abs(Enumerable.Range(0, c.Columns).Sum(j => expected[i, j]) - a[i]))
                + Enumerable.Range(0, c.Columns).Sum(j => Math.Abs(Enumerable.Range(0, c.Rows).Sum(i => expected[i, j]) - b[j]));
            Assert.That(run.Errors[matrix], Is.EqualTo(error).Within(tolerance * p.Length), $"{c.Type}, {c.Rows} x {c.Columns}, {c.Options}, marginal error of matrix {matrix}");
        }
    }

    /// <summary>The gradient against central differences of Σ Q·P of the reference, at some entries.</summary>
    public static void Gradient(string device, TinyCase c, double relative, int entries = 4)
    {
        TinyRun run = TinyRunner.Backward(device, c);
        Random random = new(3);
        for (int matrix = 0; matrix < c.Values.Length; matrix++)
        {
            Assert.That(run.Status[matrix], Is.EqualTo(TransportStatus.Converged));
            double largest = run.Result[matrix].Max(Math.Abs);
            for (int k = 0; k < entries; k++)
            {
                int e = k == 0 ? Array.FindIndex(run.Result[matrix], x => Math.Abs(x) == largest) : random.Next(c.Values[matrix].Length);
                double given = c.Values[matrix][e];
                if (double.IsInfinity(given))
                {
                    Assert.That(run.Result[matrix][e], Is.Zero, "a forbidden entry has no gradient");
                    continue;
                }

                double expected = Reference.FiniteDifferences.Derivative(x => Loss(c, matrix, e, x), given, c.Options.Input == DoublyStochasticInput.Positive ? 1e-3 * given : 1e-3 * c.Options.Temperature);
                double scale = Math.Max(largest, 1e-6 * c.Upstream![matrix].Max(Math.Abs) / c.Options.Temperature);
                Assert.That(run.Result[matrix][e], Is.EqualTo(expected).Within((relative * scale) + Storage(c.Type, expected)), $"{c.Type}, {c.Rows} x {c.Columns}, {c.Options}, matrix {matrix}, by entry {e}");
            }
        }
    }

    private static double Loss(TinyCase c, int matrix, int entry, double x)
    {
        double[] values = [.. c.Values[matrix]];
        values[entry] = x;
        return TinyReference.Normalise(c, matrix, values).Cast<double>().Zip(c.Upstream![matrix], (p, q) => p * q).Sum();
    }

    private static double Tolerance(TinyCase c, int matrix)
    {
        double unit = c.Type == ElementType.Float64 ? Math.Pow(2, -52) : Math.Pow(2, -23);
        double range = c.Options.Input == DoublyStochasticInput.Positive ? 1 : c.Values[matrix].Where(double.IsFinite).Append(0).Max(Math.Abs) / c.Options.Temperature;
        double noise = 8 * c.Options.NoiseScale / c.Options.Temperature;
        return (c.Type == ElementType.Float64 && c.Options.NoiseScale > 0 ? 4 * Math.Pow(2, -23) : unit) * (8 + ((c.Rows + c.Columns) / 4) + range + noise);
    }

    // Half a unit in the last place of the storage type.
    private static double Storage(ElementType type, double value) => type switch
    {
        ElementType.Float16 => Math.Max(Math.Abs(value) * Math.Pow(2, -11), Math.Pow(2, -25)),
        ElementType.BFloat16 => Math.Abs(value) * Math.Pow(2, -8),
        _ => 0,
    } * 1.01;
}
