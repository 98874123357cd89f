using System;
using System.Collections.Generic;
using System.Linq;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>Wrong arguments of row maps on spans: each is named, with what was given and what would be right, and nothing is written. The device's checks are the same code.</summary>
[TestFixture]
[Category("Cpu")]
public sealed partial class ProjectionArgumentTests
{
    private const int N = 2;
    private const int V = 4;
    private const double Untouched = 77;

    /// <summary>What a call is made of; a case spoils one part. Null is absent.</summary>
    public sealed class Call
    {
        internal RowMap Map { get; set; } = RowMap.Sparsemax();
        internal double[,] Input { get; set; } = new double[N, V];
        internal double[]? RowParameters { get; set; }
        internal double[]? ColumnParameters { get; set; }
        internal double[]? Weights { get; set; }
        internal double[]? Lower { get; set; }
        internal double[]? Upper { get; set; }
        internal int[]? GroupOffsets { get; set; }
        internal double[]? GroupWeights { get; set; }
        internal double[]? GroupScales { get; set; }
        internal double[,]? Point { get; set; }
        internal double[,] Output { get; set; } = Filled(N, V);
        internal double[]? Thresholds { get; set; }
        internal long[]? SupportSize { get; set; }
        internal double[]? Values { get; set; }
        internal byte[,]? Mask { get; set; }
        internal double[,]? Compressed { get; set; }
        internal byte[,]? Metadata { get; set; }
        internal RowStatus[]? Status { get; set; }

        internal ProjectionInputs<double, double> Inputs => new()
        {
            RowParameters = RowParameters,
            ColumnParameters = ColumnParameters,
            Weights = Weights,
            Lower = Lower,
            Upper = Upper,
            GroupOffsets = GroupOffsets,
            GroupWeights = GroupWeights,
            GroupScales = GroupScales,
            Point = Point,
        };

        internal void Run() => Projection.Apply(
            Map,
            Input,
            new ProjectionOutputs<double, double>
            {
                Output = Output,
                Thresholds = Thresholds,
                SupportSize = SupportSize,
                Values = Values,
                Mask = Mask,
                Compressed = Compressed,
                Metadata = Metadata,
                Status = Status,
            },
            Inputs);
    }

    private static TestCaseData Case(string name, string says, RowMap map, Action<Call>? spoil = null) => new TestCaseData(says, map, spoil).SetArgDisplayNames(name);

