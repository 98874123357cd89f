using System;

namespace Gibbs;

/// <summary>The scalars of a sample entropy; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct SampleEntropyOptions
{
    // Stored as differences from the defaults, so that default(SampleEntropyOptions) is the documented default.
    private readonly long _bandwidthBits;
    private readonly long _weightBits;

    /// <summary>What is measured. Default <see cref="SampleEntropyKind.RenyiQuadratic"/>.</summary>
    public SampleEntropyKind Kind { get; init; }

    /// <summary>σ of the points' kernel, in units of the coordinates; of the other points' and the conditions' too where these have none. Default 1.</summary>
    public double Bandwidth
    {
        get => DefaultedScalar.Get(_bandwidthBits, 1);
        init => _bandwidthBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>σ of the other points' kernel, for <see cref="SampleEntropyKind.CauchySchwarzInformation"/> alone: elsewhere they share a space with the points. Default null: <see cref="Bandwidth"/>.</summary>
    public double? OthersBandwidth { get; init; }

    /// <summary>σ of the conditions' kernel, for <see cref="SampleEntropyKind.ConditionalCauchySchwarz"/>. Default null: <see cref="Bandwidth"/>.</summary>
    public double? ConditionsBandwidth { get; init; }

    /// <summary>Factor of the value and of the gradients: λ of a loss. Default 1.</summary>
    public double Weight
    {
        get => DefaultedScalar.Get(_weightBits, 1);
        init => _weightBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>Logarithms to base 2: value, row values (but squared distances) and gradients are in bits. Default false: nats.</summary>
    public bool Base2 { get; init; }

    /// <summary>The normalised form of <see cref="SampleEntropyKind.CauchySchwarzInformation"/>; a ratio, which no base changes.</summary>
    public bool Normalised { get; init; }

    /// <summary>The released form of <see cref="SampleEntropyKind.ConditionalCauchySchwarz"/>, with Σ_j K_ij² in place of (Σ_j K_ij)².</summary>
    public bool SquaredKernelSums { get; init; }

    /// <summary><see cref="SampleEntropyKind.DiffusionEntries"/> of rows K_ij/D_i, without the division by √D_j.</summary>
    public bool PlainRows { get; init; }

    /// <summary><see cref="SampleEntropyKind.NearestNeighbour"/> against a buffer per point: [R·N, d], of which point i sees the rows i, N + i, 2N + i, …</summary>
    public bool OwnBuffers { get; init; }

    internal double ResolvedOthersBandwidth => OthersBandwidth ?? Bandwidth;

    internal double ResolvedConditionsBandwidth => ConditionsBandwidth ?? Bandwidth;

    /// <summary>Of a value in nats to what is returned.</summary>
    internal double ValueFactor => Base2 && !Normalised ? Weight / Math.Log(2) : Weight;
}
