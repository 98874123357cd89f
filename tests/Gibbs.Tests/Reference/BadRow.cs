using System;

namespace Gibbs.Tests.Reference;

/// <summary>The table of what a bad row yields (ARCHITECTURE, section 5).</summary>
internal static class BadRow
{
    public static void SetStatistics(ReferenceRow result, ReadOnlySpan<double> z, RowStatus content)
    {
        switch (content)
        {
            case RowStatus.PlusInfinity:
                result.LogSumExp = double.PositiveInfinity;
                result.Entropy = double.NaN;
                result.Argmax = z.IndexOf(double.PositiveInfinity);
                break;
            case RowStatus.AllMasked:
                result.LogSumExp = double.NegativeInfinity;
                result.Entropy = 0;
                break;
            default:
                result.LogSumExp = double.NaN;
                result.Entropy = double.NaN;
                break;
        }
    }

    // silenced: every term of the loss has weight 0, so that it is 0 even where every probability is.
    public static void Set(ReferenceRow result, double rowWeight, bool silenced, bool hardTargets)
    {
        double gradient = 0;
        switch (result.Status)
        {
            case RowStatus.Ignored:
                result.Loss = 0;
                result.LogProbability = 0;
                break;
            case RowStatus.TargetOutOfRange:
                result.Loss = double.NaN;
                result.LogProbability = double.NaN;
                break;
            case RowStatus.AllMasked:
                result.Loss = rowWeight == 0 || silenced ? 0 : rowWeight * double.PositiveInfinity;
                result.LogProbability = double.NegativeInfinity;
                break;
            default:
                result.Loss = double.NaN;
                result.LogProbability = double.NaN;
                gradient = double.NaN;
                break;
        }
        Array.Fill(result.Gradient, gradient);
        if (!hardTargets)
            result.LogProbability = 0;
    }
}
