using System;

namespace Gibbs.Tests.Reference;

/// <summary>A batch in fp64: every value is the exact widening of what the tested code is given.</summary>
internal sealed class ReferenceProblem
{
    public required int Rows { get; init; }

    public required int Columns { get; init; }

    /// <summary>z [N·V], row after row.</summary>
    public required double[] Logits { get; init; }

    /// <summary>y [N], or null.</summary>
    public long[]? Targets { get; init; }

    /// <summary>q [N·V], or null.</summary>
    public double[]? SoftTargets { get; init; }

    public double[]? ClassWeights { get; init; }

    public double[]? RowWeights { get; init; }

    public double[]? RowTemperatures { get; init; }

    public CrossEntropyOptions Options { get; init; }

    /// <summary>The caller's divisor from a device pointer, where there is one.</summary>
    public double? DeviceNormaliser { get; init; }

    /// <summary>The largest finite number of the arithmetic type: reciprocals of denormal temperatures and the comp-sum slope stop there.</summary>
    public double LargestReal { get; init; } = double.MaxValue;

    public ReadOnlySpan<double> LogitsOf(int row) => Logits.AsSpan(row * Columns, Columns);

    public ReadOnlySpan<double> SoftTargetsOf(int row) => SoftTargets.AsSpan(row * Columns, Columns);

    public double TemperatureOf(int row) => RowTemperatures is null ? Options.Temperature : RowTemperatures[row];

    public double RowWeightOf(int row) => RowWeights is null ? 1 : RowWeights[row];

    public double ClassWeightOf(long column) => ClassWeights is null ? 1 : ClassWeights[column];
}
