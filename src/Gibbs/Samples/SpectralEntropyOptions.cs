using System;

namespace Gibbs;

/// <summary>What entropy of a spectrum λ_1 … λ_n.</summary>
public enum SpectralEntropyKind
{
    /// <summary>−Σ p·log p with p_j = |λ_j|^t/Σ|λ|^t, t the <see cref="SpectralEntropyOptions.Power"/> (diffusion spectral entropy; Liao et al., 2023). With t = 1, that of a trace-normalised matrix.</summary>
    Diffusion = 0,

    /// <summary>−Σ λ·log λ of the eigenvalues as given: the von Neumann entropy of a density matrix, whose trace is 1.</summary>
    VonNeumann = 1,
}

/// <summary>The scalars of a spectral entropy; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
/// <remarks>
/// <code>
/// Diffusion   H = −Σ p·log p        dH/dλ_j = −(t·p_j/λ_j)·(log p_j + H), 0 at λ_j = 0
/// VonNeumann  H = −Σ λ·log λ        dH/dλ_j = −(log λ_j + 1), +∞ at λ_j = 0
/// </code>
/// </remarks>
public readonly record struct SpectralEntropyOptions
{
    // Stored as a difference from the default, so that default(SpectralEntropyOptions) is the documented default.
    private readonly long _powerBits;

    /// <summary>Default <see cref="SpectralEntropyKind.Diffusion"/>.</summary>
    public SpectralEntropyKind Kind { get; init; }

    /// <summary>t &gt; 0, the steps of the diffusion: suppresses small, noisy eigenvalues. For <see cref="SpectralEntropyKind.Diffusion"/>. Default 1.</summary>
    public double Power
    {
        get => DefaultedScalar.Get(_powerBits, 1);
        init => _powerBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>Logarithms to base 2: entropies and gradients in bits. Default false: nats.</summary>
    public bool Base2 { get; init; }

    /// <summary>What nats are multiplied by.</summary>
    internal double Unit => Base2 ? 1 / Math.Log(2) : 1;
}
