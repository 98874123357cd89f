using System;
using System.Collections.Generic;
using System.Linq;

namespace Gibbs.Tests.Policies;

/// <summary>A policy loss from its formulas, in double, token by token; what is selected by sorting.</summary>
internal sealed class PolicyReference
{
    private readonly PolicyCase _case;
    private readonly HashSet<int> _selected = [];

    public PolicyReference(PolicyCase c)
    {
        _case = c;
        Tokens = [.. Enumerable.Range(0, c.Rows * c.Columns).Where(c.IsToken)];
        Weights = [.. Enumerable.Range(0, c.Rows).Select(SequenceWeight)];
        Select();
        TokenLosses = new double[c.Rows * c.Columns];
        Policy = new double[TokenLosses.Length];
        Kl = new double[TokenLosses.Length];
        Gradient = new double[TokenLosses.Length];
        EntropyGradient = new double[TokenLosses.Length];
        Flags = new PolicyFlags[TokenLosses.Length];
        foreach (int k in Tokens)
            Token(k);
        Loss = Tokens.Sum(k => Weight(k) * TokenLosses[k]);
        Scale = Tokens.Sum(k => Math.Abs(Weight(k) * TokenLosses[k]));
    }

    public int[] Tokens { get; }

    public double[] Weights { get; }

    public double[] TokenLosses { get; }

    public double[] Policy { get; }

    public double[] Kl { get; }

    public double[] Gradient { get; }

    public double[] EntropyGradient { get; }

    public PolicyFlags[] Flags { get; }

    public double Loss { get; }

    public double Scale { get; }

    public double Weight(int k) => Weights[k / _case.Columns];

    /// <summary>Tokens of the batch that compete, best first, and how many of them are selected.</summary>
    public int[] Ranking { get; private set; } = [];

    public int SelectedCount { get; private set; }

    /// <summary>A value, its derivative by ℓ, and whether it was limited.</summary>
    public static (double Value, double Slope, bool Limited) Divergence(KlEstimator estimator, double l, double reference)
    {
        double d = reference - l;
        switch (estimator)
        {
            case KlEstimator.K1:
                return (-d, 1, false);
            case KlEstimator.K2:
                return (d * d / 2, -d, false);
            case KlEstimator.Absolute:
                return (Math.Abs(d), -Math.Sign(d), false);
            case KlEstimator.K3Clamped:
                double k3 = Remainder(Math.Clamp(d, -20, 20));
                bool limited = Math.Abs(d) > 20 || k3 > 10;
                return (Math.Min(k3, 10), limited ? 0 : 1 - Math.Exp(d), limited);
            default:
                return (Remainder(d), 1 - Math.Exp(d), false);
        }
    }

    // e^d − 1 − d by all terms of its series, in decreasing order, where it converges fast.
    private static double Remainder(double d)
    {
        if (Math.Abs(d) > 1)
            return Math.Exp(d) - 1 - d;
        double sum = 0;
        for (int k = 25; k >= 2; k--)
        {
            double term = 1;
            for (int i = 1; i <= k; i++)
                term *= d / i;
            sum += term;
        }

        return sum;
    }

    private int TokensOf(int row) => Tokens.Count(k => k / _case.Columns == row);

    private double SequenceWeight(int row)
    {
        PolicyLossOptions o = _case.Options;
        int own = TokensOf(row);
        if (own == 0)
            return 0;
        int sequences = Enumerable.Range(0, _case.Rows).Count(r => TokensOf(r) > 0);
        double length = o.Length == 0 ? _case.Columns : o.Length;
        double? given = o.Normaliser ?? _case.DeviceNormaliser;
        double Over(double count) => given == 0 ? 0 : 1 / (given ?? count);
        switch (o.Aggregation)
        {
            case TokenAggregation.TokenMean:
                return Over(Tokens.Length);
            case TokenAggregation.SequenceMeanTokenMean:
                return Over(sequences) / own;
            case TokenAggregation.SequenceMeanTokenSum:
                return Over(sequences);
            case TokenAggregation.SequenceMeanTokenSumNorm:
                return Over(sequences) / length;
            case TokenAggregation.TokenSumNorm:
                return 1 / length;
            default:
                long[] offsets = _case.GroupOffsets!;
                int Members(int g) => Enumerable.Range(0, _case.Rows).Count(r => r >= offsets[g] && r < offsets[g + 1] && TokensOf(r) > 0);
                int groups = Enumerable.Range(0, offsets.Length - 1).Count(g => Members(g) > 0);
                int group = Enumerable.Range(0, offsets.Length - 1).First(g => row >= offsets[g] && row < offsets[g + 1]);
                return Over(groups) / Members(group) / own;
        }
    }

    private double Ratio(int k) => Math.Exp(Math.Clamp(_case.LogProbabilities[k] - _case.OldOf(k), -20, 20));

    private bool ClippedAtFirst(int k)
    {
        double a = _case.Advantage(k), r = Ratio(k);
        return -a * Math.Clamp(r, 1 - _case.Options.ClipLow, 1 + _case.Options.ClipHigh) > -a * r;
    }

