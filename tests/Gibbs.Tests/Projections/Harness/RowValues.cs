using System;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Reference;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>Rows of different character, rounded to the type: ordinary, flat, tied, far from 0, geometric, with zeros, masked, and now and then a bad one.</summary>
internal static class RowValues
{
    public static double[] Rows(ElementType type, int rows, int columns, RowMapKind kind, Random random)
    {
        double[] values = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = values.AsSpan(i * columns, columns);
            Fill(row, random);
            if (ReferenceRowMap.IsSimplexLike(kind) && random.Next(4) == 0)
                Mask(row, random);
            if (random.Next(14) == 0)
                Spoil(row, random);
            foreach (ref double value in row)
                value = double.IsFinite(value) ? Math.Clamp(type.Round(value), -type.Largest(), type.Largest()) : value;
        }
        return values;
    }

    /// <summary>Row parameters about the map's own, a few of them wrong.</summary>
    public static double[] Parameters(ProjectionCase c, Random random)
    {
        double[] parameters = new double[c.Rows];
        for (int i = 0; i < c.Rows; i++)
        {
            double good = c.Map.Kind switch
            {
                RowMapKind.Entmax or RowMapKind.Normmax => 1.05 + (random.NextDouble() * 3),
                RowMapKind.BoxSection => c.Map.Parameter,
                _ => c.Map.Parameter * (0.25 + random.NextDouble()),
            };
            double bad = random.Next(5) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => double.NegativeInfinity, 3 => -1, _ => c.Map.Kind is RowMapKind.Entmax or RowMapKind.Normmax ? 9 : -0.5 };
            parameters[i] = (float)(random.Next(10) == 0 ? bad : good);
        }
        return parameters;
    }

    public static double[] Upstream(ElementType type, int length, Random random)
    {
        double[] v = new double[length];
        bool ones = random.Next(10) == 0;
        for (int k = 0; k < length; k++)
            v[k] = type.Round(ones ? 1 : random.Next(12) == 0 ? 0 : (random.NextDouble() * 4) - 2);
        return v;
    }

    public static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void Fill(Span<double> row, Random random)
    {
        double offset = random.Next(8) switch { 0 => 300, 1 => -40, _ => 0 }, scale = random.Next(5) switch { 0 => 0.05, 1 => 10, _ => 1.5 };
        int kind = random.Next(12);
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = kind switch
            {
                0 => offset,
                1 => offset + (random.Next(5) / 4.0) - 0.5,
                2 => j % 2 == 0 ? 0.0 : -0.0,
                3 => random.Next(3) == 0 ? 0 : scale * Gaussian(random),
                4 => Math.Pow(0.7, j) * (j % 2 == 0 ? 1 : -1),
                5 => -3 * random.NextDouble(),
                _ => offset + (scale * Gaussian(random)),
            };
        }
        if (random.Next(5) == 0)
            row[random.Next(row.Length)] += random.Next(3) switch { 0 => 1, 1 => 7, _ => 1000 };
    }

    private static void Mask(Span<double> row, Random random)
    {
        int kind = random.Next(4), single = random.Next(row.Length);
        for (int j = 0; j < row.Length; j++)
        {
            bool masked = kind switch { 0 => random.Next(2) == 0, 1 => j != single, 2 => j < single, _ => random.Next(20) == 0 };
            if (masked)
                row[j] = double.NegativeInfinity;
        }
    }

    private static void Spoil(Span<double> row, Random random)
    {
        int kind = random.Next(6);
        if (kind == 2)
            row.Fill(double.NegativeInfinity);
        else if (kind == 3)
            row[random.Next(row.Length)] = double.NegativeInfinity;
        else
            row[random.Next(row.Length)] = kind is 0 or 5 ? double.NaN : double.PositiveInfinity;
        if (kind is 4 or 5)
            row[random.Next(row.Length)] = double.PositiveInfinity;
    }
}
