using System;
using System.Diagnostics;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Losses;

/// <summary>The inputs of a call, as arrays; what is null is absent.</summary>
internal sealed record FenchelYoungArrays<T, TReal>(int Rows, int Columns, T[] Logits)
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>One of the two is there.</summary>
    public int[]? Targets32 { get; init; }

    public long[]? Targets64 { get; init; }

    public TReal[]? ClassWeights { get; init; }

    public TReal[]? RowWeights { get; init; }

    public TReal[]? Alphas { get; init; }

    /// <summary>Runs on the CPU over the first rows, as many as the results have; milliseconds of the operation alone.</summary>
    public (CrossEntropyResult Result, double Milliseconds) Compute<TKernels>(FenchelYoungResults<T, TReal> results, in FenchelYoungOptions options)
        where TKernels : IKernels<T, TReal>
    {
        int rows = results.Rows;
        FenchelYoungInputs<TReal> inputs = new()
        {
            ClassWeights = ClassWeights,
            RowWeights = RowWeights is null ? default : RowWeights.AsSpan(0, rows),
            Alphas = Alphas is null ? default : Alphas.AsSpan(0, rows),
        };
        FenchelYoungOutputs<T, TReal> outputs = new()
        {
            Losses = results.Losses,
            Gradient = Matrix(results.Gradient, rows),
            Probabilities = Matrix(results.Probabilities, rows),
            SupportSize = results.SupportSize,
            Status = results.Status,
        };
        TargetSpan targets = Targets64 is not null ? new(Targets64.AsSpan(0, rows)) : new(Targets32.AsSpan(0, rows));
        long begin = Stopwatch.GetTimestamp();
        CrossEntropyResult result = TKernels.Compute(Matrix(Logits, rows), targets, outputs, options, inputs);
        return (result, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    private Span2D<T> Matrix(T[] array, int rows) => array.Length == 0 ? default : new(array, 0, rows, Columns, 0);
}

/// <summary>The outputs of a call over a number of rows, as arrays; what is not wanted is empty. Statuses are always there: the report counts them.</summary>
internal sealed class FenchelYoungResults<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public FenchelYoungResults(LossOutputs wanted, int rows, int columns)
    {
        Rows = rows;
        Losses = new TReal[Length(LossOutputs.Losses)];
        Gradient = new T[Length(LossOutputs.Gradient) * columns];
        Probabilities = new T[Length(LossOutputs.Probabilities) * columns];
        // Written now: a page that is first touched by the operation would be charged to it.
        Array.Clear(Gradient);
        Array.Clear(Probabilities);
        SupportSize = new long[Length(LossOutputs.SupportSize)];
        Status = new RowStatus[rows];

        long Length(LossOutputs output) => (wanted & output) != 0 ? rows : 0;
    }

    public int Rows { get; }

    public TReal[] Losses { get; }

    public T[] Gradient { get; }

    public T[] Probabilities { get; }

    public long[] SupportSize { get; }

    public RowStatus[] Status { get; }
}
