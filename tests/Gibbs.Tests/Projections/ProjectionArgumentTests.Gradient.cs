using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

// The sparse form, the gradient, and memory that overlaps.
public sealed partial class ProjectionArgumentTests
{
    [Test]
    public void SparseForm()
    {
        RefusesSparse("map is L1Ball; only Simplex, Entmax and SparseSimplex have a sparse form", RowMap.L1Ball(), N + 1, 0, 0);
        RefusesSparse("sparse.RowOffsets has 2 elements; it needs 3, one per row of input and one more", RowMap.Sparsemax(), N, 0, 0);
        RefusesSparse("sparse.RowOffsets has 0 elements; it needs 3", RowMap.Sparsemax(), 0, 0, 0);
        RefusesSparse("sparse.Indices has 3 elements and sparse.Values 4; both need the same number", RowMap.Sparsemax(), N + 1, 3, 4);
        RefusesSparse("status has 3 elements; it needs 2", RowMap.Sparsemax(), N + 1, 0, 0, 3);
        RefusesSparse("map is SparseSimplex with k = 5", RowMap.SparseSimplex(5), N + 1, 0, 0);
        RefusesSparse("map is default(RowMap)", default, N + 1, 0, 0);
        Refuses("inputs.Weights is given to Simplex", () => Projection.ApplySparse(RowMap.Sparsemax(), new double[N, V], new SparseRows<double> { RowOffsets = new long[N + 1] }, new ProjectionInputs<double, double> { Weights = Ones(V) }));
        Refuses("radius is ", () => Projection.ApplySparse(RowMap.Simplex(1e39), new float[N, V], new SparseRows<float> { RowOffsets = new long[N + 1] }));
    }

    [Test]
    public void GradientNamesWhatIsMissing()
    {
        double[,] v = new double[N, V];
        double[] offsets = Ones(V);
        RefusesGradient("upstream is [2, 0]; it needs at least one column", RowMap.Sparsemax(), upstream: new double[N, 0]);
        RefusesGradient("saved.Output is empty; the gradient of Simplex needs the result of the forward call", RowMap.Sparsemax(), v);
        RefusesGradient("saved.Output is [2, 3]; it must be [2, 4], as upstream", RowMap.Sparsemax(), v, output: new double[N, 3]);
        foreach (RowMap map in new[] { RowMap.L1Ball(), RowMap.L2Ball(), RowMap.L1InfBall(1, 2), RowMap.GroupEnvelope(1, 1), RowMap.KSupport(1, 1), RowMap.Sphere() })
            RefusesGradient($"saved.Thresholds is empty; the gradient of {(map.Count > 0 ? "KSupport" : map.Kind)} needs the thresholds", map, v, output: v);
        RefusesGradient("saved.Thresholds is empty; the gradient of LInf1Prox", RowMap.LInf1Prox(1, 2), v, output: v, input: v);
        RefusesGradient("saved.Thresholds has 1 elements; it needs 2, one per row of upstream", RowMap.L1Ball(), v, output: v, thresholds: [1]);
        foreach (RowMap map in new[] { RowMap.LInf1Prox(1, 2), RowMap.SoftSort(1), RowMap.SoftRank(1) })
            RefusesGradient($"saved.Input is empty; the gradient of {map.Kind} needs the input", map, v, output: v, thresholds: [1, 1]);
        Refuses("saved.Input is empty", () => Projection.Gradient(RowMap.Permutahedron(), v, Saved(), default, new ProjectionInputs<double, double> { Weights = offsets }));
        Refuses("Permutahedron needs 4, V, one per column of upstream", () => Projection.Gradient(RowMap.Permutahedron(), v, Saved(), default));
        Refuses("Tangent needs the point [2, 4], as upstream", () => Projection.Gradient(RowMap.Tangent(), v, default, default));
    }

    [Test]
    public void GradientOfWhatThereIsNot()
    {
        double[] rows = new double[N], columns = new double[V];
        foreach (RowMap map in new[] { RowMap.L0Ball(1), RowMap.NOfM(1, 2), RowMap.Isotonic() })
            Refuses("gradients.Parameter is given to", () => Projection.Gradient(map, new double[N, V], Saved(), new ProjectionGradients<double, double> { Parameter = rows }));
        foreach (RowMap map in new[] { RowMap.Sparsemax(), RowMap.SoftThreshold(1), RowMap.L2Ball(), RowMap.GroupLasso(1, 2) })
            Refuses("gradients.Second is given to", () => Projection.Gradient(map, new double[N, V], Saved(), new ProjectionGradients<double, double> { Second = rows }));
        Refuses("gradients.Input is [1, 4]; it must be [2, 4], as upstream", () => Projection.Gradient(RowMap.Sparsemax(), new double[N, V], Saved(), new ProjectionGradients<double, double> { Input = new double[1, V] }));
        Refuses("gradients.Parameter has 3 elements; it needs 2", () => Projection.Gradient(RowMap.Sparsemax(), new double[N, V], Saved(), new ProjectionGradients<double, double> { Parameter = new double[3] }));
        Refuses("gradients.Second has 3 elements; it needs 2", () => Projection.Gradient(RowMap.Mcp(1), new double[N, V], Saved(), new ProjectionGradients<double, double> { Second = new double[3] }));
        Refuses("gradients.ColumnParameters is given without inputs.ColumnParameters", () => Projection.Gradient(RowMap.Mcp(1), new double[N, V], Saved(), new ProjectionGradients<double, double> { ColumnParameters = columns }));
        Refuses("gradients.ColumnParameters has 2 elements; it needs 4", () => Projection.Gradient(
            RowMap.Mcp(1), new double[N, V], Saved(), new ProjectionGradients<double, double> { ColumnParameters = rows }, new ProjectionInputs<double, double> { ColumnParameters = columns }));
        Refuses("gradients.Parameter is given with inputs.ColumnParameters", () => Projection.Gradient(
            RowMap.Mcp(1), new double[N, V], Saved(), new ProjectionGradients<double, double> { Parameter = rows }, new ProjectionInputs<double, double> { ColumnParameters = columns }));
    }

