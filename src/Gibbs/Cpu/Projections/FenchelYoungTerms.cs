using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// A row's loss and gradient from the support of p. With q_j = t·1[j=y] + u·w_j, everything in d = x − max: loss = t·(Σ p_j(d_j − d_y) + H) + u·(W·(Σ p·d + H) − Σ w·d), H = Σ p(1 − p^(α−1))/(α(α−1));
/// gradient (t + u·W)·p_j − q_j, at the target with −Σ of the other p in place of p_y − 1.
/// </summary>
internal readonly unsafe struct FenchelYoungTerms
{
    public required int Target { get; init; }

    /// <summary>t = (1 − s)·w_y.</summary>
    public required double TargetWeight { get; init; }

    /// <summary>u = s/V.</summary>
    public required double Uniform { get; init; }

    /// <summary>W = Σw.</summary>
    public required double ClassMass { get; init; }

    /// <summary>Σq.</summary>
    public double Mass => TargetWeight + (Uniform * ClassMass);

    /// <summary>The row's loss before its weight. Terms of weight 0 are 0; columns is Σ w·d over all classes, −∞ where a masked one counts.</summary>
    public double Loss(in Candidates support, double alpha, double targetOffset, double columns)
    {
        double entropy = 0, mean = 0, gap = 0;
        for (int i = 0; i < support.Count; i++)
        {
            double p = support.Values[i];
            entropy += p * Deficit(p, alpha - 1);
            mean += p * support.Offsets[i];
            gap += p * (support.Offsets[i] - targetOffset);
        }

        entropy /= alpha * (alpha - 1);
        double loss = TargetWeight == 0 ? 0 : TargetWeight * (gap + entropy);
        double mass = Uniform * ClassMass;
        return mass == 0 ? loss : loss + ((mass * (mean + entropy)) - (Uniform * columns));
    }

    /// <summary>The list becomes the gradient's entries on the support and at the target.</summary>
    public void Gradient<TReal>(ref Candidates support, TReal* classWeights, double factor)
        where TReal : unmanaged
    {
        int target = Insert(ref support);
        TwoSum others = default;
        for (int i = 0; i < support.Count; i++)
            others.Add(i == target ? 0 : support.Values[i]);
        double complement = support.Values[target] == 0 ? 1 : others.Rounded;
        double mass = Uniform * ClassMass;
        for (int i = 0; i < support.Count; i++)
        {
            double p = support.Values[i];
            double w = classWeights == null ? 1 : Real.ToDouble(classWeights[support.Indices[i]]);
            double uniform = Uniform == 0 ? 0 : (mass * p) - (Uniform * w);
            support.Values[i] = factor * (uniform + (TargetWeight * (i == target ? -complement : p)));
        }
    }

    // The target's place in the list, with probability 0 where it was not there.
    private int Insert(ref Candidates support)
    {
        int place = new ReadOnlySpan<int>(support.Indices, support.Count).BinarySearch(Target);
        if (place >= 0)
            return place;
        place = ~place;
        for (int i = support.Count; i > place; i--)
        {
            support.Indices[i] = support.Indices[i - 1];
            support.Values[i] = support.Values[i - 1];
        }

        support.Indices[place] = Target;
        support.Values[place] = 0;
        support.Count++;
        return place;
    }

    // 1 − p^β.
    private static double Deficit(double p, double beta) => beta == 1 ? 1 - p : beta == 0.5 ? 1 - Math.Sqrt(p) : -Real.ExpM1(beta * Math.Log(p));
}
