using System;
using System.Linq;

namespace Gibbs.Tests.Entropies.Penalties;

/// <summary>Entropies of tokens, and what a call is told about them. Numbers are exactly as they are stored.</summary>
internal sealed record EntropyPenaltyCase
{
    public bool Wide { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] Entropies { get; init; }

    public byte[]? Mask { get; init; }

    public double[]? Anchors { get; init; }

    public int[]? AnchorIndices { get; init; }

    public double[]? HeadThresholds { get; init; }

    public EntropyPenaltyOptions Options { get; init; }

    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public bool OwnWorkspace { get; init; }

    public bool Valid(int e) => Mask is null || Mask[e] != 0;

    public static EntropyPenaltyCase Of(bool wide, int rows, int columns, EntropyPenaltyOptions options, int seed = 1, bool masked = true)
    {
        Random random = new(seed);
        return new()
        {
            Wide = wide,
            Rows = rows,
            Columns = columns,
            Entropies = [.. Enumerable.Range(0, rows * columns).Select(_ => (double)(float)(3 * random.NextDouble() * random.NextDouble()))],
            Mask = masked ? [.. Enumerable.Range(0, rows * columns).Select(_ => (byte)(random.Next(4) == 0 ? 0 : random.Next(1, 256)))] : null,
            Options = options,
        };
    }
}

/// <summary>An entropy penalty in fp64, straight from the formulas.</summary>
internal sealed class EntropyPenaltyReference
{
    public EntropyPenaltyReference(EntropyPenaltyCase c)
    {
        int n = c.Rows * c.Columns;
        EntropyPenaltyOptions o = c.Options;
        Gradient = new double[n];
        Penalties = new double[n];
        Selected = new byte[n];
        SequenceMeans = new double[c.Rows];
        Quantiles = [.. Enumerable.Repeat(double.NaN, c.Rows)];
        Status = new RowStatus[c.Rows];
        int heads = c.HeadThresholds?.Length ?? 1;
        ThresholdGradient = new double[heads];
        double logT = Math.Log(o.Context == 0 ? c.Columns : o.Context);
        bool siren = o.Kind == EntropyPenaltyKind.Siren, band = o.Kind is >= EntropyPenaltyKind.EpoPublished and <= EntropyPenaltyKind.EpoQuadratic;
        double[] slope = new double[n];
        for (int b = 0; b < c.Rows; b++)
        {
            int[] tokens = [.. Enumerable.Range(b * c.Columns, c.Columns).Where(c.Valid)];
            double[] h = [.. tokens.Select(t => c.Entropies[t])];
            SequenceMeans[b] = h.Length == 0 ? 0 : h.Sum() / h.Length;
            int index = c.AnchorIndices is null ? b : c.AnchorIndices[b];
            double anchor = !band || c.Anchors is null ? o.Anchor : index >= 0 && index < c.Anchors.Length ? c.Anchors[index] : double.NaN;
            double reference = o.Kind == EntropyPenaltyKind.Attention ? c.HeadThresholds![b % heads] * logT : band ? anchor : 0;
            Status[b] = !double.IsFinite(reference) ? RowStatus.InvalidParameter
                : h.Any(double.IsNaN) ? RowStatus.NotANumber
                : h.Any(double.IsInfinity) ? RowStatus.PlusInfinity
                : h.Length == 0 ? RowStatus.AllMasked
                : RowStatus.Ok;
            if (Status[b] is not (RowStatus.Ok or RowStatus.AllMasked))
            {
                Array.ForEach(tokens, t => Penalties[t] = slope[t] = double.NaN);
                continue;
            }

            if (siren && h.Length > 0)
                Quantiles[b] = QuantileTests.Expected(h, o.Quantile);
            foreach (int t in tokens)
            {
                double judged = o.PerSequence && band ? SequenceMeans[b] : c.Entropies[t], d = judged - reference;
                double below = (o.Lower * reference) - judged, above = judged - (o.Upper * reference), distance = Math.Max(0, Math.Max(below, above));
                bool selected;
                switch (o.Kind)
                {
                    case EntropyPenaltyKind.EpoPublished:
                        selected = !(o.Lower * reference < judged && judged < o.Upper * reference);
                        Penalties[t] = selected ? o.Smoothing * o.Constant : 0;
                        break;
                    case EntropyPenaltyKind.EpoHinge:
                        selected = distance > 0;
                        Penalties[t] = o.Smoothing * distance;
                        slope[t] = selected ? o.Smoothing * (below > 0 ? -1 : 1) : 0;
                        break;
                    case EntropyPenaltyKind.EpoQuadratic:
                        selected = distance > 0;
                        Penalties[t] = o.Smoothing * distance * distance;
                        slope[t] = 2 * o.Smoothing * distance * (below > 0 ? -1 : 1);
                        break;
                    case EntropyPenaltyKind.Attention:
                        selected = Math.Abs(d) > o.Margin * logT;
                        Penalties[t] = selected ? d * d : 0;
                        slope[t] = selected ? 2 * d : 0;
                        ThresholdGradient[b % heads] -= slope[t] * logT;
                        break;
                    case EntropyPenaltyKind.Siren:
                        selected = judged > Quantiles[b];
                        break;
                    default:
                        selected = false;
                        break;
                }

                double bonus = o.Kind == EntropyPenaltyKind.Bonus ? 1 : band ? o.EntropyBonus : 0;
                if (bonus != 0)
                    Penalties[t] -= bonus * c.Entropies[t];
                slope[t] -= bonus;
                Selected[t] = selected ? (byte)1 : (byte)0;
            }

            if (siren && h.Length > 0 && !tokens.Any(t => Selected[t] == 1))
                Status[b] = RowStatus.EmptySet;
        }

        Reduce(c, slope, heads);
    }

