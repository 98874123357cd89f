using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Entropies.Batch;

/// <summary>A batch of rows in segments, and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record BatchEntropyCase
{
    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] Logits { get; init; }

    public BatchEntropyOptions Options { get; init; }

    public long[]? Offsets { get; init; }

    public double[]? RowWeights { get; init; }

    public double[]? ClassWeights { get; init; }

    /// <summary>[S, K] or [1, K].</summary>
    public double[]? Priors { get; init; }

    public int[]? ClassGroups { get; init; }

    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public int Regime { get; init; }

    public bool OwnWorkspace { get; init; }

    public int Segments => Offsets is null ? 1 : Offsets.Length - 1;

    public int Begin(int segment) => Offsets is null ? 0 : (int)Offsets[segment];

    public int End(int segment) => Offsets is null ? Rows : (int)Offsets[segment + 1];

    public double RowWeight(int row) => RowWeights is null ? 1 : RowWeights[row];

    public double ClassWeight(int j) => ClassWeights is null ? 1 : ClassWeights[j];

    public double Prior(int segment, int j) => Priors is null ? 1.0 / Columns : Priors.Length == Columns ? Priors[j] : Priors[(segment * Columns) + j];

    /// <summary>Noise logits of one segment.</summary>
    public static BatchEntropyCase Of(ElementType type, int rows, int columns, BatchEntropyOptions options, double spread = 1) => new()
    {
        Type = type,
        Rows = rows,
        Columns = columns,
        Logits = Cases.Fill(type, rows, columns, (i, j) => spread * Cases.Noise(i, j)),
        Options = options,
    };

    /// <summary>Rows [begin, end) alone, a segment of their own.</summary>
    public BatchEntropyCase Part(int begin, int end) => this with
    {
        Rows = end - begin,
        Logits = Logits[(begin * Columns)..(end * Columns)],
        RowWeights = RowWeights?[begin..end],
        Offsets = null,
    };

    public string Describe() => $"{Type} [{Rows}, {Columns}] {Options}, offsets {(Offsets is null ? "none" : string.Join(", ", Offsets.Take(20)))}, in place {InPlace}, padding {Padding}, offset {Offset}";
}
