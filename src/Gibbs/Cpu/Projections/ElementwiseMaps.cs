using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>A map of single entries: y of x and the parameter t, and dy/dx, dy/dt, dy/d(second) of y alone, for y that is a number.</summary>
internal interface IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    static abstract TVector Result(TVector x, TVector t, TVector second);

    static abstract TVector Slope(TVector y, TVector t, TVector second);

    static virtual TVector ByParameter(TVector y, TVector t, TVector second) => default;

    static virtual TVector BySecond(TVector y, TVector t, TVector second) => default;
}

/// <summary>Words of the formulas.</summary>
internal static class Lane<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVector.Constant(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Magnitude(TVector x) => x & RowScan<TVector, TReal>.AbsoluteMask;

    /// <summary>A magnitude with the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Signed(TVector magnitude, TVector x) => magnitude | (x & TVector.Constant(-0.0));

    /// <summary>A value where y is not 0, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OnSupport(TVector y, TVector value) => TVector.Select(TVector.Equal(y, default), default, value);

    /// <summary>x less its part in [−t, t]: 0 is +0; x itself where t is 0. NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Soft(TVector x, TVector t)
    {
        TVector y = x - Clip(x, t);
        return TVector.Select(TVector.Equal(t, default), x, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Clip(TVector x, TVector t)
    {
        TVector raised = TVector.Max(default(TVector) - t, x);
        return TVector.Select(TVector.LessThan(t, raised), t, raised);
    }

    /// <summary>y, but x where that is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrNaN(TVector x, TVector y) => TVector.Select(TVector.Equal(x, x), y, x);
}

/// <summary>clip(x, −r, r).</summary>
internal readonly struct LInfBallElement<TVector, TReal> : IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector Result(TVector x, TVector t, TVector second) => Lane<TVector, TReal>.Clip(x, t);

    public static TVector Slope(TVector y, TVector t, TVector second) =>
        TVector.Select(TVector.LessThan(Lane<TVector, TReal>.Magnitude(y), t), Lane<TVector, TReal>.One, default);

    public static TVector ByParameter(TVector y, TVector t, TVector second) =>
        Lane<TVector, TReal>.OnSupport(y, TVector.Select(TVector.LessThan(Lane<TVector, TReal>.Magnitude(y), t), default, Lane<TVector, TReal>.Signed(Lane<TVector, TReal>.One, y)));
}

/// <summary>sign(x)(|x| − t)₊.</summary>
internal readonly struct SoftThresholdElement<TVector, TReal> : IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector Result(TVector x, TVector t, TVector second) => Lane<TVector, TReal>.Soft(x, t);

    public static TVector Slope(TVector y, TVector t, TVector second) => Lane<TVector, TReal>.OnSupport(y, Lane<TVector, TReal>.One);

    public static TVector ByParameter(TVector y, TVector t, TVector second) =>
        Lane<TVector, TReal>.OnSupport(y, default(TVector) - Lane<TVector, TReal>.Signed(Lane<TVector, TReal>.One, y));
}

/// <summary>x where |x| &gt; t, else 0.</summary>
internal readonly struct HardThresholdElement<TVector, TReal> : IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector Result(TVector x, TVector t, TVector second) =>
        Lane<TVector, TReal>.OrNaN(x, TVector.Select(TVector.LessThan(t, Lane<TVector, TReal>.Magnitude(x)), x, default));

    public static TVector Slope(TVector y, TVector t, TVector second) => Lane<TVector, TReal>.OnSupport(y, Lane<TVector, TReal>.One);
}

/// <summary>sign(x)(|x| − t)₊/(1 + ρ).</summary>
internal readonly struct ElasticNetElement<TVector, TReal> : IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector Result(TVector x, TVector t, TVector second) => Lane<TVector, TReal>.Soft(x, t) / (Lane<TVector, TReal>.One + second);

    public static TVector Slope(TVector y, TVector t, TVector second) =>
        Lane<TVector, TReal>.OnSupport(y, Lane<TVector, TReal>.One / (Lane<TVector, TReal>.One + second));

    public static TVector ByParameter(TVector y, TVector t, TVector second) =>
        Lane<TVector, TReal>.OnSupport(y, Lane<TVector, TReal>.Signed(Lane<TVector, TReal>.One, y) / (default(TVector) - (Lane<TVector, TReal>.One + second)));

    public static TVector BySecond(TVector y, TVector t, TVector second) => y / (default(TVector) - (Lane<TVector, TReal>.One + second));
}