    public static IEnumerable<TestCaseData> Shapes()
    {
        yield return Case("no map", "map is default(RowMap), no map; make one with a factory", default);
        yield return Case("no columns", "input is [2, 0]; it needs at least one column, also where it has no rows", RowMap.Sparsemax(), c => c.Input = new double[N, 0]);
        yield return Case("no columns and no rows", "input is [0, 0]", RowMap.Sparsemax(), c => c.Input = new double[0, 0]);
        yield return Case("output", "outputs.Output is [2, 5]; it must be [2, 4], as input, or empty", RowMap.Sparsemax(), c => c.Output = Filled(N, 5));
        yield return Case("thresholds", "outputs.Thresholds has 3 elements; it needs 2, one per row of input, or none", RowMap.Sparsemax(), c => c.Thresholds = new double[3]);
        yield return Case("support size", "outputs.SupportSize has 1 elements; it needs 2", RowMap.Sparsemax(), c => c.SupportSize = new long[1]);
        yield return Case("values", "outputs.Values has 3 elements; it needs 2", RowMap.KSupport(1, 1), c => c.Values = new double[3]);
        yield return Case("status", "outputs.Status has 3 elements; it needs 2", RowMap.Tangent(), c => { c.Point = new double[N, V]; c.Status = new RowStatus[3]; });
        yield return Case("mask", "outputs.Mask is [2, 3]; it must be [2, 4], as input, or empty", RowMap.L0Ball(1), c => c.Mask = new byte[N, 3]);
        yield return Case("compressed", "outputs.Compressed is [2, 4]; it must be [2, 2], 1 of every 2 columns of input, or empty", RowMap.NOfM(1, 2), c => c.Compressed = new double[N, V]);
        yield return Case("metadata", "outputs.Metadata is [1, 2]; it must be [2, 2], 1 of every 2 columns of input, or empty", RowMap.NOfM(1, 2), c => c.Metadata = new byte[1, 2]);
        yield return Case("compressed of odd columns", "outputs.Compressed is given with 4 columns of input in groups of 3; the compressed form needs a multiple of 3", RowMap.NOfM(1, 3), c => c.Compressed = new double[N, 1]);
        yield return Case("metadata of odd columns", "outputs.Metadata is given with 4 columns of input in groups of 3", RowMap.NOfM(1, 3), c => c.Metadata = new byte[N, 1]);
        yield return Case("row parameters", "inputs.RowParameters has 3 elements; it needs 2, one per row of input, or none", RowMap.Sparsemax(), c => c.RowParameters = new double[3]);
        yield return Case("column parameters", "inputs.ColumnParameters has 2 elements; it needs 4, V, one per column of input, or none", RowMap.SoftThreshold(1), c => c.ColumnParameters = new double[2]);
        yield return Case("row and column parameters", "inputs.RowParameters and inputs.ColumnParameters are both given", RowMap.SoftThreshold(1), c => { c.RowParameters = new double[N]; c.ColumnParameters = new double[V]; });
        yield return Case("weights", "inputs.Weights has 5 elements; it needs 4", RowMap.L1Ball(), c => c.Weights = new double[5]);
        yield return Case("lower", "inputs.Lower has 1 elements; it needs 4", RowMap.BoxSection(1), c => c.Lower = new double[1]);
        yield return Case("upper", "inputs.Upper has 1 elements; it needs 4", RowMap.BoxSection(1), c => c.Upper = new double[1]);
        yield return Case("permutahedron of nothing", "inputs.Weights has 0 elements; Permutahedron needs 4", RowMap.Permutahedron());
        yield return Case("tangent nowhere", "inputs.Point is empty; Tangent needs the point [2, 4], as input", RowMap.Tangent());
        yield return Case("point", "inputs.Point is [1, 4]; it must be [2, 4], as input", RowMap.Tangent(), c => c.Point = new double[1, V]);
        yield return Case("k of the sparse simplex", "map is SparseSimplex with k = 5 and input has 4 columns; k must be in [1, 4]", RowMap.SparseSimplex(5));
        yield return Case("k of the l0 ball", "map is L0Ball with k = 5", RowMap.L0Ball(5));
        yield return Case("k of the k-support norm", "map is KSupport with k = 5", RowMap.KSupport(5, 1));
        yield return Case("groups twice", "inputs.GroupOffsets is given with a group size of 2; groups are by offsets or of equal size", RowMap.GroupLasso(1, 2), c => c.GroupOffsets = [0, V]);
        yield return Case("no groups, ball", "L1InfBall has a group size of 0 and inputs.GroupOffsets is empty; it needs groups", RowMap.L1InfBall(1));
        yield return Case("no groups, prox", "LInf1Prox has a group size of 0 and inputs.GroupOffsets is empty", RowMap.LInf1Prox(1));
        yield return Case("a single offset", "inputs.GroupOffsets has 1 element; it needs one more than there are groups", RowMap.GroupLasso(1), c => c.GroupOffsets = [0]);
        yield return Case("weights of groups by offsets", "inputs.GroupWeights has 3 elements; it needs 2, one per group, or none", RowMap.GroupLasso(1), c => { c.GroupOffsets = [0, 1, V]; c.GroupWeights = [1, 1, 1]; });
        yield return Case("weights of equal groups", "inputs.GroupWeights has 1 elements; it needs 2", RowMap.GroupLasso(1, 3), c => c.GroupWeights = [1]);
        yield return Case("scales of single entries", "inputs.GroupScales has 2 elements; it needs 4", RowMap.GroupEnvelope(1, 1), c => c.GroupScales = [1, 1]);
    }

