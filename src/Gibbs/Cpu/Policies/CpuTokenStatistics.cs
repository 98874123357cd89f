using System;
using System.Runtime.CompilerServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Entropies;
using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Policies;

/// <summary>Token statistics on spans: the tokens of a scope side by side, then sums and selections over them.</summary>
internal static unsafe class CpuTokenStatistics
{
    [ThreadStatic]
    private static double[]? t_values;

    public static void Compute<TReal>(ReadOnlySpan2D<TReal> values, ReadOnlySpan2D<byte> mask, in TokenStatisticsOutputs<TReal> outputs, in TokenStatisticsOptions options)
        where TReal : unmanaged
    {
        TokenStatistics.CheckOptions(options);
        TokenStatistics.CheckShapes(
            (values.Height, values.Width), (mask.Height, mask.Width), (outputs.Selected.Height, outputs.Selected.Width), outputs.Counts.Length, outputs.Means.Length, outputs.Quantiles.Length, options.Scope);
        bool batch = options.Scope == TokenScope.Batch;
        long tokens = batch ? (long)values.Height * values.Width : values.Width;
        if (tokens > Array.MaxLength)
            ArgumentChecks.Fail("values", $"values is [{values.Height}, {values.Width}]; TokenScope.Batch takes at most {Array.MaxLength} tokens.");
        fixed (TReal* start = values)
        fixed (byte* maskStart = mask, selectedStart = outputs.Selected)
        {
            TokenArray<TReal> numbers = new() { Start = start, Stride = RowSplit.StrideBytes(values) };
            TokenArray<byte> masks = new() { Start = maskStart, Stride = RowSplit.StrideBytes(mask) };
            TokenArray<byte> selected = new() { Start = selectedStart, Stride = RowSplit.StrideBytes((ReadOnlySpan2D<byte>)outputs.Selected) };
            if (selectedStart != null)
                CheckApart(numbers, masks, selected, values.Height, values.Width);
            for (int scope = 0; scope < (batch ? 1 : values.Height); scope++)
                Scope(numbers, masks, selected, batch ? 0 : scope, batch ? values.Height : scope + 1, values.Width, scope, outputs, options);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scope<TReal>(
        TokenArray<TReal> values, TokenArray<byte> mask, TokenArray<byte> selected, int begin, int end, int columns, int scope, in TokenStatisticsOutputs<TReal> outputs, in TokenStatisticsOptions options)
        where TReal : unmanaged
    {
        int all = (end - begin) * columns;
        if (t_values is null || t_values.Length < all)
            t_values = new double[Math.Min(Array.MaxLength, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)all))];
        fixed (double* kept = t_values)
        {
            int count = 0;
            double sum = 0;
            for (int row = begin; row < end; row++)
            {
                TReal* numbers = values.Row(row);
                byte* tokens = mask.Row(row);
                double own = 0;
                for (int t = 0; t < columns; t++)
                {
                    if (tokens != null && tokens[t] == 0)
                        continue;
                    kept[count] = Real.ToDouble(numbers[t]);
                    own += kept[count++];
                }

                sum += own;
            }

            if (outputs.Counts.Length > 0)
                outputs.Counts[scope] = count;
            if (outputs.Means.Length > 0)
                outputs.Means[scope] = Real.From<TReal>(count == 0 ? 0 : sum / count);
            if (outputs.Quantiles.Length > 0)
                outputs.Quantiles[scope] = Real.From<TReal>(Quantile.Of(kept, count, options.Quantile));
        }

        if (selected.Start != null)
            Select(values, mask, selected, begin, end, columns, options);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Select<TReal>(TokenArray<TReal> values, TokenArray<byte> mask, TokenArray<byte> selected, int begin, int end, int columns, in TokenStatisticsOptions options)
        where TReal : unmanaged
    {
        int all = (end - begin) * columns;
        fixed (ulong* keys = TokenSelection.Keys(all))
        fixed (byte* marks = TokenSelection.Selected(all))
        {
            long count = 0, eligible = 0;
            for (int row = begin, i = 0; row < end; row++)
            {
                TReal* numbers = values.Row(row);
                byte* tokens = mask.Row(row);
                for (int t = 0; t < columns; t++, i++)
                {
                    double value = Real.ToDouble(numbers[t]);
                    bool token = tokens == null || tokens[t] != 0;
                    keys[i] = token ? MaskKeys.Of(options.Largest ? value : -value) : 0;
                    count += token ? 1 : 0;
                    eligible += keys[i] != 0 ? 1 : 0;
                }
            }

            long wanted = options.SelectedCount is long given ? Math.Min(given, eligible) : TokenSelection.Count(options.SelectedShare, count, eligible);
            TokenSelection.Mark(keys, all, wanted, marks);
            for (int row = begin, i = 0; row < end; row++, i += columns)
                new ReadOnlySpan<byte>(marks + i, columns).CopyTo(new(selected.Row(row), columns));
        }
    }

    private static void CheckApart<TReal>(TokenArray<TReal> values, TokenArray<byte> mask, TokenArray<byte> selected, int rows, int columns)
        where TReal : unmanaged
    {
        RowMemory marks = new(selected.Start, selected.Stride, rows, columns);
        bool own = selected.Start == mask.Start && (rows == 1 || selected.Stride == mask.Stride);
        if (marks.Overlaps(new((byte*)values.Start, values.Stride, rows, (nint)columns * sizeof(TReal))))
            ArgumentChecks.Fail("outputs.Selected", $"outputs.Selected overlaps values; it must be disjoint from it.");
        if (mask.Start != null && !own && marks.Overlaps(new(mask.Start, mask.Stride, rows, columns)))
            ArgumentChecks.Fail("outputs.Selected", $"outputs.Selected overlaps mask in part; it must be the mask's own memory, or disjoint.");
    }
}
