using System;

namespace Gibbs.Tests.Reference;

/// <summary>
/// Softmax cross-entropy of one row in fp64, written from the formulas, slow and obvious. u = softcap(z), ẑ = u/T, x = ẑ − max ẑ, p = softmax(ẑ):
/// loss = r·[(1−s)·w_y·φ(−log p_y) + (s/V)·Σ w_j·(−log p_j) + λ·lse² − β·H + α·(max ẑ − mean ẑ) + (ν/2)·Σ (ẑ_j − c)²];
/// soft targets: Σ q̃_j·(−log p_j), q̃_j = w_j·((1−s)·q_j + s/V), in place of the first two terms. Terms of weight 0 are 0.
/// </summary>
internal static class ReferenceCrossEntropy
{
    public static ReferenceRow Row(ReferenceProblem problem, int row)
    {
        ReadOnlySpan<double> z = problem.LogitsOf(row);
        long? target = problem.Targets?[row];
        double temperature = problem.TemperatureOf(row);
        ReferenceRow result = new() { Gradient = new double[z.Length], GradientScale = new double[z.Length] };
        RowStatus content = ContentStatus(z, temperature);
        result.Status =
            target is { } y && y == problem.Options.IgnoreIndex ? RowStatus.Ignored
            : target is { } t && (t < 0 || t >= z.Length) ? RowStatus.TargetOutOfRange
            : content;
        result.Valid = (problem.Targets is not null || problem.SoftTargets is not null) && result.Status is not (RowStatus.Ignored or RowStatus.TargetOutOfRange);
        if (result.Valid)
            result.NormaliserShare = problem.RowWeightOf(row) * (target is { } v ? problem.ClassWeightOf(v) : 1);
        SetStatistics(result, problem, z, temperature, content);
        if (result.Status != RowStatus.Ok)
            BadRow.Set(result, problem.RowWeightOf(row), IsSilenced(problem, row, target), target is not null);
        else if (target is { } hard)
            SetLoss(result, problem, row, z, temperature, hard);
        else if (problem.SoftTargets is not null)
            SetLoss(result, problem, row, z, temperature, -1);
        return result;
    }

    /// <summary>The status that the logits and the temperature alone give.</summary>
    private static RowStatus ContentStatus(ReadOnlySpan<double> z, double temperature)
    {
        bool nan = false, plus = false, all = true;
        foreach (double value in z)
        {
            nan |= double.IsNaN(value);
            plus |= double.IsPositiveInfinity(value);
            all &= double.IsNegativeInfinity(value);
        }
        return !(temperature > 0 && double.IsFinite(temperature)) ? RowStatus.InvalidTemperature
            : nan ? RowStatus.NotANumber
            : plus ? RowStatus.PlusInfinity
            : all ? RowStatus.AllMasked
            : RowStatus.Ok;
    }

    /// <summary>log-sum-exp, entropy, argmax: the same whatever the target is.</summary>
    private static void SetStatistics(ReferenceRow result, ReferenceProblem problem, ReadOnlySpan<double> z, double temperature, RowStatus content)
    {
        if (content != RowStatus.Ok)
        {
            BadRow.SetStatistics(result, z, content);
            return;
        }
        result.HasNumbers = true;
        EffectiveRow row = new(z, problem.Options.Softcap, temperature, problem.LargestReal);
        result.Argmax = row.Argmax;
        result.Maximum = row.MaximumCapped;
        result.Unmasked = row.UnmaskedCount;
        result.LogSum = row.LogSum;
        result.MeanOffset = row.MeanOffset;
        result.LogSumExp = row.Maximum + row.LogSum;
        result.Entropy = row.LogSum - row.MeanOffset;
        result.Gap = row.Gap;
        result.DistinctGap = row.DistinctGap;
        result.LargestEffective = row.LargestEffective;
    }

    private static void SetLoss(ReferenceRow result, ReferenceProblem problem, int index, ReadOnlySpan<double> z, double temperature, long target)
    {
        CrossEntropyOptions options = problem.Options;
        EffectiveRow row = new(z, options.Softcap, temperature, problem.LargestReal);
        ReferenceTerms terms = new(result, row, problem.RowWeightOf(index));
        double s = options.LabelSmoothing;
        int columns = z.Length;
        if (target >= 0)
        {
            terms.AddTarget((int)target, (1 - s) * problem.ClassWeightOf(target), options.TargetLoss, options.TargetLossParameter, problem.LargestReal);
            double[] smoothing = new double[columns];
            for (int j = 0; j < columns; j++)
                smoothing[j] = s / columns * problem.ClassWeightOf(j);
            terms.AddSoftTargets(smoothing);
            result.LogProbability = row.LogP((int)target);
            result.Rank = Rank(z, (int)target);
        }
        else
        {
            ReadOnlySpan<double> q = problem.SoftTargetsOf(index);
            double[] soft = new double[columns];
            for (int j = 0; j < columns; j++)
                soft[j] = problem.ClassWeightOf(j) * (((1 - s) * q[j]) + (s / columns));
            result.TargetMass = terms.AddSoftTargets(soft);
        }
        terms.AddZLoss(options.ZLoss);
        terms.AddEntropy(options.EntropyWeight);
        terms.AddMaxSuppression(options.MaxSuppression);
        terms.AddLogitPenalty(options.LogitPenalty, options.LogitPenaltyCenter);
        terms.Finish(temperature, problem.LargestReal);
    }

    /// <summary>Whether no probability enters the loss with a weight other than 0.</summary>
    private static bool IsSilenced(ReferenceProblem problem, int row, long? target)
    {
        CrossEntropyOptions options = problem.Options;
        double s = options.LabelSmoothing, weight = Math.Abs(options.ZLoss);
        for (int j = 0; j < problem.Columns; j++)
        {
            double share = target is { } y ? (j == y ? 1 : 0) : problem.SoftTargets is null ? 0 : problem.SoftTargetsOf(row)[j];
            weight += problem.ClassWeightOf(j) * (((1 - s) * share) + (s / problem.Columns));
        }
        return weight == 0;
    }

    /// <summary>Classes with a greater logit, or an equal one and a lower index, of the given logits.</summary>
    private static long Rank(ReadOnlySpan<double> z, int target)
    {
        long rank = 0;
        for (int j = 0; j < z.Length; j++)
        {
            if (z[j] > z[target] || (z[j] == z[target] && j < target))
                rank++;
        }
        return rank;
    }
}
