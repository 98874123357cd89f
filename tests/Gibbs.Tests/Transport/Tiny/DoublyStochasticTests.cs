using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>Matrices against the schemes written out, gradients against differences, for every shape, type and input.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class DoublyStochasticTests(string device)
{
    private static readonly (int Rows, int Columns)[] s_shapes = [(1, 1), (1, 5), (2, 2), (3, 2), (4, 4), (7, 3), (5, 8), (8, 8), (9, 9), (13, 33), (64, 2), (33, 64), (64, 64)];
    private static readonly DoublyStochasticOptions[] s_options =
    [
        default,
        new() { Iterations = 1, Temperature = 0.5 },
        new() { Iterations = 3, Input = DoublyStochasticInput.Positive },
        new() { Scheme = DoublyStochasticScheme.DeepSeek },
        new() { Scheme = DoublyStochasticScheme.DeepSeek, Iterations = 2, Input = DoublyStochasticInput.Positive, Epsilon = 1e-3 },
        new() { Iterations = 7, NoiseScale = 0.7, Temperature = 0.4, Seed = 5, Step = 9, MatrixOffset = 1L << 33 },
    ];

    [Test]
    public void Matrices([ValueSource(nameof(s_shapes))] (int Rows, int Columns) shape, [Values(0, 1, 2, 3)] int type)
    {
        int count = Count(shape, 21);
        foreach (DoublyStochasticOptions options in OptionsFor(shape))
            TinyComparison.Matrices(device, TinyCase.Draw((ElementType)type, shape.Rows, shape.Columns, options, count, spread: 2));
    }

    [Test]
    public void MatricesWithTargets([ValueSource(nameof(s_shapes))] (int Rows, int Columns) shape, [Values(0, 1, 2)] int type, [Values] bool own)
    {
        int count = Count(shape, 19);
        TinyCase c = TinyCase.Draw((ElementType)type, shape.Rows, shape.Columns, new() { Iterations = 6, Input = own ? DoublyStochasticInput.Positive : default }, count);
        TinyComparison.Matrices(device, c.WithTargets(own, idle: true));
        TinyComparison.Matrices(device, c.WithTargets(own) with { RowTargets = [] });
        TinyComparison.Matrices(device, c.WithTargets(own) with { ColumnTargets = [] });
    }

    [Test]
    public void Gradients([ValueSource(nameof(s_shapes))] (int Rows, int Columns) shape)
    {
        int count = shape.Rows * shape.Columns > 1000 ? 1 : 3;
        foreach (DoublyStochasticOptions options in OptionsFor(shape))
        {
            // Double's noise is that of float.
            double relative = options.NoiseScale > 0 ? 3e-6 : 1e-8;
            TinyComparison.Gradient(device, TinyCase.Draw(ElementType.Float64, shape.Rows, shape.Columns, options, count), relative, entries: count == 1 ? 2 : 4);
        }
    }

    [Test]
    public void GradientsWithTargets([ValueSource(nameof(s_shapes))] (int Rows, int Columns) shape, [Values] bool own)
    {
        TinyCase c = TinyCase.Draw(ElementType.Float64, shape.Rows, shape.Columns, new() { Iterations = 6, Input = own ? DoublyStochasticInput.Positive : default }, count: 2);
        TinyComparison.Gradient(device, c.WithTargets(own, idle: shape.Rows * shape.Columns < 1000), 1e-8);
    }

    [Test]
    public void GradientsOfLowPrecision([Values(0, 2, 3)] int type)
    {
        foreach (DoublyStochasticOptions options in s_options)
            TinyComparison.Gradient(device, TinyCase.Draw((ElementType)type, 4, 4, options with { Temperature = 1, NoiseScale = 0 }, count: 9), 1e-5, entries: 16);
    }

    [Test]
    public void InPlaceIsTheSame([Values(0, 3)] int type)
    {
        TinyCase c = TinyCase.Draw((ElementType)type, 4, 4, default, count: 37);
        Assert.That(TinyRunner.Forward(device, c with { InPlace = true }).Result, Is.EqualTo(TinyRunner.Forward(device, c).Result));
        Assert.That(TinyRunner.Backward(device, c with { InPlace = true }).Result, Is.EqualTo(TinyRunner.Backward(device, c).Result));
    }

    [Test]
    public void AloneAsInABatch([Values(0, 1)] int type, [Values(4, 7, 33)] int side)
    {
        TinyCase c = TinyCase.Draw((ElementType)type, side, side, default, count: 35) with { RowTargets = [] };
        TinyRun all = TinyRunner.Forward(device, c), gradients = TinyRunner.Backward(device, c);
        foreach (int matrix in new[] { 0, 20, 34 })
        {
            TinyCase one = c with { Values = [c.Values[matrix]], Upstream = [c.Upstream![matrix]] };
            Assert.That(TinyRunner.Forward(device, one, gap: 1).Result[0], Is.EqualTo(all.Result[matrix]));
            Assert.That(TinyRunner.Backward(device, one, gap: 0).Result[0], Is.EqualTo(gradients.Result[matrix]));
        }
    }

    // Enough for a full vector and more; few where the reference takes long.
    private static int Count((int Rows, int Columns) shape, int most) => shape.Rows * shape.Columns > 1000 ? 1 : shape.Rows * shape.Columns > 100 ? 4 : most;

    // The DeepSeek scheme is for square matrices.
    private static IEnumerable<DoublyStochasticOptions> OptionsFor((int Rows, int Columns) shape) =>
        s_options.Where(o => shape.Rows == shape.Columns || o.Scheme == DoublyStochasticScheme.Alternating);
}