    // Inputs given to a map that does not take them.
    public static IEnumerable<TestCaseData> NotTaken()
    {
        yield return Case("row parameters", "inputs.RowParameters is given to Isotonic; only Simplex, Entmax", RowMap.Isotonic(), c => c.RowParameters = new double[N]);
        yield return Case("column parameters", "inputs.ColumnParameters is given to GroupLasso; only SoftThreshold, HardThreshold, ElasticNet, Mcp, Scad and Huber take them", RowMap.GroupLasso(1), c => c.ColumnParameters = new double[V]);
        yield return Case("weights", "inputs.Weights is given to Simplex; only BoxSection, L1Ball, Isotonic and Permutahedron take them", RowMap.Simplex(), c => c.Weights = Ones(V));
        yield return Case("lower", "inputs.Lower is given to CappedSimplex; only BoxSection takes it", RowMap.CappedSimplex(1), c => c.Lower = new double[V]);
        yield return Case("upper", "inputs.Upper is given to CappedSimplex; only BoxSection takes it", RowMap.CappedSimplex(1), c => c.Upper = Ones(V));
        yield return Case("group offsets", "inputs.GroupOffsets is given to SoftThreshold; only GroupLasso, L1InfBall, LInf1Prox and GroupEnvelope take them", RowMap.SoftThreshold(1), c => c.GroupOffsets = [0, V]);
        yield return Case("group offsets of k-support", "inputs.GroupOffsets is given to KSupport; only", RowMap.KSupport(1, 1), c => c.GroupOffsets = [0, V]);
        yield return Case("group weights of k-support", "inputs.GroupWeights is given to KSupport; only GroupLasso and GroupEnvelope take them", RowMap.KSupport(1, 1), c => c.GroupWeights = Ones(V));
        yield return Case("group weights of a ball", "inputs.GroupWeights is given to L1InfBall", RowMap.L1InfBall(1, 2), c => c.GroupWeights = Ones(2));
        yield return Case("group scales", "inputs.GroupScales is given to GroupLasso; only GroupEnvelope takes them", RowMap.GroupLasso(1, 2), c => c.GroupScales = Ones(2));
        yield return Case("point", "inputs.Point is given to Sphere; only Tangent takes it", RowMap.Sphere(), c => c.Point = new double[N, V]);
    }

    // Outputs asked of a map that does not have them.
    public static IEnumerable<TestCaseData> NotGiven()
    {
        yield return Case("thresholds", "outputs.Thresholds is given to SoftThreshold; only Simplex, Entmax", RowMap.SoftThreshold(1), c => c.Thresholds = new double[N]);
        yield return Case("values", "outputs.Values is given to Simplex; only GroupEnvelope has values", RowMap.Simplex(), c => c.Values = new double[N]);
        yield return Case("mask", "outputs.Mask is given to SparseSimplex; only L0Ball and NOfM have a mask", RowMap.SparseSimplex(1), c => c.Mask = new byte[N, V]);
        yield return Case("compressed", "outputs.Compressed is given to L0Ball; only NOfM has a compressed form", RowMap.L0Ball(1), c => c.Compressed = new double[N, V]);
        yield return Case("metadata", "outputs.Metadata is given to L0Ball; only NOfM has a compressed form", RowMap.L0Ball(1), c => c.Metadata = new byte[N, V]);
    }

    public static IEnumerable<TestCaseData> Contents()
    {
        foreach (double value in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            yield return Case($"weight {value}", $"inputs.Weights[2] is {value}; it must be positive and finite", RowMap.WeightedSimplex(), c => c.Weights = [1, 1, value, 1]);
            yield return Case($"ball weight {value}", "inputs.Weights[0]", RowMap.L1Ball(), c => c.Weights = [value, 1, 1, 1]);
            yield return Case($"isotonic weight {value}", "inputs.Weights[3]", RowMap.Isotonic(), c => c.Weights = [1, 1, 1, value]);
            yield return Case($"group weight {value}", $"inputs.GroupWeights[1] is {value}; it must be positive and finite", RowMap.GroupLasso(1, 2), c => c.GroupWeights = [1, value]);
            yield return Case($"group scale {value}", $"inputs.GroupScales[0] is {value}; it must be positive and finite", RowMap.GroupEnvelope(1, 1, 2), c => c.GroupScales = [value, 1]);
        }
        foreach (double value in new[] { -1e-9, double.NaN, double.PositiveInfinity })
            yield return Case($"column parameter {value}", "inputs.ColumnParameters[1] is", RowMap.Huber(1), c => c.ColumnParameters = [0, value, 0, 0]);
        foreach (double value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            yield return Case($"permutahedron of {value}", $"inputs.Weights[1] is {value}; it must be finite", RowMap.Permutahedron(), c => c.Weights = [1, value, 1, 1]);
            yield return Case($"lower {value}", $"inputs.Lower[1] is {value}; it must be finite", RowMap.BoxSection(1), c => c.Lower = [0, value, 0, 0]);
        }
        yield return Case("upper NaN", "inputs.Upper[3] is NaN; it must be at least the lower bound there, 0", RowMap.BoxSection(1), c => c.Upper = [1, 1, 1, double.NaN]);
        yield return Case("upper below the default", "inputs.Upper[0] is -1; it must be at least the lower bound there, 0", RowMap.BoxSection(1), c => c.Upper = [-1, 1, 1, 1]);
        yield return Case("crossed", "inputs.Upper[2] is 1; it must be at least the lower bound there, 3", RowMap.BoxSection(1), c => { c.Lower = [0, 0, 3, 0]; c.Upper = [1, 1, 1, 1]; });
        yield return Case("offsets not from 0", "inputs.GroupOffsets[0] is 1; it must be 0", RowMap.GroupLasso(1), c => c.GroupOffsets = [1, V]);
        yield return Case("offsets not to V", "inputs.GroupOffsets[2] is 3; the last must be 4, the number of columns", RowMap.L1InfBall(1), c => c.GroupOffsets = [0, 2, 3]);
        yield return Case("offsets that decrease", "inputs.GroupOffsets[2] is 1 after 2; offsets must not decrease", RowMap.GroupEnvelope(1, 1), c => c.GroupOffsets = [0, 2, 1, V]);
    }

