using System;

namespace Gibbs.Tests.Reference;

/// <summary>Adds the terms of a row's loss and of its gradient with respect to ẑ one by one, with the magnitudes of what was added.</summary>
internal sealed class ReferenceTerms(ReferenceRow result, EffectiveRow row, double rowWeight)
{
    private readonly CompensatedSum[] _gradient = new CompensatedSum[row.P.Length];
    private readonly double[] _scale = result.GradientScale;
    private CompensatedSum _loss;

    // Σ p·x loses p·|x| where p is flushed to 0: |x| is about 88 in float32, 709 in float64.
    private const double UnderflowExponent = 1024;

    private int Columns => row.P.Length;

    /// <summary>weight·φ(−log p_y); its gradient is weight·φ′·(p_j − 1[j=y]).</summary>
    public void AddTarget(int y, double weight, TargetLoss kind, double parameter, double largestReal)
    {
        if (weight == 0)
            return;
        double l = -row.LogP(y), oneMinusP = row.OneMinusP(y);
        double value = weight * ReferenceTargetLoss.Value(kind, parameter, l, row.P[y], oneMinusP);
        double slope = Math.Min(ReferenceTargetLoss.Slope(kind, parameter, l, row.P[y], oneMinusP), largestReal);
        double kappa = weight * slope;
        result.Overflows |= slope > largestReal * 1e-6;
        double conditioning = ReferenceTargetLoss.Conditioning(kind, parameter, l, oneMinusP);
        _loss.Add(value);
        AddLossScale(Math.Abs(value) + Math.Abs(weight * (kind == TargetLoss.Poly1 ? parameter * oneMinusP : 0)), Math.Abs(kappa) * row.LogSum);
        result.LossExtraScale += double.IsFinite(value) ? Math.Abs(value) * conditioning : 0;
        for (int j = 0; j < Columns; j++)
            Add(j, j == y ? -kappa * oneMinusP : kappa * row.P[j]);
        result.GradientGapScale += Math.Abs(kappa) * row.Rest;
        result.UnderflowScale += Math.Abs(kappa) * (1 + conditioning);
        result.GradientExtraScale += Math.Abs(kappa) * conditioning;
    }

    /// <summary>Σ q̃_j·(−log p_j); its gradient is (Σ q̃)·p_j − q̃_j. Returns Σ q̃.</summary>
    public double AddSoftTargets(double[] soft)
    {
        CompensatedSum mass = default;
        foreach (double q in soft)
            mass.Add(q);
        for (int j = 0; j < Columns; j++)
        {
            if (soft[j] != 0)
            {
                double value = soft[j] * -row.LogP(j);
                _loss.Add(value);
                AddLossScale(Math.Abs(value), Math.Abs(soft[j]) * row.LogSum);
            }
            double p = mass.Value * row.P[j];
            Add(j, p, Math.Abs(p));
            Add(j, -soft[j], Math.Abs(soft[j]));
        }
        result.GradientGapScale += Math.Abs(mass.Value) * row.Rest;
        result.UnderflowScale += Math.Abs(mass.Value);
        return mass.Value;
    }

    /// <summary>λ·lse²; 2λ·lse·p_j.</summary>
    public void AddZLoss(double lambda)
    {
        if (lambda == 0)
            return;
        double lse = row.Maximum + row.LogSum, parts = Math.Abs(row.Maximum) + row.LogSum;
        _loss.Add(lambda * lse * lse);
        AddLossScale(lambda * ((lse * lse) + (2 * Math.Abs(lse) * parts) + (1e-6 * parts * parts)), 0);
        result.LossShiftScale += 2 * lambda * Math.Abs(lse);
        for (int j = 0; j < Columns; j++)
            Add(j, 2 * lambda * lse * row.P[j], 2 * lambda * parts * row.P[j]);
        result.GradientGapScale += 2 * lambda * parts * row.Rest;
        result.UnderflowScale += 2 * lambda * parts;
    }

