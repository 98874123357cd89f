using System;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Decoding;

/// <summary>A row's token set in plain double, by a sort: the criteria one after the other, and the shortest prefix.</summary>
internal sealed class TokenSetReference
{
    public required RowStatus Status { get; init; }

    /// <summary>Tokens by rank, masked ones left out.</summary>
    public int[] Ranking { get; init; } = [];

    /// <summary>(z − max z)/T.</summary>
    public double[] Offsets { get; init; } = [];

    public double[] Probabilities { get; init; } = [];

    public double FullEntropy { get; init; }

    public double LogSum { get; init; }

    public int Count { get; private set; }

    public static TokenSetReference Row(ElementType type, ReadOnlySpan<double> logits, double temperature, in TokenSetOptions options)
    {
        double[] z = logits.ToArray();
        if (!(temperature > 0 && double.IsFinite(temperature)))
            return new() { Status = RowStatus.InvalidTemperature };
        if (z.Any(double.IsNaN))
            return new() { Status = RowStatus.NotANumber };
        if (z.Any(double.IsPositiveInfinity))
            return new() { Status = RowStatus.PlusInfinity };
        if (z.All(double.IsNegativeInfinity))
            return new() { Status = RowStatus.AllMasked };
        double maximum = z.Max();
        double[] x = [.. z.Select(v => (v - maximum) / temperature)];
        double rest = 0, moment = 0;
        int ties = 0;
        foreach (double offset in x.Order())
        {
            ties += offset == 0 ? 1 : 0;
            rest += offset == 0 ? 0 : Math.Exp(offset);
            moment += Math.Exp(offset) > 0 ? Math.Exp(offset) * offset : 0;
        }

        double logSum = Log1P(rest + (ties - 1));
        TokenSetReference row = new()
        {
            Status = RowStatus.Ok,
            Ranking = [.. Enumerable.Range(0, z.Length).Where(j => !double.IsNegativeInfinity(z[j])).OrderByDescending(j => z[j]).ThenBy(j => j)],
            Offsets = x,
            LogSum = logSum,
            Probabilities = [.. x.Select(offset => Math.Exp(offset - logSum))],
            FullEntropy = logSum - (moment / (ties + rest)),
        };
        row.Count = row.Shortest(options, Math.Log(type == ElementType.Float64 ? Math.ScaleB(1, -1022) : Math.ScaleB(1, -126)));
        return row.Count > 0 ? row : new()
        {
            Status = RowStatus.EmptySet,
            Ranking = row.Ranking,
            Offsets = row.Offsets,
            LogSum = row.LogSum,
            Probabilities = row.Probabilities,
            FullEntropy = row.FullEntropy,
        };
    }

    /// <summary>Σ p over the first tokens.</summary>
    public double Mass(int count) => Ranking.Take(count).Reverse().Sum(j => Probabilities[j]);

    /// <summary>log Σ e^x over the first tokens, and its p-weighted mean of x.</summary>
    public (double LogSum, double Mean) Sums(int count)
    {
        double rest = 0, moment = 0;
        int ties = 0;
        foreach (int j in Ranking.Take(count).Reverse())
        {
            ties += Offsets[j] == 0 ? 1 : 0;
            rest += Offsets[j] == 0 ? 0 : Math.Exp(Offsets[j]);
            moment += Math.Exp(Offsets[j]) > 0 ? Math.Exp(Offsets[j]) * Offsets[j] : 0;
        }

        return (Log1P(rest + (ties - 1)), moment / (ties + rest));
    }

    /// <summary>H of p renormalised on the first tokens.</summary>
    public double Entropy(int count)
    {
        if (count == 0)
            return 0;
        (double logSum, double mean) = Sums(count);
        return logSum - mean;
    }

    /// <summary>−Σ p·log p over the first tokens, log p = x − logSum.</summary>
    public double PartialEntropy(int count, double logSum)
    {
        double sum = 0;
        foreach (int j in Ranking.Take(count))
            sum -= Math.Exp(Offsets[j] - logSum) > 0 ? Math.Exp(Offsets[j] - logSum) * (Offsets[j] - logSum) : 0;
        return sum;
    }

    private int Shortest(in TokenSetOptions options, double leastSummed)
    {
        TokenSetOptions o = options;
        int n = Ranking.Length, count = o.TopK == 0 ? n : Math.Min(n, o.TopK);

        // What adds to no sum is not kept for one.
        if (o.TopP < 1 || o.TopH < 1)
            count = Math.Min(count, Ranking.Count(j => Offsets[j] >= leastSummed));
        if (o.MinP > 0)
            count = Math.Min(count, Ranking.Count(j => Offsets[j] >= Math.Log(o.MinP)));
        if (o.MinProbability > 0)
            count = Math.Min(count, Math.Max(1, Ranking.Count(j => Offsets[j] - LogSum >= Math.Log(o.MinProbability))));
        if (o.TopH < 1 || o.TopHVariant != TopHVariant.Paper)
            count = Math.Min(count, TopH(o));
        if (o.TopP < 1)
        {
            int crossing = 1;
            for (double mass = Probabilities[Ranking[0]]; crossing < n && mass < o.TopP; crossing++)
                mass += Probabilities[Ranking[crossing]];
            count = Math.Min(count, o.IncludeCrossing ? crossing : crossing - 1);
        }

        return count;
    }

    private int TopH(in TokenSetOptions options)
    {
        if (options.TopHVariant == TopHVariant.Paper)
        {
            double rest = 0, moment = 0;
            int longest = 1;
            for (; longest < Ranking.Length; longest++)
            {
                double x = Offsets[Ranking[longest]], e = Math.Exp(x);
                rest += e;
                moment += e > 0 ? e * x : 0;
                if (Log1P(rest) - (moment / (1 + rest)) > options.TopH * FullEntropy)
                    break;
            }

            return longest;
        }

        int cap = Math.Min(options.TopHCap, Ranking.Length), kept = 1;
        double logSum = options.TopHVariant == TopHVariant.Released ? LogSum : Sums(cap).LogSum;
        double bound = options.TopH * PartialEntropy(cap, logSum);
        while (kept < cap && (options.TopH == 1 || PartialEntropy(kept + 1, logSum) <= bound))
            kept++;
        return kept;
    }

    private static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsInfinity(u) ? x : Math.Log(u) * x / (u - 1);
    }
}
