using System;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// Projections of s onto the permutahedron of w, in sorted order: y = s − v with v decreasing, on a block B of equal v: y_i = s_i − mean_B s + mean_B w, or, entropic, s_i − log Σ_B e^s + log Σ_B e^w. Soft sort, soft
/// rank and the map itself differ in what s and w are.
/// </summary>
internal sealed class PermutahedronReference
{
    private readonly MapRow _row;

    private PermutahedronReference(MapRow row)
    {
        _row = row;
        int n = row.Columns;
        RowMap map = row.Map;
        int[] identity = [.. Enumerable.Range(0, n)];
        double[] count = [.. identity.Select(i => (double)(n - i))];
        switch (map.Kind)
        {
            case RowMapKind.SoftSort:
                Order = Downwards(row.X);
                S = [.. count.Select(v => v / row.Parameter)];
                W = [.. Order.Select(j => row.X[j])];
                break;
            case RowMapKind.SoftRank:
                double[] z = [.. row.X.Select(x => (map.Descending ? -x : x) / row.Parameter)];
                Order = Downwards(z);
                S = [.. Order.Select(j => z[j])];
                W = map.Regulariser == SortRegulariser.Entropic ? [.. count.Select(v => Math.Log(v))] : count;
                break;
            default:
                Order = Downwards(row.X);
                S = [.. Order.Select(j => row.X[j])];
                W = [.. row.Weights!.OrderDescending()];
                break;
        }
        bool entropic = map.Regulariser == SortRegulariser.Entropic;
        // Upwards: −v increases; its blocks are worth mean(w − s), or log Σe^w − log Σe^s.
        IsotonicReference.Block[] entries = entropic ? [.. identity.Select(i => new IsotonicReference.Block(W[i], S[i]))] : [.. identity.Select(i => new IsotonicReference.Block(W[i] - S[i], 1))];
        double[] values = IsotonicReference.Pool(entries, entropic ? IsotonicReference.LogSumExp : IsotonicReference.Mean);
        Begin = new int[n];
        End = new int[n];
        for (int begin = 0, end; begin < n; begin = end)
        {
            for (end = begin + 1; end < n && values[end] == values[begin]; end++)
            {
            }
            for (int i = begin; i < end; i++)
                (Begin[i], End[i]) = (begin, end);
            if (end < n && values[end] - values[begin] < 1e-9 * (1 + Math.Abs(S[end]) + Math.Abs(W[end])))
                Ambiguous = true;
        }
    }

    /// <summary>σ: the places of s from the largest down; of w for a soft sort.</summary>
    public int[] Order { get; }

    public double[] S { get; }

    public double[] W { get; }

    /// <summary>The block [begin, end) of each place.</summary>
    public int[] Begin { get; }

    public int[] End { get; }

    /// <summary>Whether two blocks are worth nearly the same, so that rounding decides whether they are one.</summary>
    public bool Ambiguous { get; }

    public bool Entropic => _row.Map.Regulariser == SortRegulariser.Entropic;

    public static PermutahedronReference Solve(MapRow row) => new(row);

    public static MapResult Map(MapRow row)
    {
        PermutahedronReference solved = new(row);
        MapResult result = new(row.Columns);
        for (int i = 0; i < row.Columns; i++)
        {
            (double own, double block) = solved.Terms(i);
            int place = solved.Place(i);
            double y = own + block;
            bool rank = row.Map.Kind == RowMapKind.SoftRank && solved.Entropic;
            result.Y[place] = rank ? Math.Exp(y) : y;
            result.Scale[place] = rank ? Math.Exp(y) * (1 + Math.Abs(own) + Math.Abs(block)) : Math.Abs(own) + Math.Abs(block) + solved.Spread(i);
            result.WideScale[place] = (rank ? Math.Exp(y) : 1) * solved.Largest(i);
        }
        return result;
    }

    /// <summary>Where the result at sorted place i goes.</summary>
    public int Place(int i) => _row.Map.Kind != RowMapKind.SoftSort ? Order[i] : _row.Map.Descending ? i : _row.Columns - 1 - i;

    /// <summary>s_i − value of s over the block, and the value of w over the block.</summary>
    private (double Own, double Block) Terms(int i) => Entropic
        ? (S[i] - LogSum(S, Begin[i], End[i]), LogSum(W, Begin[i], End[i]))
        : (S[i] - Average(S, Begin[i], End[i]), Average(W, Begin[i], End[i]));

    private double Spread(int i)
    {
        double largest = 0;
        for (int j = Begin[i]; j < End[i]; j += Math.Max(1, (End[i] - Begin[i]) / 16))
            largest = Math.Max(largest, Math.Abs(W[j]));
        return largest;
    }

    private double Largest(int i) => Math.Max(Math.Abs(S[Begin[i]]), Math.Abs(S[End[i] - 1])) + Math.Max(Math.Abs(W[Begin[i]]), Math.Abs(W[End[i] - 1]));

    public static double LogSum(double[] values, int begin, int end)
    {
        double largest = double.NegativeInfinity;
        for (int j = begin; j < end; j++)
            largest = Math.Max(largest, values[j]);
        CompensatedSum sum = default;
        for (int j = begin; j < end; j++)
            sum.Add(Math.Exp(values[j] - largest));
        return largest + Math.Log(sum.Value);
    }

    private static double Average(double[] values, int begin, int end)
    {
        if (end == begin + 1)
            return values[begin];
        CompensatedSum sum = default;
        for (int j = begin; j < end; j++)
            sum.Add(values[j]);
        return sum.Value / (end - begin);
    }

    private static int[] Downwards(double[] values) => [.. Enumerable.Range(0, values.Length).OrderByDescending(j => values[j])];
}