    private void Select()
    {
        PolicyLossOptions o = _case.Options;
        double meanAdvantage = Tokens.Length == 0 ? 0 : Tokens.Average(_case.Advantage), meanLog = Tokens.Length == 0 ? 0 : Tokens.Average(k => _case.LogProbabilities[k]);
        double Covariance(int k) => (_case.Advantage(k) - meanAdvantage) * (_case.LogProbabilities[k] - meanLog);
        int total = Tokens.Length;
        double share = o.SelectedShare ?? 0;
        switch (o.Kind)
        {
            case PolicyLossKind.KlCov:
                share = o.SelectedShare ?? 0.002;
                Ranking = [.. Tokens.OrderByDescending(Covariance)];
                break;
            case PolicyLossKind.LpReg:
                share = o.SelectedShare ?? 0.01;
                Ranking = [.. Tokens.Where(k => _case.Advantage(k) < 0).OrderBy(k => _case.LogProbabilities[k])];
                total = Ranking.Length;
                break;
            case PolicyLossKind.ClipCov:
                share = o.SelectedShare ?? 2e-4;
                Ranking = [.. Tokens.Where(k => !ClippedAtFirst(k) && Covariance(k) > o.CovarianceLow && Covariance(k) < o.CovarianceHigh).OrderBy(k => PhiloxReference.First((ulong)k, o.Seed))];
                break;
            default:
                return;
        }

        SelectedCount = share == 0 ? 0 : Math.Min(Math.Max(1, (int)(share * total)), Ranking.Length);
        _selected.UnionWith(Ranking.Take(SelectedCount));
    }

    private void Token(int k)
    {
        PolicyLossOptions o = _case.Options;
        double l = _case.LogProbabilities[k], old = _case.OldOf(k), a = _case.Advantage(k), r = Ratio(k), clipped = Math.Clamp(r, 1 - o.ClipLow, 1 + o.ClipHigh);
        bool limited = Math.Abs(l - old) > 20;
        double slope = limited ? 0 : -a * r;
        double value = -a * r;
        PolicyFlags flags = limited && o.Kind is not (PolicyLossKind.Reinforce or PolicyLossKind.ExponentialSmoothing) ? PolicyFlags.RatioLimited : 0;
        void Clip(bool dual)
        {
            if (ClippedAtFirst(k))
                (value, slope, flags) = (-a * clipped, 0, flags | PolicyFlags.Clipped);
            if (dual && o.DualClip > 0 && a < 0 && value > -o.DualClip * a)
                (value, slope, flags) = (-o.DualClip * a, 0, (flags & ~PolicyFlags.Clipped) | PolicyFlags.DualClipped);
        }

        switch (o.Kind)
        {
            case PolicyLossKind.Reinforce:
                (value, slope) = (-a * l, -a);
                break;
            case PolicyLossKind.Clipped:
                Clip(true);
                break;
            case PolicyLossKind.HardClamp when clipped != r:
                (value, slope, flags) = (-a * clipped, 0, flags | PolicyFlags.Clipped);
                break;
            case PolicyLossKind.LpReg when _selected.Contains(k) && l < _case.Proxy![k]:
                (double k3, double k3Slope, bool k3Limited) = Divergence(KlEstimator.K3Clamped, l, _case.Proxy[k]);
                (value, slope, flags) = (value + (o.PenaltyWeight * k3), slope + (o.PenaltyWeight * k3Slope), flags | PolicyFlags.Penalised | (k3Limited ? PolicyFlags.KlLimited : 0));
                break;
            case PolicyLossKind.LpReg:
                Clip(true);
                break;
            case PolicyLossKind.ClipCov when _selected.Contains(k):
                (value, slope, flags) = (0, 0, flags | PolicyFlags.Detached);
                break;
            case PolicyLossKind.ClipCov:
                Clip(false);
                break;
            case PolicyLossKind.KlCov when _selected.Contains(k):
                (value, slope, flags) = (value + (o.PenaltyWeight * Math.Abs(l - old)), slope + (o.PenaltyWeight * Math.Sign(l - old)), flags | PolicyFlags.Penalised);
                break;
            case PolicyLossKind.ExponentialSmoothing:
                value = slope = -a * Math.Exp(l - (o.Smoothing * old));
                break;
        }

        Policy[k] = value;
        if (_case.Reference is not null)
        {
            (Kl[k], double klSlope, bool klLimited) = Divergence(o.KlEstimator, l, _case.Reference[k]);
            value += o.KlWeight * Kl[k];
            slope += o.KlWeight * klSlope;
            flags |= klLimited ? PolicyFlags.KlLimited : 0;
        }

        if (_case.Entropies is not null)
            value -= o.EntropyWeight * _case.Entropies[k];
        TokenLosses[k] = value;
        Gradient[k] = Weight(k) * slope;
        EntropyGradient[k] = -Weight(k) * o.EntropyWeight;
        Flags[k] = flags;
    }
}
