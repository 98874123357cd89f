using System;
using System.Linq;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Native;

/// <summary>The Sinkhorn kernels through the C ABI, against the CPU: the same iterations and the same answer to rounding, in either regime to the bit.</summary>
[Category("Native")]
internal sealed class NativeSinkhornTests
{
    private static readonly (int Rows, int Columns)[] Shapes =
        [(1, 1), (1, 7), (7, 1), (2, 2), (3, 2), (7, 33), (33, 7), (64, 64), (100, 100), (33, 130), (130, 65), (20, 300), (300, 20), (6, 600), (40, 1030), (2100, 3)];

    [TestCaseSource(nameof(Shapes))]
    public void FloatsAgreeWithTheCpu((int Rows, int Columns) shape)
    {
        (int n, int m) = shape;
        float[] cost = NativeProblems.Single(NativeProblems.Uniform(n * m, n + (3 * m)));
        float[] a = NativeProblems.Single(NativeProblems.Weights(n, 5)), b = NativeProblems.Single(NativeProblems.Weights(m, 6));
        float[] f = new float[n], g = new float[m];
        float[,] plan = new float[n, m];
        SinkhornResult expected = Sinkhorn.Solve(NativeProblems.Matrix(cost, n, m), new() { SourcePotential = f, TargetPotential = g, Plan = plan }, new() { Epsilon = 0.05 }, new() { SourceWeights = a, TargetWeights = b });
        foreach (gibbs_sinkhorn_regime regime in (gibbs_sinkhorn_regime[])[gibbs_sinkhorn_regime.GIBBS_SINKHORN_BLOCKS, gibbs_sinkhorn_regime.GIBBS_SINKHORN_GRID])
        {
            NativeSinkhorn<float, float> native = new() { Costs = cost, SourceWeights = a, TargetWeights = b };
            native.Arguments = native.Arguments with { rows = n, columns = m, epsilon = 0.05, regime = regime };
            native.Run();
            Agree(native.Results[0], expected, 2e-5);
            Assert.That(Largest(native.F, f), Is.LessThan(1e-4));
            Assert.That(Largest(native.G, g), Is.LessThan(1e-4));
            Assert.That(Largest(native.Plan, [.. plan.Cast<float>()]), Is.LessThan(1e-5));
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void DoublesAgreeWithTheCpu((int Rows, int Columns) shape)
    {
        (int n, int m) = shape;
        double[] cost = NativeProblems.Uniform(n * m, n + (3 * m));
        double[] f = new double[n], g = new double[m];
        double[,] plan = new double[n, m];
        SinkhornResult expected = Sinkhorn.Solve(NativeProblems.Matrix(cost, n, m), new() { SourcePotential = f, TargetPotential = g, Plan = plan }, new() { Epsilon = 0.1 });
        NativeSinkhorn<double, double> blocks = new() { Costs = cost }, grid = new() { Costs = cost };
        blocks.Arguments = blocks.Arguments with { rows = n, columns = m, epsilon = 0.1, regime = gibbs_sinkhorn_regime.GIBBS_SINKHORN_BLOCKS };
        grid.Arguments = blocks.Arguments with { regime = gibbs_sinkhorn_regime.GIBBS_SINKHORN_GRID };
        blocks.Run();
        grid.Run(workspace: true);
        Agree(blocks.Results[0], expected, 1e-9);
        Assert.That(Largest(blocks.F, f), Is.LessThan(1e-8));
        Assert.That(Largest(blocks.G, g), Is.LessThan(1e-8));
        Assert.That(Largest(blocks.Plan, [.. plan.Cast<double>()]), Is.LessThan(1e-10));
        Assert.That(grid.Results, Is.EqualTo(blocks.Results));
        Assert.That(grid.F, Is.EqualTo(blocks.F));
        Assert.That(grid.G, Is.EqualTo(blocks.G));
        Assert.That(grid.Plan, Is.EqualTo(blocks.Plan));
    }

    internal static void Agree(SinkhornResult actual, SinkhornResult expected, double tolerance)
    {
        Assert.Multiple(() =>
        {
            Assert.That(actual.Status, Is.EqualTo(expected.Status));
            Assert.That(actual.Iterations, Is.EqualTo(expected.Iterations).Within(2));
            Assert.That(actual.Value, Is.EqualTo(expected.Value).Within(tolerance));
            Assert.That(actual.LinearCost, Is.EqualTo(expected.LinearCost).Within(tolerance));
            Assert.That(actual.Kl, Is.EqualTo(expected.Kl).Within(10 * tolerance));
            Assert.That(actual.Dual, Is.EqualTo(expected.Dual).Within(tolerance));
            Assert.That(actual.SourceDivergence, Is.EqualTo(expected.SourceDivergence).Within(tolerance));
            Assert.That(actual.TargetDivergence, Is.EqualTo(expected.TargetDivergence).Within(tolerance));
        });
    }

    internal static double Largest<TReal>(TReal[] actual, TReal[] expected) =>
        actual.Zip(expected, (x, y) => Math.Abs(Convert.ToDouble(x) - Convert.ToDouble(y))).Max();
}
