using System;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Policies;

/// <summary>A batch of tokens and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record PolicyCase
{
    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] LogProbabilities { get; init; }

    public double[]? Old { get; init; }

    public double[]? Reference { get; init; }

    public double[]? Proxy { get; init; }

    public double[]? Advantages { get; init; }

    public double[]? SequenceAdvantages { get; init; }

    public byte[]? Mask { get; init; }

    public double[]? Entropies { get; init; }

    public long[]? GroupOffsets { get; init; }

    public PolicyLossOptions Options { get; init; }

    /// <summary>Gradients take the place of the log-probabilities and of the entropies.</summary>
    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public bool OwnWorkspace { get; init; }

    /// <summary>A divisor in device memory, where there is such a thing.</summary>
    public double? DeviceNormaliser { get; init; }

    public bool IsToken(int k) => Mask is null || Mask[k] != 0;

    public double Advantage(int k) => Advantages is null ? SequenceAdvantages![k / Columns] : Advantages[k];

    public double OldOf(int k) => Old is null ? LogProbabilities[k] : Old[k];

    /// <summary>Everything given: log-probabilities about −1, ratios about 1, a quarter of the tokens masked, a group with an empty sequence.</summary>
    public static PolicyCase Random(ElementType type, int rows, int columns, int seed, PolicyLossOptions options)
    {
        Random random = new((seed * 7919) + (rows * 131) + columns);
        double[] Fill(Func<double> value) => [.. Enumerable.Range(0, rows * columns).Select(_ => type.Round(value()))];
        double[] logProbabilities = Fill(() => -3 * random.NextDouble());
        double[] Near(double spread) => [.. logProbabilities.Select(l => type.Round(l + (spread * (random.NextDouble() - 0.5))))];
        byte[] mask = [.. Enumerable.Range(0, rows * columns).Select(k => (byte)(random.Next(4) == 0 || k / columns == 1 ? 0 : 1 + random.Next(255)))];
        return new()
        {
            Type = type,
            Rows = rows,
            Columns = columns,
            LogProbabilities = logProbabilities,
            Old = Near(1),
            Reference = Near(3),
            Proxy = Near(0.5),
            Advantages = Fill(() => (4 * random.NextDouble()) - 2),
            Mask = mask,
            Entropies = Fill(() => 2 * random.NextDouble()),
            GroupOffsets = rows < 3 ? [0, rows] : [0, rows / 3, rows / 3, rows - 1, rows],
            Options = options,
            Padding = random.Next(4),
            Offset = random.Next(5),
            InPlace = random.Next(3) == 0,
            OwnWorkspace = random.Next(2) == 0,
        };
    }
}
