using System;
using System.Linq;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Problems with random costs and weights, packed; float arrays hold what double arrays do, rounded.</summary>
internal sealed class BatchProblems<TReal>
    where TReal : unmanaged
{
    private readonly (int Rows, int Columns)[] _sizes;

    public BatchProblems(int count, Func<int, (int Rows, int Columns)> size, int seed, bool weights = true)
    {
        Random random = new(seed);
        _sizes = [.. Enumerable.Range(0, count).Select(size)];
        SourceOffsets = Offsets(s => s.Rows);
        TargetOffsets = Offsets(s => s.Columns);
        CostOffsets = Offsets(s => (long)s.Rows * s.Columns);
        Costs = new TReal[CostOffsets[count]];
        for (int k = 0; k < Costs.Length; k++)
            Costs[k] = Real(random.NextDouble());
        A = weights ? Weights(SourceOffsets, random) : [];
        B = weights ? Weights(TargetOffsets, random) : [];
    }

    public int Count => _sizes.Length;

    public TReal[] Costs { get; set; }

    public TReal[] A { get; }

    public TReal[] B { get; }

    public long[] SourceOffsets { get; }

    public long[] TargetOffsets { get; }

    public long[] CostOffsets { get; }

    public int Rows(int p) => _sizes[p].Rows;

    public int Columns(int p) => _sizes[p].Columns;

    public SinkhornBatch Batch() => new() { SourceOffsets = SourceOffsets, TargetOffsets = TargetOffsets, CostOffsets = CostOffsets };

    public (Range Source, Range Target, Range Costs) Ranges(int p) => (Between(SourceOffsets, p), Between(TargetOffsets, p), Between(CostOffsets, p));

    /// <summary>The costs of problems of one size, as a matrix.</summary>
    public TReal[,] Uniform()
    {
        TReal[,] matrix = new TReal[SourceOffsets[^1], _sizes[0].Columns];
        Costs.CopyTo(matrix.AsSpan());
        return matrix;
    }

    public static TReal Real(double value) => typeof(TReal) == typeof(float) ? (TReal)(object)(float)value : (TReal)(object)value;

    private static Range Between(long[] offsets, int p) => (int)offsets[p]..(int)offsets[p + 1];

    private long[] Offsets(Func<(int Rows, int Columns), long> size)
    {
        long[] offsets = new long[_sizes.Length + 1];
        for (int p = 0; p < _sizes.Length; p++)
            offsets[p + 1] = offsets[p] + size(_sizes[p]);
        return offsets;
    }

    // Of mass 1 per problem.
    private static TReal[] Weights(long[] offsets, Random random)
    {
        TReal[] weights = new TReal[offsets[^1]];
        for (int p = 0; p + 1 < offsets.Length; p++)
        {
            double[] raw = [.. Enumerable.Range(0, (int)(offsets[p + 1] - offsets[p])).Select(_ => 0.2 + random.NextDouble())];
            double sum = raw.Sum();
            for (int i = 0; i < raw.Length; i++)
                weights[offsets[p] + i] = Real(raw[i] / sum);
        }

        return weights;
    }
}

/// <summary>Memory for what a batch gives.</summary>
internal sealed class BatchAnswers<TReal>
    where TReal : unmanaged
{
    public BatchAnswers(BatchProblems<TReal> problems)
    {
        Results = new SinkhornResult[problems.Count];
        F = new TReal[problems.SourceOffsets[^1]];
        G = new TReal[problems.TargetOffsets[^1]];
        P = new TReal[problems.CostOffsets[^1]];
    }

    public SinkhornResult[] Results { get; }

    public TReal[] F { get; }

    public TReal[] G { get; }

    public TReal[] P { get; }

    public SinkhornBatchOutputs<TReal> Outputs() => new() { Results = Results, SourcePotentials = F, TargetPotentials = G, PackedPlans = P };

    /// <summary>To the bit.</summary>
    public void AssertEqual(BatchAnswers<TReal> other)
    {
        Assert.That(Results, Is.EqualTo(other.Results));
        Assert.That(F, Is.EqualTo(other.F));
        Assert.That(G, Is.EqualTo(other.G));
        Assert.That(P, Is.EqualTo(other.P));
    }
}