/// <summary>0 for |x| ≤ t, sign(x)(|x| − t)·γ/(γ−1) for |x| ≤ γt, else x.</summary>
internal readonly struct McpElement<TVector, TReal> : IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector Result(TVector x, TVector t, TVector second)
    {
        TVector magnitude = Lane<TVector, TReal>.Magnitude(x);
        TVector middle = Lane<TVector, TReal>.Signed((magnitude - t) * Factor(second), x);
        TVector y = TVector.Select(TVector.LessThan(second * t, magnitude), x, middle);
        return Lane<TVector, TReal>.OrNaN(x, TVector.Select(TVector.LessThan(t, magnitude), y, default));
    }

    public static TVector Slope(TVector y, TVector t, TVector second) =>
        Lane<TVector, TReal>.OnSupport(y, Middle(y, t, second, Factor(second), Lane<TVector, TReal>.One));

    public static TVector ByParameter(TVector y, TVector t, TVector second) =>
        Lane<TVector, TReal>.OnSupport(y, Middle(y, t, second, Lane<TVector, TReal>.Signed(Factor(second), y) * TVector.Constant(-1), default));

    public static TVector BySecond(TVector y, TVector t, TVector second) =>
        Middle(y, t, second, y / (second * (Lane<TVector, TReal>.One - second)), default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Factor(TVector second) => second / (second - Lane<TVector, TReal>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Middle(TVector y, TVector t, TVector second, TVector inside, TVector outside) =>
        TVector.Select(TVector.LessThan(Lane<TVector, TReal>.Magnitude(y), second * t), inside, outside);
}

/// <summary>Soft threshold for |x| ≤ 2t, sign(x)(|x| + (|x| − a·t)/(a−2)) for |x| ≤ a·t, else x.</summary>
internal readonly struct ScadElement<TVector, TReal> : IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector Result(TVector x, TVector t, TVector second)
    {
        TVector magnitude = Lane<TVector, TReal>.Magnitude(x);
        TVector beyond = TVector.FusedMultiplyAdd(default(TVector) - second, t, magnitude);
        TVector middle = Lane<TVector, TReal>.Signed(magnitude + (beyond / (second - TVector.Constant(2))), x);
        TVector y = TVector.Select(TVector.LessThan(t + t, magnitude), middle, Lane<TVector, TReal>.Soft(x, t));
        return Lane<TVector, TReal>.OrNaN(x, TVector.Select(TVector.LessThan(second * t, magnitude), x, y));
    }

    public static TVector Slope(TVector y, TVector t, TVector second)
    {
        TVector one = Lane<TVector, TReal>.One;
        return Lane<TVector, TReal>.OnSupport(y, Middle(y, t, second, (second - one) / (second - TVector.Constant(2)), one, one));
    }

    public static TVector ByParameter(TVector y, TVector t, TVector second)
    {
        TVector sign = Lane<TVector, TReal>.Signed(TVector.Constant(1), y) * TVector.Constant(-1);
        return Lane<TVector, TReal>.OnSupport(y, Middle(y, t, second, sign * (second / (second - TVector.Constant(2))), sign, default));
    }

    // x = (y(a−2) + s·a·t)/(a−1), (2s·t − x)/(a−2)².
    public static TVector BySecond(TVector y, TVector t, TVector second)
    {
        TVector two = TVector.Constant(2), less = second - two;
        TVector signed = Lane<TVector, TReal>.Signed(t, y);
        TVector x = TVector.FusedMultiplyAdd(y, less, second * signed) / (second - Lane<TVector, TReal>.One);
        return Middle(y, t, second, ((two * signed) - x) / (less * less), default, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Middle(TVector y, TVector t, TVector second, TVector middle, TVector inside, TVector outside)
    {
        TVector magnitude = Lane<TVector, TReal>.Magnitude(y);
        TVector value = TVector.Select(TVector.LessThan(magnitude, second * t), middle, outside);
        return TVector.Select(TVector.LessThan(t, magnitude), value, TVector.Select(TVector.Equal(t, default), outside, inside));
    }
}

/// <summary>x/(1 + step) for |x| ≤ δ(1 + step), else x − step·δ·sign(x).</summary>
internal readonly struct HuberElement<TVector, TReal> : IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector Result(TVector x, TVector t, TVector second)
    {
        TVector magnitude = Lane<TVector, TReal>.Magnitude(x), growth = Lane<TVector, TReal>.One + t;
        TVector outer = Lane<TVector, TReal>.Signed(TVector.FusedMultiplyAdd(default(TVector) - t, second, magnitude), x);
        return TVector.Select(TVector.LessThan(second * growth, magnitude), outer, x / growth);
    }

    public static TVector Slope(TVector y, TVector t, TVector second) =>
        Outer(y, second, Lane<TVector, TReal>.One, Lane<TVector, TReal>.One / (Lane<TVector, TReal>.One + t));

    public static TVector ByParameter(TVector y, TVector t, TVector second) =>
        Outer(y, second, default(TVector) - Lane<TVector, TReal>.Signed(second, y), y / (TVector.Constant(-1) - t));

    public static TVector BySecond(TVector y, TVector t, TVector second) =>
        Outer(y, second, default(TVector) - Lane<TVector, TReal>.Signed(t, y), default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Outer(TVector y, TVector second, TVector outside, TVector inside) =>
        TVector.Select(TVector.LessThan(second, Lane<TVector, TReal>.Magnitude(y)), outside, inside);
}

/// <summary>Masks that keep what they keep: the gradient is v where y ≠ 0.</summary>
internal readonly struct MaskElement<TVector, TReal> : IElementwise<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static TVector Result(TVector x, TVector t, TVector second) => x;

    public static TVector Slope(TVector y, TVector t, TVector second) => Lane<TVector, TReal>.OnSupport(y, Lane<TVector, TReal>.One);
}
