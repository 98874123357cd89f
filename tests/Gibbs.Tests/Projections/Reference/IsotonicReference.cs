using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// Isotonic problems: short ones by the min-max formula y_i = max_{a ≤ i} min_{b ≥ i} value(a…b), long ones by pooling adjacent violators on a stack. The value of a block is a weighted mean,
/// or log Σe^s − log Σe^w.
/// </summary>
internal static class IsotonicReference
{
    private const int Short = 200;

    /// <summary>A block as its two sums.</summary>
    public readonly record struct Block(double First, double Second);

    /// <summary>How blocks join, and what a block is worth.</summary>
    public sealed record Rule(Func<Block, Block, Block> Join, Func<Block, double> Value);

    public static readonly Rule Mean = new((a, b) => new(a.First + b.First, a.Second + b.Second), b => b.First / b.Second);

    public static readonly Rule LogSumExp = new((a, b) => new(LogAdd(a.First, b.First), LogAdd(a.Second, b.Second)), b => b.First - b.Second);

    public static MapResult Regression(MapRow row)
    {
        MapResult result = new(row.Columns);
        Block[] entries = [.. Enumerable.Range(0, row.Columns).Select(j => new Block(row.Weight(j) * row.X[j], row.Weight(j)))];
        if (row.Map.Descending)
            Array.Reverse(entries);
        double[] y = Increasing(entries, Mean), pooled = Pool(entries, Mean);
        if (row.Map.Descending)
        {
            Array.Reverse(y);
            Array.Reverse(pooled);
        }
        y.CopyTo(result.Y, 0);
        for (int begin = 0, end; begin < row.Columns; begin = end)
        {
            for (end = begin + 1; end < row.Columns && pooled[end] == pooled[begin]; end++)
            {
            }
            // The mean of magnitudes over the block; a block of one entry is that entry.
            CompensatedSum magnitude = default, weight = default, exact = default;
            for (int j = begin; j < end; j++)
            {
                magnitude.Add(row.Weight(j) * Math.Abs(row.X[j]));
                exact.Add(row.Weight(j) * row.X[j]);
                weight.Add(row.Weight(j));
            }
            for (int j = begin; j < end; j++)
            {
                if (row.Columns > Short)
                    result.Y[j] = end == begin + 1 ? row.X[j] : exact.Value / weight.Value;
                result.Scale[j] = magnitude.Value / weight.Value;
            }
        }
        return result;
    }

    /// <summary>The values under y_1 ≤ y_2 ≤ ….</summary>
    private static double[] Increasing(Block[] entries, Rule rule) => entries.Length <= Short ? MinMax(entries, rule) : Pool(entries, rule);

    public static double[] MinMax(Block[] entries, Rule rule)
    {
        int n = entries.Length;
        double[] y = new double[n], values = new double[n];
        Array.Fill(y, double.NegativeInfinity);
        for (int a = 0; a < n; a++)
        {
            Block block = entries[a];
            for (int b = a; b < n; b++)
            {
                block = b == a ? block : rule.Join(block, entries[b]);
                values[b] = rule.Value(block);
            }
            double least = double.PositiveInfinity;
            for (int i = n - 1; i >= a; i--)
            {
                least = Math.Min(least, values[i]);
                y[i] = Math.Max(y[i], least);
            }
        }
        return y;
    }

    public static double[] Pool(Block[] entries, Rule rule)
    {
        List<(Block Block, int Begin, double Value)> stack = [];
        for (int j = 0; j < entries.Length; j++)
        {
            (Block Block, int Begin, double Value) last = (entries[j], j, rule.Value(entries[j]));
            while (stack.Count > 0 && stack[^1].Value >= last.Value)
            {
                Block joined = rule.Join(stack[^1].Block, last.Block);
                last = (joined, stack[^1].Begin, rule.Value(joined));
                stack.RemoveAt(stack.Count - 1);
            }
            stack.Add(last);
        }
        double[] y = new double[entries.Length];
        for (int s = 0; s < stack.Count; s++)
            y.AsSpan(stack[s].Begin..(s + 1 < stack.Count ? stack[s + 1].Begin : y.Length)).Fill(stack[s].Value);
        return y;
    }

    private static double LogAdd(double a, double b) => Math.Max(a, b) is var larger && double.IsNegativeInfinity(larger) ? larger : larger + EntmaxReference.Log1P(Math.Exp(-Math.Abs(a - b)));
}
