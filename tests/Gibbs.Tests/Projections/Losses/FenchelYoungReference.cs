using System;
using System.Linq;

using Gibbs.Tests.Projections.Reference;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Losses;

/// <summary>
/// One row of a Fenchel-Young loss in fp64: loss = r·Σ_j q_j·(Ω*(x) − x_j), Ω*(x) = ⟨p, x⟩ + H(p), H = Σ p(1 − p^β)/(αβ), q_j = w_j·((1−s)·1[j=y] + s/V); gradient = r·((Σq)·p − q). Every number with the
/// sum of the absolute values that are added up to it.
/// </summary>
internal sealed class FenchelYoungReference
{
    private FenchelYoungReference(FenchelYoungCase c, int row)
    {
        double alpha = c.Alpha(row), weight = c.RowWeight(row);
        long target = c.Targets[row];
        Probabilities = ReferenceRowMap.Forward(new() { Map = RowMap.Entmax(1.5), Type = c.Type, X = c.Row(row).ToArray(), Parameter = alpha });
        Gradient = new double[c.Columns];
        Scale = new double[c.Columns];
        WideScale = new double[c.Columns];
        Status = target == c.Options.IgnoreIndex ? RowStatus.Ignored : target < 0 || target >= c.Columns ? RowStatus.TargetOutOfRange : Probabilities.Status;
        Valid = Status is not (RowStatus.Ignored or RowStatus.TargetOutOfRange);
        double s = c.Options.LabelSmoothing;
        Q = [.. Enumerable.Range(0, c.Columns).Select(j => c.ClassWeight(j) * (((1 - s) * (j == target ? 1 : 0)) + (s / c.Columns)))];
        Share = Valid ? weight * c.ClassWeight(target) : 0;
        switch (Status)
        {
            case RowStatus.Ok:
                Compute(c.Row(row), alpha, weight, (int)target, s);
                break;
            case RowStatus.Ignored:
                break;
            case RowStatus.TargetOutOfRange:
                Loss = double.NaN;
                break;
            case RowStatus.AllMasked:
                Loss = weight == 0 || Q.All(q => q == 0) ? 0 : weight * double.PositiveInfinity;
                break;
            default:
                Loss = double.NaN;
                Array.Fill(Gradient, double.NaN);
                break;
        }
    }

    public RowStatus Status { get; }

    public bool Valid { get; }

    public MapResult Probabilities { get; }

    public double[] Q { get; }

    /// <summary>r·w_y of a valid row.</summary>
    public double Share { get; }

    public double Loss { get; private set; }

    public double LossScale { get; private set; }

    public double LossWideScale { get; private set; }

    public double[] Gradient { get; }

    public double[] Scale { get; }

    public double[] WideScale { get; }

    public static FenchelYoungReference Row(FenchelYoungCase c, int row) => new(c, row);

    private void Compute(ReadOnlySpan<double> z, double alpha, double weight, int target, double s)
    {
        double[] p = Probabilities.Y;
        double maximum = double.NegativeInfinity, beta = alpha - 1;
        foreach (double each in z)
            maximum = Math.Max(maximum, each);
        CompensatedSum entropy = default, mass = default, loss = default, scale = default;
        for (int j = 0; j < p.Length; j++)
        {
            mass.Add(Q[j]);
            // 1 − p^β from the other probabilities, which loses nothing when p is nearly 1.
            double power = p[j] > 0.5 ? -Math.Exp(beta * EntmaxReference.Log1P(-Others(p, j))) : -Math.Pow(p[j], beta);
            double rest = p[j] > 0.5 ? Expm1Negative(beta * EntmaxReference.Log1P(-Others(p, j))) : 1 + power;
            entropy.Add(p[j] == 0 ? 0 : p[j] * rest / (alpha * beta));
        }
        double H = entropy.Value;
        for (int k = 0; k < p.Length; k++)
        {
            if (Q[k] == 0 || weight == 0)
                continue;
            if (double.IsNegativeInfinity(z[k]))
            {
                loss.Add(double.PositiveInfinity);
                continue;
            }
            // Ω* − x_k = Σ p_j(x_j − x_k) + H.
            CompensatedSum term = default, size = default;
            for (int j = 0; j < p.Length; j++)
            {
                if (p[j] > 0 && j != k)
                {
                    term.Add(p[j] * (z[j] - z[k]));
                    size.Add(p[j] * (s == 0 ? Math.Abs(z[j] - z[k]) : maximum - z[j]));
                }
            }
            loss.Add(Q[k] * (term.Value + H));
            scale.Add(Q[k] * (size.Value + H + (s == 0 ? 0 : maximum - z[k])));
        }
        Loss = loss.Value == 0 ? 0 : weight * loss.Value;
        LossScale = Math.Abs(weight) * scale.Value;
        LossWideScale = Math.Abs(weight) * (scale.Value + ((alpha is 1.5 or 2 ? 0 : 1) * mass.Value * p.Max(v => 1 - v) / beta));
        for (int j = 0; j < p.Length; j++)
        {
            if (weight == 0)
                continue;
            bool relative = j == target && s == 0;
            double others = relative ? Others(p, j) : 0;
            Gradient[j] = weight * (relative ? -Q[j] * others : (mass.Value * p[j]) - Q[j]);
            Scale[j] = Math.Abs(weight) * (relative ? Q[j] * (others + Sum(Probabilities.Scale, j)) : (mass.Value * (Probabilities.Scale[j] + p[j])) + Q[j]);
            WideScale[j] = Math.Abs(weight) * mass.Value * (relative ? Sum(Probabilities.WideScale, j) : Probabilities.WideScale[j]);
        }
    }

    // 1 − e^x for x ≤ 0.
    private static double Expm1Negative(double x) => x > -1e-5 ? -x * (1 + (x / 2) + (x * x / 6)) : 1 - Math.Exp(x);

    private static double Others(double[] p, int j) => Sum(p, j);

    private static double Sum(double[] values, int without)
    {
        CompensatedSum sum = default;
        for (int j = 0; j < values.Length; j++)
        {
            if (j != without)
                sum.Add(values[j]);
        }
        return sum.Value;
    }
}
