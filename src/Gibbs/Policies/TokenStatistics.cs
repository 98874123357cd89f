using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Policies;

namespace Gibbs;

/// <summary>
/// Masked means, quantiles and the k smallest or largest of numbers over tokens [B, T], per sequence or over the batch: what schedules, entropy quantile masks and selective penalties start from. Selection takes a few
/// passes and no sort. This file holds the span overloads, which run on the CPU.
/// </summary>
/// <remarks>The quantile r of v₀ ≤ … ≤ v₍ₙ₋₁₎ is v_i + (h − i)·(v₍ᵢ₊₁₎ − v_i), h = (n−1)·r, i = ⌊h⌋: linear interpolation, numpy's default.</remarks>
public static partial class TokenStatistics
{
    /// <summary>Statistics of float32 numbers in host memory.</summary>
    /// <param name="values">[B, T]; rows may be strided.</param>
    /// <param name="mask">[B, T], 0 where there is no token; empty: all are tokens.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Compute(ReadOnlySpan2D<float> values, ReadOnlySpan2D<byte> mask, in TokenStatisticsOutputs<float> outputs, in TokenStatisticsOptions options = default) =>
        CpuTokenStatistics.Compute(values, mask, outputs, options);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{byte}, in TokenStatisticsOutputs{float}, in TokenStatisticsOptions)"/>
    public static void Compute(ReadOnlySpan2D<double> values, ReadOnlySpan2D<byte> mask, in TokenStatisticsOutputs<double> outputs, in TokenStatisticsOptions options = default) =>
        CpuTokenStatistics.Compute(values, mask, outputs, options);

    /// <summary>Throws where a scalar option is outside its documented range.</summary>
    internal static void CheckOptions(in TokenStatisticsOptions options)
    {
        Check(options.Scope is TokenScope.Batch or TokenScope.Sequence, nameof(options.Scope), (int)options.Scope, "Batch (0) or Sequence (1)");
        Check(options.Quantile is >= 0 and <= 1, nameof(options.Quantile), options.Quantile, "in [0, 1]");
        Check(options.SelectedShare is >= 0 and <= 1, nameof(options.SelectedShare), options.SelectedShare, "in [0, 1]");
        Check(options.SelectedCount is null or >= 0, nameof(options.SelectedCount), options.SelectedCount ?? 0, "at least 0");
        if (options.SelectedCount is long count && options.SelectedShare != 0)
            ArgumentChecks.Fail("options", $"SelectedCount is {count} and SelectedShare {options.SelectedShare}; give one of them.");
    }

    /// <summary>Throws where shapes do not fit each other.</summary>
    internal static void CheckShapes((long Rows, long Columns) values, (long Rows, long Columns) mask, (long Rows, long Columns) selected, long counts, long means, long quantiles, TokenScope scope)
    {
        if (values.Rows > 0 && values.Columns <= 0)
            ArgumentChecks.Fail("values", $"values is [{values.Rows}, {values.Columns}]; it needs at least one column.");
        ArgumentChecks.Matrix("mask", mask.Rows, mask.Columns, values.Rows, values.Columns, "as values");
        ArgumentChecks.Matrix("outputs.Selected", selected.Rows, selected.Columns, values.Rows, values.Columns, "as values");
        long scopes = scope == TokenScope.Batch ? 1 : values.Rows;
        string meaning = scope == TokenScope.Batch ? "one for the batch" : "one per row of values";
        ArgumentChecks.Length("outputs.Counts", counts, scopes, meaning);
        ArgumentChecks.Length("outputs.Means", means, scopes, meaning);
        ArgumentChecks.Length("outputs.Quantiles", quantiles, scopes, meaning);
    }

    private static void Check(bool valid, string name, double given, string right) => ArgumentChecks.Range(valid, "options", name, given, right);
}