    /// <summary>−β·H; β·p_j·(x_j + E) with E = −Σ p·x.</summary>
    public void AddEntropy(double beta)
    {
        if (beta == 0)
            return;
        double e = -row.MeanOffset;
        _loss.Add(-beta * (row.LogSum + e));
        AddLossScale(Math.Abs(beta) * (row.LogSum + e), Math.Abs(beta) * row.LogSum);
        result.MomentScale += Math.Abs(beta) * e;
        for (int j = 0; j < Columns; j++)
        {
            if (row.P[j] > 0)
                Add(j, beta * row.P[j] * (row.X[j] + e), Math.Abs(beta) * row.P[j] * (-row.X[j] + e));
        }
        result.GradientGapScale += Math.Abs(beta) * row.Rest * (1 + row.Gap);
        result.UnderflowScale += Math.Abs(beta) * UnderflowExponent;
    }

    /// <summary>α·(max ẑ − mean ẑ) over unmasked entries; α·(1[j=argmax] − 1/n).</summary>
    public void AddMaxSuppression(double alpha)
    {
        if (alpha == 0)
            return;
        CompensatedSum x = default;
        for (int j = 0; j < Columns; j++)
        {
            if (row.Masked[j])
                continue;
            x.Add(row.X[j]);
            double share = 1.0 / row.UnmaskedCount;
            Add(j, alpha * ((j == row.Argmax ? 1 : 0) - share), Math.Abs(alpha) * ((j == row.Argmax ? 1 : 0) + share));
        }
        double value = -alpha * x.Value / row.UnmaskedCount;
        _loss.Add(value);
        AddLossScale(Math.Abs(value), 0);
        result.LossShiftScale += Math.Abs(alpha);
    }

    /// <summary>(ν/2)·Σ (ẑ_j − c)² over unmasked entries; ν·(ẑ_j − c).</summary>
    public void AddLogitPenalty(double nu, double center)
    {
        if (nu == 0)
            return;
        for (int j = 0; j < Columns; j++)
        {
            if (row.Masked[j])
                continue;
            double d = row.Effective(j) - center;
            _loss.Add(nu / 2 * d * d);
            AddLossScale(nu / 2 * d * d, 0);
            result.LossShiftScale += nu * Math.Abs(d);
            Add(j, nu * d);
        }
        result.GradientShiftScale += nu;
    }

    /// <summary>The row weight, and the chain through temperature and softcap.</summary>
    public void Finish(double temperature, double largestReal)
    {
        double r = rowWeight, weight = Math.Abs(r);
        result.Loss = r == 0 ? 0 : r * _loss.Value;
        result.LossScale *= weight;
        result.LossGapScale *= weight;
        result.LossShiftScale *= weight;
        result.LossExtraScale *= weight;
        result.MomentScale *= weight;
        double scale = Math.Min(1 / temperature, largestReal);
        for (int j = 0; j < Columns; j++)
        {
            double chain = r * scale * row.Chain(j), value = _gradient[j].Value;
            result.Gradient[j] = chain == 0 || value == 0 ? 0 : chain * value;
            // 1/16 of the gradient's factor is the rounding error of z/c.
            _scale[j] *= Math.Abs(chain) * (1 + (row.ChainConditioning(j) / 16));
        }
        result.GradientGapScale *= weight * scale;
        result.GradientShiftScale *= weight * scale;
        result.GradientExtraScale *= weight * scale;
        result.GradientMomentScale = result.MomentScale * scale;
        result.UnderflowScale *= weight;
        result.GradientUnderflowScale = result.UnderflowScale * scale;
    }

    private void Add(int j, double value) => Add(j, value, Math.Abs(value));

    private void Add(int j, double value, double magnitude)
    {
        _gradient[j].Add(value);
        _scale[j] += magnitude;
    }

    // An infinite term makes the loss infinite; the bounds of the rest do not matter then.
    private void AddLossScale(double magnitude, double gapMagnitude)
    {
        result.LossScale += double.IsFinite(magnitude) ? magnitude : 0;
        result.LossGapScale += gapMagnitude;
    }
}
