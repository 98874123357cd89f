using System;
using System.Globalization;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Losses;

/// <summary>A batch and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record FenchelYoungCase
{
    public string Name { get; init; } = "";

    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] Logits { get; init; }

    public required long[] Targets { get; init; }

    public bool Int64 { get; init; } = true;

    public double[]? ClassWeights { get; init; }

    public double[]? RowWeights { get; init; }

    public double[]? Alphas { get; init; }

    public FenchelYoungOptions Options { get; init; }

    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public int Regime { get; init; }

    public bool OwnWorkspace { get; init; }

    public double Alpha(int row) => Alphas is null ? Options.Alpha : Alphas[row];

    public double ClassWeight(long j) => ClassWeights is null ? 1 : ClassWeights[j];

    public double RowWeight(int row) => RowWeights is null ? 1 : RowWeights[row];

    public ReadOnlySpan<double> Row(int i) => Logits.AsSpan(i * Columns, Columns);

    /// <summary>Reduction none.</summary>
    public static FenchelYoungCase Of(ElementType type, double alpha, int columns, Func<int, int, double> logit, params long[] targets) => new()
    {
        Type = type,
        Rows = targets.Length,
        Columns = columns,
        Logits = Cases.Fill(type, targets.Length, columns, logit),
        Targets = targets,
        Options = new() { Alpha = alpha, Reduction = Reduction.None },
    };

    public string Describe()
    {
        static string List(double[]? values) => values is null ? "none" : string.Join(", ", values.Take(40).Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        return $"{Name}: {Type} [{Rows}, {Columns}] {Options}\n  logits {List(Logits)}\n  targets {string.Join(", ", Targets)}, class weights {List(ClassWeights)}, row weights {List(RowWeights)}, alphas {List(Alphas)}";
    }
}