    [Test]
    public void ResultsThatOverlapInPart()
    {
        double[] memory = new double[64];
        ReadOnlySpan2D<double> At(int start, int padding = 0) => ReadOnlySpan2D<double>.DangerousCreate(in memory[start], N, V, padding);
        Span2D<double> Into(int start, int padding = 0) => Span2D<double>.DangerousCreate(ref memory[start], N, V, padding);
        Refuses("outputs.Output overlaps input", () => Projection.Apply(RowMap.SoftThreshold(1), At(0), new ProjectionOutputs<double, double> { Output = Into(1) }));
        Refuses("outputs.Output overlaps input", () => Projection.Apply(RowMap.SoftThreshold(1), At(0), new ProjectionOutputs<double, double> { Output = Into(0, 1) }));
        Refuses("outputs.Output overlaps inputs.Point", () => Projection.Apply(RowMap.Tangent(), At(32), new ProjectionOutputs<double, double> { Output = Into(4) }, new ProjectionInputs<double, double> { Point = At(4) }));
        Refuses("outputs.Compressed overlaps input", () => Projection.Apply(RowMap.NOfM(1, 2), At(0), new ProjectionOutputs<double, double> { Compressed = Span2D<double>.DangerousCreate(ref memory[0], N, V / 2, V / 2) }));
        Refuses("gradients.Input overlaps upstream", () => Projection.Gradient(RowMap.SoftThreshold(1), At(0), new ProjectionSaved<double, double> { Output = At(32) }, new ProjectionGradients<double, double> { Input = Into(2) }));
        Refuses("gradients.Input overlaps saved.Output", () => Projection.Gradient(RowMap.SoftThreshold(1), At(0), new ProjectionSaved<double, double> { Output = At(32) }, new ProjectionGradients<double, double> { Input = Into(32) }));
        Refuses("gradients.Input overlaps inputs.Point", () => Projection.Gradient(RowMap.Tangent(), At(0), default, new ProjectionGradients<double, double> { Input = Into(32) }, new ProjectionInputs<double, double> { Point = At(32) }));
        Refuses("gradients.Input overlaps saved.Input", () => Projection.Gradient(
            RowMap.SoftSort(1), At(0), new ProjectionSaved<double, double> { Output = At(32), Input = At(48) }, new ProjectionGradients<double, double> { Input = Into(48) }));
    }

    [Test]
    public void NoRowsAreFine()
    {
        Projection.Apply(RowMap.Sparsemax(), new double[0, V], default);
        Projection.Apply(RowMap.Tangent(), new double[0, V], default);
        Projection.Apply(RowMap.Permutahedron(), new double[0, V], default, new ProjectionInputs<double, double> { Weights = Ones(V) });
        Projection.Gradient(RowMap.L1Ball(), new double[0, V], default, default);
        double[] column = [3, 3, 3, 3];
        Projection.Gradient(RowMap.SoftThreshold(1), new double[0, V], default, new ProjectionGradients<double, double> { ColumnParameters = column }, new ProjectionInputs<double, double> { ColumnParameters = new double[V] });
        Assert.That(column, Is.All.Zero);
        long[] offsets = [7];
        Assert.That(Projection.ApplySparse(RowMap.Sparsemax(), new double[0, V], new SparseRows<double> { RowOffsets = offsets }), Is.Zero);
        Assert.That(offsets[0], Is.Zero);
    }

    private static ProjectionSaved<double, double> Saved() => new() { Output = new double[N, V], Thresholds = new double[N] };

    private static void RefusesGradient(string says, RowMap map, double[,] upstream, double[,]? output = null, double[,]? input = null, double[]? thresholds = null) => Refuses(says, () =>
        Projection.Gradient(map, upstream, new ProjectionSaved<double, double> { Output = output, Input = input, Thresholds = thresholds }, new ProjectionGradients<double, double> { Input = new double[N, V] }));

    private static void RefusesSparse(string says, RowMap map, int rowOffsets, int indices, int values, int status = 0) => Refuses(says, () =>
        Projection.ApplySparse(map, new double[N, V], new SparseRows<double> { RowOffsets = new long[rowOffsets], Indices = new int[indices], Values = new double[values] }, default, new RowStatus[status]));
}
