using System;
using System.Diagnostics;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Project;

/// <summary>A map with its inputs, wherever it runs.</summary>
internal interface IProjection<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Maps the first rows, as many as the results have; milliseconds of the operation alone.</summary>
    double Apply(ProjectionResults<T, TReal> results);

    /// <summary>The gradients that the results have room for, from the output that they hold; milliseconds of the operation alone.</summary>
    double Gradient(ProjectionResults<T, TReal> results);

    /// <summary>The sparse form of all rows, into the results.</summary>
    void ApplySparse(ProjectionResults<T, TReal> results);
}

/// <summary>The inputs of a map, as arrays; what is null is absent.</summary>
internal sealed record ProjectionArrays<T, TReal>(RowMap Map, int Rows, int Columns, T[] Input)
    where T : unmanaged
    where TReal : unmanaged
{
    public T[]? Upstream { get; init; }

    public TReal[]? RowParameters { get; init; }

    public TReal[]? ColumnParameters { get; init; }

    public TReal[]? Weights { get; init; }

    public TReal[]? Lower { get; init; }

    public TReal[]? Upper { get; init; }

    public int[]? GroupOffsets { get; init; }

    public TReal[]? GroupWeights { get; init; }

    public TReal[]? GroupScales { get; init; }

    public T[]? Point { get; init; }
}

/// <summary>The map on the CPU.</summary>
internal sealed class HostProjection<T, TReal, TKernels>(ProjectionArrays<T, TReal> arrays) : IProjection<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    public double Apply(ProjectionResults<T, TReal> results)
    {
        ProjectionOutputs<T, TReal> outputs = new()
        {
            Output = Rows(results.Output, results.Rows, arrays.Columns),
            Thresholds = results.Thresholds,
            SupportSize = results.SupportSize,
            Values = results.Values,
            Mask = Rows(results.Mask, results.Rows, arrays.Columns),
            Compressed = Rows(results.Compressed, results.Rows, results.KeptColumns),
            Metadata = Rows(results.Metadata, results.Rows, results.KeptColumns),
            Status = results.Status,
        };
        long begin = Stopwatch.GetTimestamp();
        TKernels.Apply(arrays.Map, Rows(arrays.Input, results.Rows, arrays.Columns), outputs, Inputs(results.Rows));
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    public double Gradient(ProjectionResults<T, TReal> results)
    {
        ProjectionSaved<T, TReal> saved = new()
        {
            Output = Rows(results.Output, results.Rows, arrays.Columns),
            Input = Rows(arrays.Input, results.Rows, arrays.Columns),
            Thresholds = results.Thresholds,
        };
        ProjectionGradients<T, TReal> gradients = new()
        {
            Input = Rows(results.Gradient, results.Rows, arrays.Columns),
            Parameter = results.ParameterGradient,
            Second = results.SecondGradient,
            ColumnParameters = results.ColumnParameterGradient,
        };
        long begin = Stopwatch.GetTimestamp();
        TKernels.Gradient(arrays.Map, Rows(arrays.Upstream!, results.Rows, arrays.Columns), saved, gradients, Inputs(results.Rows));
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    public void ApplySparse(ProjectionResults<T, TReal> results)
    {
        ReadOnlySpan2D<T> input = Rows(arrays.Input, results.Rows, arrays.Columns);
        ProjectionInputs<T, TReal> inputs = Inputs(results.Rows);
        // Without room it counts.
        long entries = TKernels.ApplySparse(arrays.Map, input, new() { RowOffsets = results.CsrOffsets }, inputs);
        results.CsrIndices = new int[entries];
        results.CsrValues = new T[entries];
        TKernels.ApplySparse(arrays.Map, input, new() { RowOffsets = results.CsrOffsets, Indices = results.CsrIndices, Values = results.CsrValues }, inputs);
    }

    private ProjectionInputs<T, TReal> Inputs(int rows) => new()
    {
        RowParameters = arrays.RowParameters is null ? default : arrays.RowParameters.AsSpan(0, rows),
        ColumnParameters = arrays.ColumnParameters,
        Weights = arrays.Weights,
        Lower = arrays.Lower,
        Upper = arrays.Upper,
        GroupOffsets = arrays.GroupOffsets,
        GroupWeights = arrays.GroupWeights,
        GroupScales = arrays.GroupScales,
        Point = arrays.Point is null ? default : Rows(arrays.Point, rows, arrays.Columns),
    };

    // Contiguous rows at the front of an array; empty for an empty one.
    private static Span2D<TElement> Rows<TElement>(TElement[] array, int rows, int columns) => array.Length == 0 ? default : new(array, 0, rows, columns, 0);
}
