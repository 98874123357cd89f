using System.Globalization;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Reference;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>A problem and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record ProjectionCase
{
    public string Name { get; init; } = "";

    public required ElementType Type { get; init; }

    public required RowMap Map { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] Input { get; init; }

    public double[]? RowParameters { get; init; }

    public double[]? ColumnParameters { get; init; }

    public double[]? Weights { get; init; }

    public double[]? Lower { get; init; }

    public double[]? Upper { get; init; }

    public int[]? GroupOffsets { get; init; }

    public double[]? GroupWeights { get; init; }

    public double[]? GroupScales { get; init; }

    public double[]? Point { get; init; }

    public double[]? Upstream { get; init; }

    /// <summary>Those wanted; of these a call writes the ones that the map has.</summary>
    public MapOutput Outputs { get; init; } = MapOutput.All;

    public bool InPlace { get; init; }

    public int InputPadding { get; init; }

    public int InputOffset { get; init; }

    public int OutputPadding { get; init; }

    public int OutputOffset { get; init; }

    /// <summary>No red zone behind arrays: they end where memory does.</summary>
    public bool Tight { get; init; }

    public bool OwnWorkspace { get; init; }

    public int Regime { get; init; }

    public int CompressedColumns => Columns / Map.GroupSize * Map.Count;

    /// <summary>What the map has of the wanted outputs of a forward call.</summary>
    public MapOutput ForwardOutputs
    {
        get
        {
            MapOutput has = MapOutput.Output | MapOutput.SupportSize | MapOutput.Status;
            has |= ReferenceRowMap.HasThreshold(Map.Kind) ? MapOutput.Thresholds : 0;
            has |= Map.Kind == RowMapKind.GroupEnvelope ? MapOutput.Values : 0;
            has |= ReferenceRowMap.IsMask(Map.Kind) ? MapOutput.Mask : 0;
            has |= Map.Kind == RowMapKind.NOfM && Columns % Map.GroupSize == 0 ? MapOutput.Compressed | MapOutput.Metadata : 0;
            return has & Outputs;
        }
    }

    /// <summary>And of a gradient.</summary>
    public MapOutput GradientOutputs
    {
        get
        {
            MapOutput has = MapOutput.Gradient;
            has |= ColumnParameters is not null ? MapOutput.ColumnParameters : ReferenceRowMap.HasParameter(Map.Kind) ? MapOutput.Parameter : 0;
            has |= HasSecond(Map.Kind) ? MapOutput.Second : 0;
            return has & Outputs;
        }
    }

    public static bool HasSecond(RowMapKind kind) =>
        kind is RowMapKind.CappedSimplex or RowMapKind.ElasticNet or RowMapKind.Mcp or RowMapKind.Scad or RowMapKind.Huber or RowMapKind.GroupEnvelope;

    public static bool NeedsSavedInput(RowMapKind kind) => kind is RowMapKind.LInf1Prox or RowMapKind.SoftSort or RowMapKind.SoftRank or RowMapKind.Permutahedron;

    public static bool NeedsSavedThresholds(RowMapKind kind) => kind is RowMapKind.L1Ball or RowMapKind.L2Ball or RowMapKind.L1InfBall or RowMapKind.LInf1Prox or RowMapKind.GroupEnvelope or RowMapKind.Sphere;

    public MapRow Row(int i) => new()
    {
        Map = Map,
        Type = Type,
        X = Input[(i * Columns)..((i + 1) * Columns)],
        Parameter = RowParameters is null ? Map.Parameter : RowParameters[i],
        ColumnParameters = ColumnParameters,
        Weights = Weights,
        Lower = Lower,
        Upper = Upper,
        GroupOffsets = GroupOffsets,
        GroupWeights = GroupWeights,
        GroupScales = GroupScales,
        Point = Point?[(i * Columns)..((i + 1) * Columns)],
    };

    /// <summary>Row i as a case of its own, at the plainest place.</summary>
    public ProjectionCase Alone(int i) => this with
    {
        Rows = 1,
        Input = Input[(i * Columns)..((i + 1) * Columns)],
        RowParameters = RowParameters is null ? null : [RowParameters[i]],
        Point = Point?[(i * Columns)..((i + 1) * Columns)],
        Upstream = Upstream?[(i * Columns)..((i + 1) * Columns)],
        InputOffset = 0,
        InputPadding = 0,
        OutputOffset = 0,
        OutputPadding = 0,
        InPlace = false,
    };

    public string Describe()
    {
        static string List(double[]? values) => values is null ? "none" : string.Join(", ", values.Take(40).Select(v => v.ToString("R", CultureInfo.InvariantCulture))) + (values.Length > 40 ? ", …" : "");
        return $"{Name}: {Type} [{Rows}, {Columns}] {Map}\n  input {List(Input)}\n  row parameters {List(RowParameters)}, column parameters {List(ColumnParameters)}, weights {List(Weights)}, lower {List(Lower)}, upper {List(Upper)}"
            + $"\n  offsets {(GroupOffsets is null ? "none" : string.Join(", ", GroupOffsets.Take(40)))}, group weights {List(GroupWeights)}, scales {List(GroupScales)}, point {List(Point)}\n  upstream {List(Upstream)}"
            + $"\n  padding {InputPadding}/{OutputPadding}, offset {InputOffset}/{OutputOffset}, in place {InPlace}, regime {Regime}";
    }
}
