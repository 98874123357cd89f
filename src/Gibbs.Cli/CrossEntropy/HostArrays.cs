using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.CrossEntropy;

/// <summary>The inputs of a call, as arrays; what is null is absent.</summary>
internal sealed class HostInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required T[] Logits { get; init; }

    /// <summary>At most one of the two is there.</summary>
    public int[]? Targets32 { get; init; }

    public long[]? Targets64 { get; init; }

    public T[]? SoftTargets { get; init; }

    public TReal[]? ClassWeights { get; init; }

    public TReal[]? RowWeights { get; init; }

    public TReal[]? RowTemperatures { get; init; }

    /// <summary>Runs the operation on the CPU over the first rows.</summary>
    public CrossEntropyResult Compute<TKernels>(int rows, HostOutputs<T, TReal> outputs, in CrossEntropyOptions options)
        where TKernels : IKernels<T, TReal>
    {
        CrossEntropyInputs<T, TReal> inputs = new()
        {
            SoftTargets = SoftTargets is null ? default : new ReadOnlySpan2D<T>(SoftTargets, 0, rows, Columns, 0),
            ClassWeights = ClassWeights,
            RowWeights = First(RowWeights, rows),
            RowTemperatures = First(RowTemperatures, rows),
        };
        CrossEntropyOutputs<T, TReal> spans = new()
        {
            Losses = outputs.Losses,
            Gradient = outputs.Gradient.Length == 0 ? default : new Span2D<T>(outputs.Gradient, rows, Columns),
            LogSumExp = outputs.LogSumExp,
            Entropy = outputs.Entropy,
            LogProbability = outputs.LogProbability,
            Argmax = outputs.Argmax,
            Rank = outputs.Rank,
            Status = outputs.Status,
        };
        TargetSpan targets = Targets64 is not null ? new(Targets64.AsSpan(0, rows)) : new(First(Targets32, rows));
        return TKernels.Compute(new ReadOnlySpan2D<T>(Logits, 0, rows, Columns, 0), targets, spans, options, inputs);
    }

    private static ReadOnlySpan<TElement> First<TElement>(TElement[]? array, int rows) => array is null ? default : array.AsSpan(0, rows);
}

/// <summary>The outputs of a call over a number of rows, as arrays; what is not wanted is empty.</summary>
internal sealed class HostOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public HostOutputs(ArrayOutputs wanted, int rows, int columns)
    {
        int Length(ArrayOutputs output) => (wanted & output) != 0 ? rows : 0;
        Losses = new TReal[Length(ArrayOutputs.Losses)];
        Gradient = new T[(long)Length(ArrayOutputs.Gradient) * columns];
        // Written now: a page that is first touched by the operation would be charged to it.
        Gradient.AsSpan().Clear();
        LogSumExp = new TReal[Length(ArrayOutputs.LogSumExp)];
        Entropy = new TReal[Length(ArrayOutputs.Entropy)];
        LogProbability = new TReal[Length(ArrayOutputs.LogProbability)];
        Argmax = new long[Length(ArrayOutputs.Argmax)];
        Rank = new long[Length(ArrayOutputs.Rank)];
        Status = new RowStatus[Length(ArrayOutputs.Status)];
    }

    public TReal[] Losses { get; }

    public T[] Gradient { get; }

    public TReal[] LogSumExp { get; }

    public TReal[] Entropy { get; }

    public TReal[] LogProbability { get; }

    public long[] Argmax { get; }

    public long[] Rank { get; }

    public RowStatus[] Status { get; }
}
