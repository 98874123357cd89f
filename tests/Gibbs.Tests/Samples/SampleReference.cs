using System;
using System.Linq;

namespace Gibbs.Tests.Samples;

/// <summary>The formulas of <see cref="SampleEntropyKind"/> in fp64, with whole matrices; gradients by differences of the value.</summary>
internal static class SampleReference
{
    /// <summary>The value, and the sum of the magnitudes that it is made of.</summary>
    public static (double Value, double Terms) Value(SampleEntropyOptions o, double[][] x, double[][] y, double[][] c)
    {
        double unit = o.Base2 ? 1 / Math.Log(2) : 1;
        double n = x.Length;
        double[,] k = Gram(x, x, o.Bandwidth);
        switch (o.Kind)
        {
            case SampleEntropyKind.RenyiQuadratic:
                return Of(o.Weight * unit, -Math.Log(Sum(k) / (n * n)));
            case SampleEntropyKind.KdeBound:
                return Of(o.Weight * unit, -LogDensities(o, x).Average());
            case SampleEntropyKind.DiffusionEntries:
                return Of(o.Weight * unit, Math.Log(n), RowEntropies(o, x).Average());
            case SampleEntropyKind.NearestNeighbour:
                return Of(o.Weight * unit, -Math.Log(Nearest(o, x, y).Average(m => m.Square)));
            case SampleEntropyKind.CauchySchwarzDivergence:
                return Of(o.Weight * unit, -2 * LogMean(x, y, o.Bandwidth), LogMean(x, x, o.Bandwidth), LogMean(y, y, o.Bandwidth));
            case SampleEntropyKind.CauchySchwarzInformation:
                double[,] l = Gram(y, y, o.OthersBandwidth ?? o.Bandwidth);
                (double value, double terms) = Information(k, l);
                if (!o.Normalised)
                    return (o.Weight * unit * value, Math.Abs(o.Weight * unit) * terms);
                double norm = Math.Sqrt(Information(k, k).Value * Information(l, l).Value);
                return (o.Weight * value / norm, Math.Abs(o.Weight) * terms / norm);
            default:
                return Conditional(o, x, y, Gram(c, c, o.ConditionsBandwidth ?? o.Bandwidth), o.Weight * unit);
        }
    }

    /// <summary>dF/dm[i][j], where m is one of the value's own arrays, by differences of fourth order.</summary>
    public static double Derivative(SampleEntropyOptions o, double[][] x, double[][] y, double[][] c, double[][] m, int i, int j, double step = 1e-3)
    {
        double given = m[i][j], h = step * Math.Max(1e-3, Math.Min(o.Bandwidth, Math.Max(1, Math.Abs(given))));
        double At(double delta)
        {
            m[i][j] = given + delta;
            double value = Value(o, x, y, c).Value;
            m[i][j] = given;
            return value;
        }
        return ((8 * (At(h) - At(-h))) - (At(2 * h) - At(-2 * h))) / (12 * h);
    }

    public static double[] RowValues(SampleEntropyOptions o, double[][] x, double[][] y)
    {
        double unit = o.Base2 ? 1 / Math.Log(2) : 1;
        return o.Kind switch
        {
            SampleEntropyKind.DiffusionEntries => [.. RowEntropies(o, x).Select(h => unit * h)],
            SampleEntropyKind.NearestNeighbour => [.. Nearest(o, x, y).Select(m => m.Square)],
            _ => [.. LogDensities(o, x).Select(l => unit * l)],
        };
    }

    public static (double Square, int At)[] Nearest(SampleEntropyOptions o, double[][] x, double[][] y) => [.. x.Select((p, i) =>
    {
        (double Square, int At) best = (double.PositiveInfinity, -1);
        for (int j = 0; j < y.Length; j++)
        {
            double square = Square(p, y[j]) / p.Length;
            if ((!o.OwnBuffers || j % x.Length == i) && square < best.Square)
                best = (square, j);
        }
        return best;
    })];

    public static double Square(double[] a, double[] b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }

    public static double[,] Gram(double[][] x, double[][] y, double sigma)
    {
        double[,] k = new double[x.Length, y.Length];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < y.Length; j++)
                k[i, j] = Math.Exp(-Square(x[i], y[j]) / (2 * sigma * sigma));
        }
        return k;
    }

    private static double[] LogDensities(SampleEntropyOptions o, double[][] x) => [.. x.Select(p => LogSum([.. x.Select(q => -Square(p, q) / (2 * o.Bandwidth * o.Bandwidth))]) - Math.Log(x.Length))];

    // log of the mean of a kernel that may be below every double.
    private static double LogMean(double[][] x, double[][] y, double sigma) =>
        LogSum([.. x.SelectMany(p => y.Select(q => -Square(p, q) / (2 * sigma * sigma)))]) - Math.Log((double)x.Length * y.Length);

    private static double LogSum(double[] v)
    {
        double top = v.Max();
        return top + Math.Log(v.Sum(u => Math.Exp(u - top)));
    }

    private static double[] RowEntropies(SampleEntropyOptions o, double[][] x)
    {
        double[,] k = Gram(x, x, o.Bandwidth);
        double[] degree = [.. Enumerable.Range(0, x.Length).Select(i => Enumerable.Range(0, x.Length).Sum(j => k[i, j]))];
        return [.. Enumerable.Range(0, x.Length).Select(i =>
        {
            double[] row = [.. Enumerable.Range(0, x.Length).Select(j => o.PlainRows ? k[i, j] : k[i, j] / Math.Sqrt(degree[i] * degree[j]))];
            double sum = row.Sum();
            return row.Sum(p => p == 0 ? 0 : -(p / sum) * Math.Log(p / sum));
        })];
    }

    private static (double Value, double Terms) Information(double[,] k, double[,] l)
    {
        double n = k.GetLength(0), product = 0, rows = 0;
        for (int i = 0; i < n; i++)
        {
            double a = 0, b = 0;
            for (int j = 0; j < n; j++)
            {
                product += k[i, j] * l[i, j];
                a += k[i, j];
                b += l[i, j];
            }
            rows += a * b;
        }
        return Of(1, Math.Log(product / (n * n)), Math.Log(Sum(k) / (n * n) * (Sum(l) / (n * n))), -2 * Math.Log(rows / (n * n * n)));
    }

    private static (double Value, double Terms) Conditional(SampleEntropyOptions o, double[][] predictions, double[][] targets, double[,] k, double factor)
    {
        int n = predictions.Length;
        double first = 0, second = 0;
        double[,] l1 = Gram(targets, targets, o.Bandwidth), l2 = Gram(predictions, predictions, o.Bandwidth);
        double[] cross = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            double norm = 0;
            for (int j = 0; j < n; j++)
                norm += o.SquaredKernelSums ? k[i, j] * k[i, j] : k[i, j];
            double r = o.SquaredKernelSums ? 1 / norm : 1 / (norm * norm);
            for (int j = 0; j < n; j++)
            {
                first += r * k[i, j] * l1[i, j];
                second += r * k[i, j] * l2[i, j];
                cross[(i * n) + j] = Math.Log(r) + Math.Log(k[i, j]) - (Square(predictions[i], targets[j]) / (2 * o.Bandwidth * o.Bandwidth));
            }
        }
        return Of(factor, Math.Log(first), Math.Log(second), -2 * LogSum(cross));
    }

    private static double Sum(double[,] m)
    {
        double sum = 0;
        foreach (double value in m)
            sum += value;
        return sum;
    }

    private static (double Value, double Terms) Of(double factor, params double[] terms) => (factor * terms.Sum(), Math.Abs(factor) * terms.Sum(Math.Abs));
}