    [TestCaseSource(nameof(Shapes))]
    [TestCaseSource(nameof(NotTaken))]
    [TestCaseSource(nameof(NotGiven))]
    [TestCaseSource(nameof(Contents))]
    public void WrongArgumentIsNamed(string says, RowMap map, Action<Call>? spoil)
    {
        Call call = new() { Map = map };
        spoil?.Invoke(call);
        Refuses(says, call.Run);
        Assert.That(call.Output.Cast<double>(), Is.All.EqualTo(Untouched));
    }

    [TestCaseSource(nameof(NotTaken))]
    public void TheGradientTakesNoOther(string says, RowMap map, Action<Call> spoil)
    {
        Call call = new() { Map = map };
        spoil(call);
        Refuses(says, () => Projection.Gradient(map, new double[N, V], Saved(), new ProjectionGradients<double, double> { Input = call.Output }, call.Inputs));
    }

    [Test]
    public void ScalarsThatFp32CannotHold()
    {
        (string Name, RowMap Map)[] maps =
        [
            ("radius", RowMap.Simplex(1e39)), ("radius", RowMap.L2Ball(1e-50)), ("total", RowMap.BoxSection(-1e39)), ("total", RowMap.CappedSimplex(1e-50)), ("cap", RowMap.CappedSimplex(1, 1e39)),
            ("threshold", RowMap.SoftThreshold(1e39)), ("ridge", RowMap.ElasticNet(1, 1e-50)), ("gamma", RowMap.Mcp(1, 1e39)), ("gamma", RowMap.Mcp(1, 1 + 1e-12)), ("a", RowMap.Scad(1, 2 + 1e-12)),
            ("delta", RowMap.Huber(1, 1e-50)), ("step", RowMap.Huber(1e39)), ("step", RowMap.KSupport(1, 1e39)), ("k", RowMap.GroupEnvelope(1e-50, 1)), ("epsilon", RowMap.SoftSort(1e-50)), ("radius", RowMap.Sphere(1e39)),
        ];
        foreach ((string name, RowMap map) in maps)
        {
            foreach (string says in new[] { $"{name} is ", "fp32" })
            {
                Refuses(says, () => Projection.Apply(map, new float[N, V], new ProjectionOutputs<float, float> { Output = new float[N, V] }));
                Refuses(says, () => Projection.Apply(map, new Half[N, V], new ProjectionOutputs<Half, float> { Output = new Half[N, V] }));
                Refuses(says, () => Projection.Apply(map, new BFloat16[N, V], new ProjectionOutputs<BFloat16, float> { Output = new BFloat16[N, V] }));
                Refuses(says, () => Projection.Gradient(map, new float[N, V], new ProjectionSaved<float, float> { Output = new float[N, V] }, new ProjectionGradients<float, float> { Input = new float[N, V] }));
            }

            // float64 holds them, and float32 zero.
            Projection.Apply(map, new double[0, V], default);
        }

        Projection.Apply(RowMap.Simplex(0), new float[0, V], default);
        Projection.Apply(RowMap.SoftThreshold(0), new Half[0, V], default);
        Projection.Apply(RowMap.L2Ball(float.Epsilon), new float[0, V], default);
    }

    private static void Refuses(string says, Action call)
    {
        ArgumentException? error = Assert.Catch<ArgumentException>(() => call());
        Assert.That(error!.Message, Does.Contain(says));
        Assert.That(error.ParamName, Is.Not.Null.And.Not.Empty);
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static double[,] Filled(int rows, int columns)
    {
        double[,] matrix = new double[rows, columns];
        matrix.AsSpan2D().Fill(Untouched);
        return matrix;
    }
}
