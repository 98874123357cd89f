using System;
using System.Linq;

using Gibbs.Cpu.Decoding;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>Doubly-stochastic normalisation in fp64, step by step as the schemes are written; a matrix at a time.</summary>
internal static class TinyReference
{
    public static double[,] Normalise(TinyCase c, int matrix, double[] values)
    {
        DoublyStochasticOptions o = c.Options;
        int n = c.Rows, m = c.Columns;
        double[,] logits = new double[n, m];
        for (int e = 0; e < n * m; e++)
        {
            double x = values[e];
            if (o.NoiseScale != 0)
                x += o.NoiseScale * Noise(o, matrix, e);
            logits[e / m, e % m] = o.Input == DoublyStochasticInput.Positive ? Math.Log(x) : x / o.Temperature;
        }

        return o.Scheme == DoublyStochasticScheme.DeepSeek ? DeepSeek(logits, o) : Alternating(logits, o, c.A(matrix), c.B(matrix));
    }

    /// <summary>G of word e mod 4 of Philox(counter = (e/4, matrix, step), key = seed).</summary>
    public static double Noise(DoublyStochasticOptions o, long matrix, int e)
    {
        ulong number = (ulong)(matrix + o.MatrixOffset);
        (uint w0, uint w1, uint w2, uint w3) = Philox.Words((uint)e / 4, (uint)number, (uint)(number >> 32), o.Step, o.Seed);
        uint word = (e % 4) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
        return -Math.Log(-Math.Log((word + 0.5) / 4294967296.0));
    }

    // Logarithms of the entries; each line in turn gets the logarithm of its target.
    private static double[,] Alternating(double[,] logits, DoublyStochasticOptions o, double[] a, double[] b)
    {
        int n = a.Length, m = b.Length;
        for (int e = 0; e < n * m; e++)
        {
            if (a[e / m] == 0 || b[e % m] == 0)
                logits[e / m, e % m] = double.NegativeInfinity;
        }

        for (int t = 0; t < o.Iterations; t++)
        {
            for (int i = 0; i < n; i++)
            {
                double sum = LogSum(m, j => logits[i, j]);
                for (int j = 0; j < m && a[i] > 0; j++)
                    logits[i, j] += Math.Log(a[i]) - sum;
            }

            for (int j = 0; j < m; j++)
            {
                double sum = LogSum(n, i => logits[i, j]);
                for (int i = 0; i < n && b[j] > 0; i++)
                    logits[i, j] += Math.Log(b[j]) - sum;
            }
        }

        return Map(logits, Math.Exp);
    }

    private static double[,] DeepSeek(double[,] logits, DoublyStochasticOptions o)
    {
        int n = logits.GetLength(0), m = logits.GetLength(1);
        double[,] p = new double[n, m];
        for (int i = 0; i < n; i++)
        {
            double sum = LogSum(m, j => logits[i, j]);
            for (int j = 0; j < m; j++)
                p[i, j] = Math.Exp(logits[i, j] - sum) + o.Epsilon;
        }

        for (int t = 0; t < o.Iterations; t++)
        {
            for (int i = 0; i < n && t > 0; i++)
            {
                double sum = Enumerable.Range(0, m).Sum(j => p[i, j]);
                for (int j = 0; j < m; j++)
                    p[i, j] /= sum + o.Epsilon;
            }

            for (int j = 0; j < m; j++)
            {
                double sum = Enumerable.Range(0, n).Sum(i => p[i, j]);
                for (int i = 0; i < n; i++)
                    p[i, j] /= sum + o.Epsilon;
            }
        }

        return p;
    }

    private static double LogSum(int count, Func<int, double> x)
    {
        double largest = Enumerable.Range(0, count).Max(x);
        return double.IsNegativeInfinity(largest) ? largest : largest + Math.Log(Enumerable.Range(0, count).Sum(k => Math.Exp(x(k) - largest)));
    }

    private static double[,] Map(double[,] values, Func<double, double> f)
    {
        double[,] result = new double[values.GetLength(0), values.GetLength(1)];
        for (int i = 0; i < result.GetLength(0); i++)
        {
            for (int j = 0; j < result.GetLength(1); j++)
                result[i, j] = f(values[i, j]);
        }

        return result;
    }
}
