using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Projections;

/// <summary>A group of the ℓ1,∞ ball: its support S = {|x| &gt; m} and the level m, in two words, at which Σ_S(|x| − m) = θ.</summary>
internal struct GroupMass
{
    /// <summary>‖x_g‖₁.</summary>
    public TwoSum Total;

    /// <summary>Σ_S |x|.</summary>
    public TwoSum Sum;

    /// <summary>|S|; 0: the level is 0, for ‖x_g‖₁ ≤ θ.</summary>
    public int Support;

    public double Level;
    public double LevelRest;
}

/// <summary>
/// The θ at which levels of groups sum to r: Σ_g m_g(θ) = r, Σ_{j∈g}(|x_j| − m_g)₊ = θ or m_g = 0. Σ m_g is convex and falls in θ, so Newton's method from the left rises to the root; per group it does so in m_g. Of a step and
/// the next, the distance from r or the slope at least halves, so both loops are short; they end where a step no longer rises. θ and m in two words: levels sum to r to rounding.
/// </summary>
internal readonly unsafe struct GroupMasses(double* magnitudes, GroupMass* masses)
{
    private readonly double* _magnitudes = magnitudes;
    private readonly GroupMass* _masses = masses;

    /// <summary>Sums and maxima of the groups; returns Σ max, the norm of the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Begin<T, TReal>(in ProjectionJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        TwoSum norm = default;
        for (int group = 0; group < job.GroupCount; group++)
        {
            GroupMass mass = default;
            for (int j = job.GroupBegin(group); j < job.GroupEnd(group); j++)
            {
                double magnitude = _magnitudes[j];
                mass.Total.Add(magnitude);
                if (magnitude > mass.Level)
                {
                    mass.Level = magnitude;
                    mass.Support = 0;
                }

                if (magnitude == mass.Level && magnitude > 0)
                    mass.Support++;
            }

            mass.Sum.AddProduct(mass.Level, mass.Support);
            norm.Add(mass.Level);
            _masses[group] = mass;
        }

        return norm.Rounded;
    }

    /// <summary>Levels for a radius below the norm; returns θ.</summary>
    public double Solve<T, TReal>(in ProjectionJob<T, TReal> job, double radius)
        where T : unmanaged
        where TReal : unmanaged
    {
        TwoSum theta = default;
        while (true)
        {
            TwoSum next = Step(job, radius);
            if (!(next.Value > theta.Value || (next.Value == theta.Value && next.Rest > theta.Rest)))
                break;
            theta = next;
            for (int group = 0; group < job.GroupCount; group++)
            {
                if (_masses[group].Support > 0)
                    Lower(ref _masses[group], theta, job.GroupBegin(group), job.GroupEnd(group));
            }
        }

        return theta.Value;
    }

    /// <summary>All levels 0; returns the least θ at which they are: max ‖x_g‖₁.</summary>
    public double Zero(int groups)
    {
        double theta = 0;
        for (int group = 0; group < groups; group++)
        {
            theta = Math.Max(theta, _masses[group].Total.Rounded);
            _masses[group].Support = 0;
            _masses[group].Level = 0;
        }

        return theta;
    }

    // θ = (Σ s/n − r)/Σ 1/n over groups with a level.
    private TwoSum Step<T, TReal>(in ProjectionJob<T, TReal> job, double radius)
        where T : unmanaged
        where TReal : unmanaged
    {
        TwoSum excess = default, slope = default;
        for (int group = 0; group < job.GroupCount; group++)
        {
            double n = _masses[group].Support;
            if (n == 0)
                continue;
            TwoSum sum = _masses[group].Sum;
            double quotient = sum.Value / n, share = 1 / n;
            excess.Add(quotient);
            excess.Rest += (Math.FusedMultiplyAdd(-quotient, n, sum.Value) + sum.Rest) / n;
            slope.Add(share);
            slope.Rest += Math.FusedMultiplyAdd(-share, n, 1) / n;
        }

        if (slope.Value == 0)
            return default;
        excess.Add(-radius);
        double theta = excess.Rounded / slope.Rounded;
        TwoSum left = excess;
        left.AddProduct(-theta, slope.Value);
        left.Rest -= theta * slope.Rest;
        return new TwoSum { Value = theta, Rest = left.Rounded / slope.Rounded };
    }

    // The group's level for a greater θ: from that of its old support, which lies at or below it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Lower(ref GroupMass mass, in TwoSum theta, int begin, int end)
    {
        if ((mass.Total.Value - theta.Value) + (mass.Total.Rest - theta.Rest) <= 0)
        {
            mass.Support = 0;
            mass.Level = 0;
            mass.LevelRest = 0;
            return;
        }

        SetLevel(ref mass, theta);
        for (bool first = true; ; first = false)
        {
            TwoSum sum = default;
            int support = 0;
            double level = Math.Max(mass.Level, 0);
            for (int j = begin; j < end; j++)
            {
                double magnitude = _magnitudes[j];
                if (magnitude > level)
                {
                    sum.Add(magnitude);
                    support++;
                }
            }

            // From the left the support shrinks; where it does not, it is the level's own.
            if (support == 0 || (first ? support == mass.Support : support >= mass.Support))
                return;
            mass.Support = support;
            mass.Sum = sum;
            SetLevel(ref mass, theta);
        }
    }

    // m = (s − θ)/n.
    private static void SetLevel(ref GroupMass mass, in TwoSum theta)
    {
        TwoSum rest = mass.Sum;
        rest.Add(-theta.Value);
        rest.Rest -= theta.Rest;
        double n = mass.Support;
        mass.Level = rest.Rounded / n;
        rest.AddProduct(-mass.Level, n);
        mass.LevelRest = rest.Rounded / n;
    }
}
