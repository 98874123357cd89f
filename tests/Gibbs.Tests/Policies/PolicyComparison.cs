using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Policies;

/// <summary>Compares a run with the reference: token numbers to a rounding of their type and a few of fp64, sums relative to the sum of magnitudes.</summary>
internal static class PolicyComparison
{
    public static PolicyRun Conforms(string device, PolicyCase c)
    {
        PolicyRun run = PolicyRunner.Run(device, c);
        PolicyReference r = new(c);
        List<string> errors = [];
        Tolerance tolerance = new(c.Type, false);
        void Close(string name, double actual, double exact, double scale)
        {
            if (!tolerance.RealIsClose(actual, exact, 1e-14 * (Math.Abs(exact) + scale)))
                errors.Add($"{name} is {actual:R}, expected {exact:R}");
        }

        for (int k = 0; k < c.Rows * c.Columns; k++)
        {
            // A sum's terms may cancel: |terms| bounds the rounding.
            double terms = Math.Abs(r.Policy[k]) + Math.Abs(c.Options.KlWeight * r.Kl[k]) + (c.Entropies is null ? 0 : Math.Abs(c.Options.EntropyWeight * c.Entropies[k])) + Math.Abs(c.Options.KlWeight) + 4;
            if (!c.IsToken(k))
                terms = 0;
            Close($"TokenLosses[{k}]", run.TokenLosses[k], r.TokenLosses[k], terms);
            Close($"Gradient[{k}]", run.Gradient[k], r.Gradient[k], r.Weight(k) * terms);
            Close($"EntropyGradient[{k}]", run.EntropyGradient[k], r.EntropyGradient[k], 0);
            if (run.Flags[k] != r.Flags[k])
                errors.Add($"Flags[{k}] is {run.Flags[k]}, expected {r.Flags[k]}");
        }

        Metrics(c, run.Metrics, r, errors);
        if (!tolerance.RealIsClose(run.Loss, run.Metrics.Loss, 0))
            errors.Add($"the loss is {run.Loss:R}, in the metrics {run.Metrics.Loss:R}");
        if (errors.Count > 0)
            Assert.Fail($"{device} {c.Type} [{c.Rows}, {c.Columns}] {c.Options}:\n  {string.Join("\n  ", errors.Take(8))}");
        return run;
    }

    private static void Metrics(PolicyCase c, PolicyMetrics m, PolicyReference r, List<string> errors)
    {
        void Close(string name, double actual, double exact, double scale)
        {
            if (!(Math.Abs(actual - exact) <= 1e-13 * (Math.Abs(exact) + scale)))
                errors.Add($"{name} is {actual:R}, expected {exact:R}");
        }

        void Equal(string name, long actual, long expected)
        {
            if (actual != expected)
                errors.Add($"{name} is {actual}, expected {expected}");
        }

        double count = Math.Max(1, r.Tokens.Length);
        double Mean(Func<int, double> value) => r.Tokens.Sum(value) / count;
        double LogRatio(int k) => c.LogProbabilities[k] - c.OldOf(k);
        double weights = r.Tokens.Sum(r.Weight);
        Close("Loss", m.Loss, r.Loss, r.Scale + (10 * weights));
        Close("Policy", m.Policy, r.Tokens.Sum(k => r.Weight(k) * r.Policy[k]), r.Tokens.Sum(k => r.Weight(k) * Math.Abs(r.Policy[k])));
        Close("ReferenceKl", m.ReferenceKl, r.Tokens.Sum(k => r.Weight(k) * r.Kl[k]), r.Tokens.Sum(k => r.Weight(k) * (1 + Math.Abs(r.Kl[k]))));
        Close("Entropy", m.Entropy, c.Entropies is null ? 0 : r.Tokens.Sum(k => r.Weight(k) * c.Entropies[k]), weights);
        Close("Ratio", m.Ratio, Mean(k => Math.Exp(Math.Clamp(LogRatio(k), -20, 20))), 0);
        Close("OldKl", m.OldKl, Mean(k => -LogRatio(k)), Mean(k => Math.Abs(LogRatio(k))));
        Close("LogProbability", m.LogProbability, Mean(k => c.LogProbabilities[k]), 0);
        Equal("Tokens", m.Tokens, r.Tokens.Length);
        Equal("Sequences", m.Sequences, r.Tokens.Select(k => k / c.Columns).Distinct().Count());
        Equal("Groups", m.Groups, c.GroupOffsets is null ? 0 : r.Tokens.Select(k => Array.FindLastIndex(c.GroupOffsets, o => o <= k / c.Columns)).Distinct().Count());
        Equal("Clipped", m.Clipped, r.Flags.Count(f => (f & PolicyFlags.Clipped) != 0));
        Equal("DualClipped", m.DualClipped, r.Flags.Count(f => (f & PolicyFlags.DualClipped) != 0));
        Equal("Selected", m.Selected, r.Flags.Count(f => (f & (PolicyFlags.Penalised | PolicyFlags.Detached)) != 0));
        Equal("NotFinite", m.NotFinite, 0);
    }
}