    public double Value { get; private set; }

    public double MeanEntropy { get; private set; }

    public double[] Gradient { get; }

    public double[] Penalties { get; }

    public byte[] Selected { get; }

    public double[] SequenceMeans { get; }

    public double[] Quantiles { get; }

    public double[] ThresholdGradient { get; }

    public RowStatus[] Status { get; }

    private void Reduce(EntropyPenaltyCase c, double[] slope, int heads)
    {
        EntropyPenaltyOptions o = c.Options;
        int[] Tokens(int b) => [.. Enumerable.Range(b * c.Columns, c.Columns).Where(c.Valid)];
        int[] all = [.. Enumerable.Range(0, c.Rows * c.Columns).Where(c.Valid)];
        int[] sequences = [.. Enumerable.Range(0, c.Rows).Where(b => Tokens(b).Length > 0)];
        bool bad = Status.Any(s => s is RowStatus.InvalidParameter or RowStatus.NotANumber or RowStatus.PlusInfinity);
        double weight = o.Weight;
        if (o.Kind == EntropyPenaltyKind.Siren)
        {
            sequences = [.. sequences.Where(b => Status[b] != RowStatus.EmptySet)];
            double mean = bad ? double.NaN : sequences.Length == 0 ? 0 : sequences.Average(b => Tokens(b).Where(t => Selected[t] == 1).Average(t => c.Entropies[t]));
            double anchor = c.Anchors is null ? o.Anchor : double.IsFinite(c.Anchors[0]) ? c.Anchors[0] : double.NaN;
            MeanEntropy = mean;
            Value = sequences.Length == 0 ? 0 : weight * (mean - anchor) * (mean - anchor);
            foreach (int b in sequences)
            {
                int[] kept = [.. Tokens(b).Where(t => Selected[t] == 1 || Status[b] != RowStatus.Ok)];
                Array.ForEach(kept, t => Gradient[t] = Status[b] != RowStatus.Ok ? double.NaN : 2 * weight * (mean - anchor) / (sequences.Length * kept.Length));
            }
            return;
        }

        bool bySequence = o.Aggregation == EntropyAggregation.SequenceMean && o.Kind != EntropyPenaltyKind.Attention;
        double TokenWeight(int b) => o.Kind == EntropyPenaltyKind.Attention ? 1.0 / heads
            : o.Aggregation == EntropyAggregation.Sum ? 1
            : bySequence ? 1.0 / (sequences.Length * Tokens(b).Length)
            : 1.0 / all.Length;
        foreach (int b in sequences)
        {
            foreach (int t in Tokens(b))
            {
                Value += weight * TokenWeight(b) * Penalties[t];
                Gradient[t] = weight * TokenWeight(b) * slope[t];
                MeanEntropy += c.Entropies[t] * (bySequence ? TokenWeight(b) : 1.0 / all.Length);
            }
        }

        if (bad)
            Value = double.NaN;
        for (int h = 0; h < heads; h++)
            ThresholdGradient[h] = Enumerable.Range(0, c.Rows).Any(b => b % heads == h && Status[b] is not (RowStatus.Ok or RowStatus.AllMasked)) ? double.NaN : weight * ThresholdGradient[h] / heads;
    }
}
