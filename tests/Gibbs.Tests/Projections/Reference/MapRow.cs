using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>One row of a problem as the reference sees it: numbers in fp64, exactly as they are stored.</summary>
internal sealed record MapRow
{
    public required RowMap Map { get; init; }

    /// <summary>What y is stored as.</summary>
    public required ElementType Type { get; init; }

    public required double[] X { get; init; }

    /// <summary>The row's own parameter, or the scalar.</summary>
    public required double Parameter { get; init; }

    public double[]? ColumnParameters { get; init; }

    public double[]? Weights { get; init; }

    public double[]? Lower { get; init; }

    public double[]? Upper { get; init; }

    public int[]? GroupOffsets { get; init; }

    public double[]? GroupWeights { get; init; }

    public double[]? GroupScales { get; init; }

    public double[]? Point { get; init; }

    /// <summary>float32, or float64 for float64 rows: what norms are rounded to before they are compared with a radius.</summary>
    public ElementType Real => Type.Real();

    public int Columns => X.Length;

    public int Groups => GroupOffsets is not null ? GroupOffsets.Length - 1 : Map.GroupSize == 0 ? Columns : (Columns + Map.GroupSize - 1) / Map.GroupSize;

    public double Weight(int j) => Weights is null ? 1 : Weights[j];

    /// <summary>t of column j.</summary>
    public double ColumnParameter(int j) => ColumnParameters is null ? Parameter : ColumnParameters[j];

    public int Begin(int group) => GroupOffsets is not null ? GroupOffsets[group] : Map.GroupSize == 0 ? group : group * Map.GroupSize;

    public int End(int group) => GroupOffsets is not null ? GroupOffsets[group + 1] : Map.GroupSize == 0 ? group + 1 : System.Math.Min(Columns, (group + 1) * Map.GroupSize);

    public double GroupWeight(int group) => GroupWeights is null ? 1 : GroupWeights[group];

    public double GroupScale(int group) => GroupScales is null ? 1 : GroupScales[group];
}
