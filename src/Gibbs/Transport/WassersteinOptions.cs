namespace Gibbs;

/// <summary>The scalars of one-dimensional transport; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct Wasserstein1DOptions
{
    private readonly long _powerBits;

    /// <summary>p ≥ 1, finite: the cost of a pair is |x − y|^p. Default 2.</summary>
    public double Power
    {
        get => DefaultedScalar.Get(_powerBits, 2);
        init => _powerBits = DefaultedScalar.Set(value, 2);
    }
}

/// <summary>The scalars of sliced transport; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct SlicedWassersteinOptions
{
    private const int DefaultSlices = 128;

    // Stored as differences from the defaults, so that default(SlicedWassersteinOptions) is the documented default.
    private readonly long _powerBits;
    private readonly int _slicesOffset;

    /// <summary>p ≥ 1, finite: the cost of a pair of projections is |⟨θ, x⟩ − ⟨θ, y⟩|^p. Default 2.</summary>
    public double Power
    {
        get => DefaultedScalar.Get(_powerBits, 2);
        init => _powerBits = DefaultedScalar.Set(value, 2);
    }

    /// <summary>L ≥ 1: directions to draw, where none are given. Default 128.</summary>
    public int Slices
    {
        get => _slicesOffset + DefaultSlices;
        init => _slicesOffset = value - DefaultSlices;
    }

    /// <summary>Of the directions. Default 0.</summary>
    public ulong Seed { get; init; }
}
