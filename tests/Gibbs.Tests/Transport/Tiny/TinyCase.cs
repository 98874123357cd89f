using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Samples;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>A batch of small matrices, with targets, and a gradient by P.</summary>
internal sealed record TinyCase(ElementType Type, int Rows, int Columns, DoublyStochasticOptions Options, double[][] Values)
{
    public double[] RowTargets { get; init; } = [];

    public double[] ColumnTargets { get; init; } = [];

    /// <summary>Absent: the normalisation alone.</summary>
    public double[][]? Upstream { get; init; }

    public bool InPlace { get; init; }

    /// <summary>Of the native kernels: 1 in registers, 3 in shared memory, 0 by shape.</summary>
    public int Regime { get; init; }

    /// <summary>Values that the type holds: logits about 0, or positive numbers.</summary>
    public static TinyCase Draw(ElementType type, int rows, int columns, DoublyStochasticOptions options, int count = 5, int seed = 1, double spread = 1)
    {
        Random random = new(seed + (100 * rows) + columns);
        double Entry()
        {
            double normal = spread * SampleCase.Normal(random);
            return type.Round(options.Input == DoublyStochasticInput.Positive ? Math.Exp(normal) : normal);
        }
        double[][] values = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, rows * columns).Select(_ => Entry()).ToArray())];
        double[][] upstream = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, rows * columns).Select(_ => type.Round(SampleCase.Normal(random))).ToArray())];
        return new(type, rows, columns, options with { Rows = rows == columns ? 0 : rows }, values) { Upstream = upstream };
    }

    /// <summary>The case with targets of these sides, the same for all matrices or drawn for each; equal masses.</summary>
    public TinyCase WithTargets(bool own, bool idle = false)
    {
        Random random = new(Rows + Columns);
        int count = own ? Values.Length : 1;
        double[] Draw(int side)
        {
            double[] all = [];
            for (int matrix = 0; matrix < count; matrix++)
            {
                double[] one = [.. Enumerable.Range(0, side).Select(i => idle && i == side / 2 && side > 1 ? 0 : 0.25 + random.NextDouble())];
                double sum = one.Sum();
                all = [.. all, .. one.Select(t => (double)(float)(3 * t / sum))];
            }

            return all;
        }
        return this with { RowTargets = Draw(Rows), ColumnTargets = Draw(Columns) };
    }

    /// <summary>a of a matrix: as given, or what stands for it.</summary>
    public double[] A(int matrix) => Targets(RowTargets, Rows, ColumnTargets, Columns, matrix, 1);

    /// <summary>b of a matrix.</summary>
    public double[] B(int matrix) => Targets(ColumnTargets, Columns, RowTargets, Rows, matrix, (double)Rows / Columns);

    private static double[] Targets(double[] own, int side, double[] other, int otherSide, int matrix, double absent)
    {
        double[] Of(double[] given, int length) => given.Length == length ? given : given[(matrix * length)..((matrix + 1) * length)];
        if (own.Length > 0)
            return Of(own, side);
        return [.. Enumerable.Repeat(other.Length == 0 ? absent : Of(other, otherSide).Sum() / side, side)];
    }
}

/// <summary>What a call gives: the matrices or the gradient, errors, statuses.</summary>
internal sealed record TinyRun(double[][] Result, double[] Errors, TransportStatus[] Status);
