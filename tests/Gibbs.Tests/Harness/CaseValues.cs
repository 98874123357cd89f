using System;

namespace Gibbs.Tests.Harness;

/// <summary>Random numbers of the kinds that logits, targets and weights come in, rounded to the type that holds them.</summary>
internal sealed class CaseValues(Random random)
{
    /// <summary>Rows of different character: ordinary, confident, flat, masked, tied, far from 0, and now and then a bad one.</summary>
    public double[] Logits(ElementType type, int rows, int columns, bool moderate)
    {
        double[] logits = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = logits.AsSpan(i * columns, columns);
            Fill(row, moderate);
            if (random.Next(4) == 0)
                Mask(row);
            if (random.Next(12) == 0)
                Spoil(row);
            foreach (ref double value in row)
                value = Math.Clamp(type.Round(value), -type.Largest(), type.Largest()) is var finite && double.IsFinite(value) ? finite : value;
        }
        return logits;
    }

    public long[] Targets(double[] logits, int rows, int columns, long ignore, TargetKind kind)
    {
        if (kind is not (TargetKind.Int32 or TargetKind.Int64))
            return [];
        long[] targets = new long[rows];
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> row = logits.AsSpan(i * columns, columns);
            int largest = 0;
            for (int j = 0; j < columns; j++)
                largest = row[j] > row[largest] ? j : largest;
            targets[i] = random.Next(12) switch
            {
                0 => ignore,
                1 => random.Next(4) switch { 0 => -1, 1 => columns, 2 => int.MaxValue, _ => kind == TargetKind.Int64 ? 1L << 40 : int.MinValue },
                < 5 => largest,
                5 => 0,
                6 => columns - 1,
                _ => random.Next(columns),
            };
        }
        return targets;
    }

    public double[] SoftTargets(ElementType type, int rows, int columns)
    {
        double[] soft = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            bool oneHot = random.Next(4) == 0;
            int hot = random.Next(columns);
            for (int j = 0; j < columns; j++)
                soft[(i * columns) + j] = type.Round(oneHot ? (j == hot ? 1 : 0) : random.Next(5) == 0 ? 0 : random.NextDouble() * 2 / columns);
        }
        return soft;
    }

    public double[] Weights(ElementType real, int count, bool negative)
    {
        double[] weights = new double[count];
        bool allZero = random.Next(15) == 0;
        for (int i = 0; i < count; i++)
        {
            double weight = random.Next(8) == 0 || allZero ? 0 : 0.05 + (random.NextDouble() * 3);
            weights[i] = real.Round(negative && random.Next(3) == 0 ? -weight : weight);
        }
        return weights;
    }

    public double[] Temperatures(ElementType real, int count)
    {
        double[] temperatures = new double[count];
        for (int i = 0; i < count; i++)
            temperatures[i] = real.Round(random.Next(12) == 0 ? Bad() : Math.Exp((random.NextDouble() * 6) - 3));
        return temperatures;
        double Bad() => random.Next(5) switch { 0 => 0, 1 => -1, 2 => double.NaN, 3 => double.PositiveInfinity, _ => double.NegativeInfinity };
    }

    public double[] Upstream(ElementType real, int count)
    {
        double[] upstream = new double[count];
        for (int i = 0; i < count; i++)
            upstream[i] = real.Round(random.Next(10) switch { 0 => 0, 1 => 1e-30, _ => (random.NextDouble() * 4) - 2 });
        return upstream;
    }

    private double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private void Fill(Span<double> row, bool moderate)
    {
        double offset = moderate ? 0 : random.Next(6) switch { 0 => 1e4, 1 => -1e4, 2 => -200, _ => 0 };
        double scale = random.Next(4) switch { 0 => 0.1, 1 => 10, _ => 2 };
        int kind = random.Next(10);
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = kind switch
            {
                0 => offset,
                1 => offset + random.Next(3),
                2 => j % 2 == 0 ? 0.0 : -0.0,
                3 => -60 * random.NextDouble(),
                _ => offset + (scale * Gaussian()),
            };
        }
        if (random.Next(4) == 0)
            row[random.Next(row.Length)] = offset + (scale * 3) + random.Next(4) switch { 0 => 10, 1 => 20, 2 => 40, _ => 100 };
    }

    private void Mask(Span<double> row)
    {
        int kind = random.Next(4), single = random.Next(row.Length);
        for (int j = 0; j < row.Length; j++)
        {
            bool masked = kind switch
            {
                0 => random.Next(2) == 0,
                1 => j != single,
                2 => j < single,
                _ => random.Next(30) == 0,
            };
            if (masked)
                row[j] = double.NegativeInfinity;
        }
    }

    private void Spoil(Span<double> row)
    {
        switch (random.Next(4))
        {
            case 0:
                row[random.Next(row.Length)] = double.NaN;
                break;
            case 1:
                row[random.Next(row.Length)] = double.PositiveInfinity;
                break;
            case 2:
                row.Fill(double.NegativeInfinity);
                break;
            default:
                row[random.Next(row.Length)] = double.PositiveInfinity;
                row[random.Next(row.Length)] = double.NaN;
                row[random.Next(row.Length)] = double.NegativeInfinity;
                break;
        }
    }
}
