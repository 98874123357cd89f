using System;
using System.Globalization;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Entropies;

/// <summary>A batch and how it lies in memory; rows of one length or ragged. Numbers are exactly as they are stored.</summary>
internal sealed record EntropyCase
{
    public required ElementType Type { get; init; }

    /// <summary>Rows; of one length unless ragged.</summary>
    public required double[][] Rows { get; init; }

    /// <summary>V where there are no rows.</summary>
    public int EmptyColumns { get; init; } = 1;

    public bool Ragged { get; init; }

    public RowEntropyOptions Options { get; init; }

    public double[]? RowWeights { get; init; }

    public double[]? Temperatures { get; init; }

    public long[]? Actions { get; init; }

    public bool Int64 { get; init; } = true;

    public double[]? ActionWeights { get; init; }

    public bool InPlace { get; init; }

    /// <summary>Elements between rows; ragged: before the first.</summary>
    public int Padding { get; init; }

    public int Offset { get; init; }

    public int Regime { get; init; }

    public bool OwnWorkspace { get; init; }

    public int Columns => Rows.Length == 0 ? EmptyColumns : Rows[0].Length;

    public double RowWeight(int i) => RowWeights is null ? 1 : RowWeights[i];

    public double ActionWeight(int i) => ActionWeights is null ? 0 : ActionWeights[i];

    public double Temperature(int i) => Temperatures is null ? Options.Temperature : Temperatures[i];

    /// <summary>Reduction none.</summary>
    public static EntropyCase Of(ElementType type, EntropyKind kind, double alpha, params double[][] rows) => new()
    {
        Type = type,
        Rows = [.. rows.Select(row => row.Select(v => type.Round(v)).ToArray())],
        Options = new() { Kind = kind, Alpha = alpha, Reduction = Reduction.None },
    };

    /// <summary>Rows by a formula.</summary>
    public static double[][] Fill(int rows, int columns, Func<int, int, double> value) =>
        [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Select(j => value(i, j)).ToArray())];

    public string Describe()
    {
        static string List(double[]? values) => values is null ? "none" : string.Join(", ", values.Take(30).Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        return $"{Type} {(Ragged ? "ragged" : "dense")} [{Rows.Length}, {Columns}] {Options}\n  rows {string.Join("\n       ", Rows.Take(8).Select(List))}\n  actions {List(Actions?.Select(a => (double)a).ToArray())}, action weights {List(ActionWeights)}, row weights {List(RowWeights)}, temperatures {List(Temperatures)}";
    }
}
