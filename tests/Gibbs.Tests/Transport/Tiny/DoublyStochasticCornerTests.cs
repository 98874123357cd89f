using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>Forbidden entries, huge logits, supports that nothing balances, entries that are not numbers.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class DoublyStochasticCornerTests(string device)
{
    private const double Inf = double.PositiveInfinity;

    /// <summary>The unique plan is the identity's, and iterations approach it as 1/k alone.</summary>
    [Test]
    public void TriangularSupport([Values(1, 2, 20, 1000)] int iterations, [Values(0, 1)] int type)
    {
        TinyCase c = Of((ElementType)type, 2, 2, new() { Iterations = iterations }, [0, 0, -Inf, 0]);
        TinyRun run = TinyRunner.Forward(device, c);

        // Rows first: [1/2, 1/2; 0, 1] before the first columns, 1/3 after them.
        double expected = 1.0 / ((2 * iterations) + 1), tolerance = (type == 0 ? 2e-6 : 1e-12) * expected;
        Assert.That(run.Result[0][1], Is.EqualTo(expected).Within(tolerance));
        Assert.That(run.Result[0][2], Is.Zero);
        Assert.That(run.Result[0][0], Is.EqualTo(1).Within(1e-6), "columns come last");
        TinyComparison.Gradient(device, Of(ElementType.Float64, 2, 2, new() { Iterations = Math.Min(iterations, 20) }, [0, 0.3, -Inf, 0]), 1e-7);
    }

    [Test]
    public void PermutationLikeLogits([Values(50, 1000)] double size, [Values(0, 1)] int type, [Values] DoublyStochasticScheme scheme)
    {
        int[] permutation = [2, 0, 3, 1];
        double[] logits = [.. Enumerable.Range(0, 16).Select(e => permutation[e / 4] == e % 4 ? size : -size)];
        TinyRun run = TinyRunner.Forward(device, Of((ElementType)type, 4, 4, new() { Scheme = scheme }, logits));
        for (int e = 0; e < 16; e++)
            Assert.That(run.Result[0][e], Is.EqualTo(permutation[e / 4] == e % 4 ? 1 : 0).Within(scheme == DoublyStochasticScheme.DeepSeek ? 1e-5 : 1e-6));
    }

    /// <summary>Columns whose every logit is far below its row's greatest: the entries that decide underflow next to those that do not.</summary>
    [Test]
    public void ColumnsFarBelow([Values(0, 1)] int type, [Values(100, 3000)] double depth)
    {
        TinyComparison.Matrices(device, Of((ElementType)type, 2, 2, default, [depth, 0, depth, 0], [depth, 1, depth - 2, 0]));
        TinyCase positive = Of((ElementType)type, 2, 2, new() { Input = DoublyStochasticInput.Positive }, [1e30, 1e-30, 2e30, 1e-30]);
        TinyComparison.Matrices(device, positive);
    }

    /// <summary>Two rows must leave the column they prefer by e^200: scalings leave any range of fp32 on the way, and the log domain takes over.</summary>
    [Test]
    public void ScalingsOutOfRange([Values(0, 1)] int type)
    {
        double far = type == 0 ? 200 : 600;
        double[] logits = [0, -far, -far - 3, 0, -far - 2, -far, 0, 0, 0];
        DoublyStochasticOptions options = new() { Iterations = 1000 };
        TinyCase c = Of((ElementType)type, 3, 3, options, logits);
        TinyComparison.Matrices(device, c);
        TinyRun run = TinyRunner.Forward(device, c);
        Assert.That(run.Errors[0], Is.LessThan(type == 0 ? 2e-2 : 0.1), "balanced where fp32 exponentials alone would see an impossible support");
        TinyRun gradient = TinyRunner.Backward(device, c with { Options = options with { Iterations = 600 } });
        Assert.That(gradient.Result[0], Is.All.Matches<double>(double.IsFinite));
        TinyComparison.Gradient(device, Of(ElementType.Float64, 3, 3, new() { Iterations = 600 }, logits), 1e-6, entries: 9);
    }

    /// <summary>Targets that the support cannot meet: the iterations go round for ever, and say how far off they are.</summary>
    [Test]
    public void TargetsThatTheSupportCannotMeet([Values(0, 1)] int type, [Values(10, 1000)] int iterations)
    {
        TinyCase c = Of((ElementType)type, 2, 2, new() { Iterations = iterations }, [0, 0, 0, -Inf]) with { RowTargets = [0.5, 0.5], ColumnTargets = [0.3125, 0.6875] };
        TinyComparison.Matrices(device, c, potentials: iterations);
        TinyRun run = TinyRunner.Forward(device, c);
        Assert.That(run.Errors[0], Is.GreaterThan(0.3));
        Assert.That(TinyRunner.Backward(device, c).Result[0], Is.All.Matches<double>(double.IsFinite));
    }

    /// <summary>Weights of any size: those below what fp32 scalings are trusted with too.</summary>
    [Test]
    public void TargetsOfAnySize([Values(0, 1)] int type)
    {
        TinyCase c = TinyCase.Draw((ElementType)type, 3, 4, new() { Iterations = 10 }) with { RowTargets = [1, (float)1e-30, 0.5], ColumnTargets = [(float)1e-20, 1, 0.25, 0.25] };
        TinyComparison.Matrices(device, c);
    }

    [Test]
    public void WhatHasNoAnswer([Values] DoublyStochasticScheme scheme, [Values] DoublyStochasticInput input)
    {
        bool positive = input == DoublyStochasticInput.Positive;
        double none = positive ? 0 : -Inf;
        TinyCase c = Of(
            ElementType.Float32, 2, 2, new() { Scheme = scheme, Input = input }, [1, 2, 3, 4], [1, double.NaN, 3, 4], [1, 2, Inf, 4], [none, none, 1, 2], [1, none, 2, none], [1, -1, 1, 1], [none, 1, 1, none]);
        TinyRun run = TinyRunner.Forward(device, c), gradient = TinyRunner.Backward(device, c);
        TransportStatus column = scheme == DoublyStochasticScheme.DeepSeek ? TransportStatus.Converged : TransportStatus.Infeasible;
        TransportStatus[] expected =
        [
            TransportStatus.Converged, TransportStatus.NonFinite, TransportStatus.NonFinite, TransportStatus.Infeasible, column, positive ? TransportStatus.InvalidInput : TransportStatus.Converged,
            TransportStatus.Converged,
        ];
        Assert.That(run.Status, Is.EqualTo(expected));
        Assert.That(gradient.Status, Is.EqualTo(expected));
        for (int matrix = 0; matrix < expected.Length; matrix++)
        {
            bool answered = expected[matrix] == TransportStatus.Converged;
            Assert.That(run.Result[matrix], Is.All.Matches<double>(p => double.IsFinite(p) == answered), $"matrix {matrix}");
            Assert.That(gradient.Result[matrix], Is.All.Matches<double>(p => double.IsFinite(p) == answered), $"gradient of matrix {matrix}");
            Assert.That(double.IsFinite(run.Errors[matrix]), Is.EqualTo(answered));
        }
    }

    [Test]
    public void TargetsThatAreNone()
    {
        TinyCase c = Of(ElementType.Float32, 2, 2, default, [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4])
            with { RowTargets = [1, 1, 1, -1, 0, 0, Inf, 1, 1, 1], ColumnTargets = [1, 1, 0, 0, 0, 0, 1, 1, 1, 1.001] };
        TransportStatus bad = TransportStatus.InvalidInput;
        TinyRun run = TinyRunner.Forward(device, c);
        Assert.That(run.Status, Is.EqualTo(new[] { TransportStatus.Converged, bad, bad, bad, bad }));
        Assert.That(run.Result.Skip(1).SelectMany(p => p), Is.All.NaN);
        Assert.That(run.Result[0], Is.All.GreaterThan(0));
    }

    /// <summary>A line of target 0 changes nothing in the others, to the bit.</summary>
    [Test]
    public void LinesWithoutMass([Values(0, 1)] int type)
    {
        TinyCase c = TinyCase.Draw((ElementType)type, 3, 3, default) with { RowTargets = [1, 1, 1], ColumnTargets = [1, 1, 1] };
        double[][] wider = [.. c.Values.Select(v => new[] { v[0], 9, v[1], v[2], 1000, 7, -1000, 5, v[3], -7, v[4], v[5], v[6], 100, v[7], v[8] })];
        TinyRun with = TinyRunner.Forward(device, new TinyCase(c.Type, 4, 4, default, wider) { RowTargets = [1, 0, 1, 1], ColumnTargets = [1, 0, 1, 1] }), without = TinyRunner.Forward(device, c);
        int[] kept = [0, 2, 3, 8, 10, 11, 12, 14, 15];
        for (int matrix = 0; matrix < wider.Length; matrix++)
        {
            Assert.That(kept.Select(e => with.Result[matrix][e]), Is.EqualTo(without.Result[matrix]));
            Assert.That(Enumerable.Range(0, 16).Except(kept).Select(e => with.Result[matrix][e]), Is.All.Zero);
        }
    }

    private static TinyCase Of(ElementType type, int rows, int columns, DoublyStochasticOptions options, params double[][] values) =>
        new(type, rows, columns, options with { Rows = rows }, values) { Upstream = [.. values.Select((v, matrix) => v.Select((_, e) => 1.0 / (1 + e + matrix)).ToArray())] };
}
