using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>
/// A divergence D of p from q, class by class: its term v, p·dD/dp and q·dD/dq (the table of <see cref="DivergenceOptions"/>). All are 0 where p = q = 0. With s = d² S(d), S(d) = (e^d − 1 − d)/d²:
/// p − q = q·(d + s), v = q·s of KL; forms like these wherever |d| &lt; 1, and differences of masses elsewhere.
/// </summary>
internal interface IDivergenceTerm<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>Whether <see cref="At"/> uses log q.</summary>
    static abstract bool NeedsLogTeacher { get; }

    /// <summary>Constants of the kind.</summary>
    static abstract DivergenceConstants<TVector, TReal> Of(in DivergenceOptions options);

    /// <summary>One class: d = log p − log q, finite; log q finite, far below where q = 0.</summary>
    static abstract void At(in DivergenceConstants<TVector, TReal> c, TVector p, TVector q, TVector d, TVector logTeacher, out TVector term, out TVector student, out TVector teacher);
}

/// <summary>Scalars of a kind, spread over lanes.</summary>
internal struct DivergenceConstants<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public TVector A;
    public TVector B;
    public TVector C;
    public TVector D;
    public bool Upper;
}

/// <summary>KL(q‖p).</summary>
internal readonly struct KullbackLeiblerTerm<TVector, TReal> : IDivergenceTerm<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static bool NeedsLogTeacher => false;

    public static DivergenceConstants<TVector, TReal> Of(in DivergenceOptions options) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void At(in DivergenceConstants<TVector, TReal> c, TVector p, TVector q, TVector d, TVector logTeacher, out TVector term, out TVector student, out TVector teacher)
    {
        TVector square = d * d, near = RatioMath<TVector, TReal>.IsNear(square), excess = square * RatioMath<TVector, TReal>.Curvature(d);
        TVector difference = p - q, product = q * d;
        term = TVector.Select(near, q * excess, difference - product);
        student = TVector.Select(near, q * (d + excess), difference);
        teacher = default(TVector) - product;
    }
}

/// <summary>KL(p‖q).</summary>
internal readonly struct ReverseKullbackLeiblerTerm<TVector, TReal> : IDivergenceTerm<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static bool NeedsLogTeacher => false;

    public static DivergenceConstants<TVector, TReal> Of(in DivergenceOptions options) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void At(in DivergenceConstants<TVector, TReal> c, TVector p, TVector q, TVector d, TVector logTeacher, out TVector term, out TVector student, out TVector teacher)
    {
        TVector square = d * d, near = RatioMath<TVector, TReal>.IsNear(square), excess = square * RatioMath<TVector, TReal>.Curvature(default(TVector) - d);
        TVector difference = q - p;
        student = p * d;
        term = TVector.Select(near, p * excess, difference + student);
        teacher = TVector.Select(near, p * (excess - d), difference);
    }
}

/// <summary>KL(q‖p) + KL(p‖q).</summary>
internal readonly struct JeffreysTerm<TVector, TReal> : IDivergenceTerm<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static bool NeedsLogTeacher => false;

    public static DivergenceConstants<TVector, TReal> Of(in DivergenceOptions options) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void At(in DivergenceConstants<TVector, TReal> c, TVector p, TVector q, TVector d, TVector logTeacher, out TVector term, out TVector student, out TVector teacher)
    {
        TVector square = d * d, near = RatioMath<TVector, TReal>.IsNear(square);
        TVector difference = TVector.Select(near, q * TVector.FusedMultiplyAdd(square, RatioMath<TVector, TReal>.Curvature(d), d), p - q);
        term = difference * d;
        student = difference + (p * d);
        teacher = (default(TVector) - difference) - (q * d);
    }
}

/// <summary>½ |p − q|.</summary>
internal readonly struct TotalVariationTerm<TVector, TReal> : IDivergenceTerm<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static bool NeedsLogTeacher => false;

    public static DivergenceConstants<TVector, TReal> Of(in DivergenceOptions options) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void At(in DivergenceConstants<TVector, TReal> c, TVector p, TVector q, TVector d, TVector logTeacher, out TVector term, out TVector student, out TVector teacher)
    {
        TVector square = d * d, near = RatioMath<TVector, TReal>.IsNear(square), half = TVector.Constant(0.5), zero = default;
        TVector difference = TVector.Select(near, q * TVector.FusedMultiplyAdd(square, RatioMath<TVector, TReal>.Curvature(d), d), p - q) * half;
        term = TVector.Max(difference, zero - difference);
        TVector sign = TVector.Select(TVector.LessThan(zero, d), half, TVector.Select(TVector.LessThan(d, zero), zero - half, zero));
        student = p * sign;
        teacher = zero - (q * sign);
    }
}

/// <summary>−(1−a)·q log p − a·p log q. A: a, B: 1 − a.</summary>
internal readonly struct SymmetricCrossEntropyTerm<TVector, TReal> : IDivergenceTerm<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static bool NeedsLogTeacher => true;

    public static DivergenceConstants<TVector, TReal> Of(in DivergenceOptions options) =>
        new() { A = TVector.Constant(options.CrossEntropyShare), B = TVector.Constant(1 - options.CrossEntropyShare) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void At(in DivergenceConstants<TVector, TReal> c, TVector p, TVector q, TVector d, TVector logTeacher, out TVector term, out TVector student, out TVector teacher)
    {
        TVector forward = c.B * q, reverse = c.A * p, zero = default;
        TVector crossed = forward * (logTeacher + d), crossedBack = reverse * logTeacher;
        term = (zero - crossed) - crossedBack;
        student = (zero - forward) - crossedBack;
        teacher = (zero - crossed) - reverse;
    }
}
