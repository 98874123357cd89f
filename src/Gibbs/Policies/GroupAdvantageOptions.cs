using System;

namespace Gibbs;

/// <summary>What the rewards of a group become.</summary>
public enum AdvantageKind
{
    /// <summary>(r − mean)/(std + ε) (GRPO; Shao et al., 2024).</summary>
    Standardised = 0,

    /// <summary>r − mean (Dr. GRPO; Liu et al., 2025).</summary>
    Centred = 1,

    /// <summary>r − the mean of the others (RLOO; Kool et al., 2019, Ahmadian et al., 2024).</summary>
    LeaveOneOut = 2,
}

/// <summary>The scalars of group advantages; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct GroupAdvantageOptions
{
    // Stored as differences from the defaults, so that default(GroupAdvantageOptions) is the documented default.
    private readonly long _epsilonBits;

    /// <summary>What the rewards become. Default <see cref="AdvantageKind.Standardised"/>.</summary>
    public AdvantageKind Kind { get; init; }

    /// <summary>The variance is divided by the members of the group, not by one less. Default false.</summary>
    public bool Biased { get; init; }

    /// <summary>ε, at least 0. Default 1e-6.</summary>
    public double Epsilon
    {
        get => DefaultedScalar.Get(_epsilonBits, 1e-6);
        init => _epsilonBits = DefaultedScalar.Set(value, 1e-6);
    }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct GroupAdvantageOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Advantages [B]; may be the rewards' own memory.</summary>
    public Span<TReal> Advantages { get; set; }

    /// <summary>Means of the groups [G]; NaN of a group without members.</summary>
    public Span<TReal> Means { get; set; }

    /// <summary>Standard deviations of the groups [G]; 0 of a group of fewer than two.</summary>
    public Span<TReal> Deviations { get; set; }
}
