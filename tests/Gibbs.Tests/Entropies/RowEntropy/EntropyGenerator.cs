using System;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Entropies;

/// <summary>Batches drawn from a seed: shapes, rows with masks and ties, weights, actions in and out of range, layouts.</summary>
internal static class EntropyGenerator
{
    private static readonly int[] s_lengths = [1, 2, 3, 7, 33, 64, 65, 130, 257];

    public static EntropyCase Generate(ElementType type, EntropyKind kind, double alpha, EntropyInput input, int id)
    {
        Random random = new(unchecked((id * 7919) + (int)(alpha * 1000) + ((int)type * 131) + ((int)kind * 17) + ((int)input * 29)));
        bool ragged = random.Next(3) == 0;
        int rows = random.Next(15) == 0 ? 0 : 1 + random.Next(6), columns = s_lengths[random.Next(s_lengths.Length)];
        double[][] values = [.. Enumerable.Range(0, rows).Select(_ => Row(type, input, ragged ? random.Next(4) == 0 ? 0 : 1 + random.Next(columns) : columns, random))];
        double[] Weights(double zero, bool negative) =>
            [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < zero ? 0 : (double)(float)((negative && random.Next(4) == 0 ? -1 : 1) * (0.1 + (2 * random.NextDouble()))))];
        Reduction reduction = (Reduction)random.Next(3);
        bool acts = random.Next(2) == 0, int64 = random.Next(2) == 0;
        return new()
        {
            Type = type,
            Rows = values,
            EmptyColumns = columns,
            Ragged = ragged,
            Int64 = int64,
            Options = new()
            {
                Kind = kind,
                Alpha = alpha,
                Input = input,
                Temperature = input == EntropyInput.Probabilities || random.Next(2) == 0 ? 1 : 0.5 + random.NextDouble(),
                Reduction = reduction,
                Normaliser = reduction == Reduction.Mean && random.Next(4) == 0 ? 3.5 : null,
            },
            RowWeights = random.Next(3) == 0 ? Weights(0.2, reduction != Reduction.Mean) : null,
            Temperatures = input == EntropyInput.Logits && random.Next(4) == 0 ? [.. Enumerable.Range(0, rows).Select(_ => random.Next(9) switch { 0 => 0, 1 => double.NaN, _ => (double)(float)(0.3 + (2 * random.NextDouble())) })] : null,
            Actions = acts ? [.. values.Select(row => random.Next(12) switch { 0 => row.Length, 1 => -1, 2 => int64 ? long.MaxValue : int.MinValue, _ => random.Next(Math.Max(1, row.Length)) })] : null,
            ActionWeights = acts && random.Next(3) > 0 ? Weights(0.2, true) : null,
            InPlace = random.Next(3) == 0,
            Padding = random.Next(4),
            Offset = random.Next(9),
            OwnWorkspace = random.Next(2) == 0,
        };
    }

    private static double[] Row(ElementType type, EntropyInput input, int n, Random random)
    {
        double scale = random.Next(4) switch { 0 => 0.01, 1 => 8, _ => 2 }, offset = random.Next(3) == 0 ? 20 * random.NextDouble() : 0, mask = random.Next(3) == 0 ? 0.3 : 0;
        double[] row = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() < mask ? double.NegativeInfinity : offset + (scale * ((2 * random.NextDouble()) - 1)))];
        if (random.Next(4) == 0 && n > 1)
            row[n - 1] = row[0];
        int bad = random.Next(25);
        if (input == EntropyInput.Probabilities)
        {
            double maximum = row.DefaultIfEmpty().Max(), sum = row.Sum(z => Math.Exp(z - maximum));
            row = [.. row.Select(z => double.IsNegativeInfinity(z) ? 0 : Math.Exp(z - maximum) / sum)];
            if (bad == 2 && n > 0)
                row[n / 2] = -0.5;
        }

        if (bad < 2 && n > 0)
            row[n / 2] = bad == 0 ? double.NaN : double.PositiveInfinity;
        return [.. row.Select(v => type.Round(v))];
    }
}
