using System;
using System.Collections.Generic;

namespace Gibbs;

/// <summary>What a map takes, gives and needs, beyond its rows; <see cref="RowMap"/> documents each.</summary>
[Flags]
internal enum RowMapParts
{
    None = 0,

    // Inputs.
    RowParameters = 1 << 0,
    ColumnParameters = 1 << 1,
    Weights = 1 << 2,
    Bounds = 1 << 3,
    Groups = 1 << 4,
    GroupWeights = 1 << 5,
    GroupScales = 1 << 6,
    Point = 1 << 7,

    // Outputs.
    Thresholds = 1 << 8,
    Values = 1 << 9,
    Mask = 1 << 10,
    Compressed = 1 << 11,
    Sparse = 1 << 12,

    // The gradient.
    Result = 1 << 13,
    SavedInput = 1 << 14,
    SavedThresholds = 1 << 15,
    SecondGradient = 1 << 16,
}

/// <summary>The one table of what each map takes, gives and needs.</summary>
internal static class RowMapTable
{
    private const RowMapParts Threshold = RowMapParts.RowParameters | RowMapParts.Thresholds | RowMapParts.Result;
    private const RowMapParts Elementwise = RowMapParts.RowParameters | RowMapParts.ColumnParameters | RowMapParts.Result;
    private const RowMapParts Sorting = RowMapParts.Result | RowMapParts.SavedInput;

    /// <summary>The parts of a map. A gradient by the parameter is there wherever row parameters are.</summary>
    public static RowMapParts Parts(RowMap map) => IsKSupport(map)
        ? Parts(map.Kind) & ~(RowMapParts.Groups | RowMapParts.GroupWeights | RowMapParts.GroupScales)
        : Parts(map.Kind);

    /// <summary>The parts of a kind of map.</summary>
    public static RowMapParts Parts(RowMapKind kind) => kind switch
    {
        RowMapKind.Simplex or RowMapKind.Entmax or RowMapKind.SparseSimplex => Threshold | RowMapParts.Sparse,
        RowMapKind.Normmax => Threshold,
        RowMapKind.CappedSimplex => Threshold | RowMapParts.SecondGradient,
        RowMapKind.BoxSection => Threshold | RowMapParts.Weights | RowMapParts.Bounds,
        RowMapKind.L1Ball => Threshold | RowMapParts.Weights | RowMapParts.SavedThresholds,
        RowMapKind.L2Ball or RowMapKind.Sphere => Threshold | RowMapParts.SavedThresholds,
        RowMapKind.LInfBall => RowMapParts.RowParameters | RowMapParts.Result,
        RowMapKind.L0Ball => RowMapParts.Thresholds | RowMapParts.Mask | RowMapParts.Result,
        RowMapKind.SoftThreshold or RowMapKind.HardThreshold => Elementwise,
        RowMapKind.ElasticNet or RowMapKind.Mcp or RowMapKind.Scad or RowMapKind.Huber => Elementwise | RowMapParts.SecondGradient,
        RowMapKind.GroupLasso => RowMapParts.RowParameters | RowMapParts.Groups | RowMapParts.GroupWeights | RowMapParts.Result,
        RowMapKind.L1InfBall => Threshold | RowMapParts.Groups | RowMapParts.SavedThresholds,
        RowMapKind.LInf1Prox => Threshold | RowMapParts.Groups | RowMapParts.SavedThresholds | RowMapParts.SavedInput,
        RowMapKind.GroupEnvelope => Threshold | RowMapParts.Groups | RowMapParts.GroupWeights | RowMapParts.GroupScales | RowMapParts.Values | RowMapParts.SavedThresholds | RowMapParts.SecondGradient,
        RowMapKind.NOfM => RowMapParts.Mask | RowMapParts.Compressed | RowMapParts.Result,
        RowMapKind.Isotonic => RowMapParts.Weights | RowMapParts.Result,
        RowMapKind.SoftSort or RowMapKind.SoftRank => Sorting | RowMapParts.RowParameters,
        RowMapKind.Permutahedron => Sorting | RowMapParts.Weights,
        RowMapKind.Tangent => RowMapParts.Point,
        _ => RowMapParts.None,
    };

    /// <summary>The envelope with every entry a group and k a count: <see cref="RowMap.KSupport"/>.</summary>
    public static bool IsKSupport(RowMap map) => map.Kind == RowMapKind.GroupEnvelope && map.Count > 0;

    /// <summary>The factory's name.</summary>
    public static string Name(RowMap map) => IsKSupport(map) ? nameof(RowMap.KSupport) : map.Kind.ToString();

    /// <summary>What the factory calls <see cref="RowMap.Parameter"/>.</summary>
    public static string ParameterName(RowMapKind kind) => kind switch
    {
        RowMapKind.Entmax or RowMapKind.Normmax => "alpha",
        RowMapKind.CappedSimplex or RowMapKind.BoxSection => "total",
        RowMapKind.Huber or RowMapKind.GroupEnvelope => "step",
        RowMapKind.SoftSort or RowMapKind.SoftRank => "epsilon",
        >= RowMapKind.SoftThreshold and <= RowMapKind.GroupLasso or RowMapKind.LInf1Prox => "threshold",
        _ => "radius",
    };

    /// <summary>What the factory calls <see cref="RowMap.Second"/>.</summary>
    public static string SecondName(RowMapKind kind) => kind switch
    {
        RowMapKind.CappedSimplex => "cap",
        RowMapKind.ElasticNet => "ridge",
        RowMapKind.Mcp => "gamma",
        RowMapKind.Scad => "a",
        RowMapKind.Huber => "delta",
        _ => "k",
    };

    /// <summary>The kinds that have a part, for messages: "A, B and C".</summary>
    public static string Having(RowMapParts part)
    {
        List<string> names = [];
        foreach (RowMapKind kind in Enum.GetValues<RowMapKind>())
        {
            if ((Parts(kind) & part) != 0)
                names.Add(kind.ToString());
        }

        return names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }
}
