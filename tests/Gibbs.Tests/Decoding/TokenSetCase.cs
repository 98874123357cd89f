using System;
using System.Globalization;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Decoding;

/// <summary>A batch and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record TokenSetCase
{
    public string Name { get; init; } = "";

    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] Logits { get; init; }

    public long[]? Actions { get; init; }

    public bool Int64 { get; init; } = true;

    public double[]? RowWeights { get; init; }

    public double[]? Temperatures { get; init; }

    public TokenSetOptions Options { get; init; }

    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public int Regime { get; init; }

    public bool OwnWorkspace { get; init; }

    public double Temperature(int row) => Temperatures is null ? Options.Temperature : Temperatures[row];

    public double RowWeight(int row) => RowWeights is null ? 1 : RowWeights[row];

    public ReadOnlySpan<double> Row(int i) => Logits.AsSpan(i * Columns, Columns);

    /// <summary>Reduction none.</summary>
    public static TokenSetCase Of(ElementType type, int rows, int columns, Func<int, int, double> logit, TokenSetOptions options) => new()
    {
        Type = type,
        Rows = rows,
        Columns = columns,
        Logits = Cases.Fill(type, rows, columns, logit),
        Options = options with { Reduction = Reduction.None },
    };

    /// <summary>One row as float64.</summary>
    public static TokenSetCase Of(TokenSetOptions options, params double[] logits) => Of(ElementType.Float64, 1, logits.Length, (_, j) => logits[j], options);

    public string Describe()
    {
        static string List(double[]? values) => values is null ? "none" : string.Join(", ", values.Take(40).Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        return $"{Name}: {Type} [{Rows}, {Columns}] {Options}\n  logits {List(Logits)}\n  row weights {List(RowWeights)}, temperatures {List(Temperatures)}, actions {(Actions is null ? "none" : string.Join(", ", Actions))}";
    }
}
