using System;
using System.Collections.Generic;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>Rows that projections get wrong: geometric spacing, ties where the support ends, offsets, subnormals, flat, one huge entry, breakpoints that coincide.</summary>
internal static class Adversary
{
    public static readonly string[] Names =
    [
        "normal", "small", "flat", "geometric", "geometric-slow", "tie-1e-5", "tie-1", "tie-1e4", "offset", "negative-offset", "subnormal", "one-huge", "one-large", "staircase", "one-above", "alternating", "decreasing", "grid", "two-values", "heavy-tail",
    ];

    /// <summary>Deterministic rows of any length.</summary>
    public static Func<int, double> Row(string name, int n)
    {
        Random random = new(n);
        List<double> noise = [];
        double Noise(int j)
        {
            while (noise.Count <= j)
                noise.Add(RowValues.Gaussian(random));
            return noise[j];
        }
        return name switch
        {
            "normal" => Noise,
            "small" => j => 0.1 * Noise(j),
            "flat" => _ => 0.75,
            "geometric" => j => Math.Pow(0.5, j),
            "geometric-slow" => j => 1 - Math.Pow(1.01, Math.Min(j, 900)),
            // The mean of the leading entries is where the next ones lie: coefficients as in the tests of entmax.
            "tie-1e-5" => j => 1e-5 * (j % 7 < 3 ? 1 : j % 7 < 5 ? 0 : -1),
            "tie-1" => j => j % 7 < 1 ? 1 : 0,
            "tie-1e4" => j => 1e4 * (j % 7 < 3 ? 1 : j % 7 < 5 ? 0.99999 : -1),
            "offset" => j => 65536 + Math.Round(8 * Noise(j)) / 8,
            "negative-offset" => j => -1000 + Noise(j),
            "subnormal" => j => 1e-40 * Noise(j),
            "one-huge" => j => j == n / 2 ? 1e30 : Noise(j),
            "one-large" => j => j == n / 2 ? 1e4 : Noise(j),
            "staircase" => j => -Math.Floor(j / 3.0) / 8,
            // τ is large beside the many small entries that it leaves: in one word its error would add up.
            "one-above" => j => j == 0 ? 0.75 : 0,
            "alternating" => j => j % 2 == 0 ? 1 : -1,
            "decreasing" => j => -j / 64.0,
            "grid" => j => Math.Round(4 * Noise(j)) / 4,
            "two-values" => j => j % 3 == 0 ? 0.5 : 0.5 - (1.0 / 1024),
            _ => j => Math.Sign(Noise(j)) * Math.Exp(Math.Min(60, 2 * Math.Abs(Noise(j)))),
        };
    }
}
