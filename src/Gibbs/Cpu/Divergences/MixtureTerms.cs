using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>
/// β·KL(q‖m) + (1−β)·KL(p‖m), m = β·q + (1−β)·p. With s = |d| and γ the share of the smaller of p and q, log(larger/m) = −log(1 + γ·(e^(−s) − 1)) and log(smaller/m) = that − s: nothing overflows. A: β, B: 1 − β.
/// </summary>
internal readonly struct JensenShannonTerm<TVector, TReal> : IDivergenceTerm<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static bool NeedsLogTeacher => false;

    public static DivergenceConstants<TVector, TReal> Of(in DivergenceOptions options)
    {
        // Neither share may round to 1: a mixture without one of the two would leave the logarithm of 0.
        double largest = typeof(TReal) == typeof(float) ? 1 - Math.ScaleB(1, -24) : 1 - Math.ScaleB(1, -53);
        return new() { A = TVector.Constant(Math.Min(options.Beta, largest)), B = TVector.Constant(Math.Min(1 - options.Beta, largest)) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void At(in DivergenceConstants<TVector, TReal> c, TVector p, TVector q, TVector d, TVector logTeacher, out TVector term, out TVector student, out TVector teacher)
    {
        TVector zero = default, below = TVector.LessThan(d, zero);
        TVector minus = TVector.Select(below, d, zero - d);
        TVector larger = zero - RatioMath<TVector, TReal>.LogOnePlus(TVector.Select(below, c.B, c.A) * RatioMath<TVector, TReal>.ExpMinusOne(minus));
        TVector smaller = larger + minus;
        TVector ofStudent = TVector.Select(below, smaller, larger), ofTeacher = TVector.Select(below, larger, smaller);
        TVector studentMass = c.B * p, teacherMass = c.A * q;
        student = studentMass * ofStudent;
        teacher = teacherMass * ofTeacher;

        // m/p − 1 + log(p/m) ≥ 0, and the same of q: the masses of both together cancel.
        TVector near = RatioMath<TVector, TReal>.IsNear(minus * minus);
        TVector bent = (studentMass * (ofStudent * ofStudent) * RatioMath<TVector, TReal>.Curvature(zero - ofStudent)) + (teacherMass * (ofTeacher * ofTeacher) * RatioMath<TVector, TReal>.Curvature(zero - ofTeacher));
        term = TVector.Select(near, bent, student + teacher);
    }
}

/// <summary>
/// (Σ p^α·q^(1−α) − α Σp − (1−α) Σq)/(α(α−1)) for α other than 0 and 1. With W = p^α·q^(1−α) and F(a, d) = (e^(ad) − 1)/a: p·F(α−1, d) = (W − p)/(α−1), q·F(α, d) = (W − q)/α;
/// of the two forms of the term the one whose divisor is at least ½. A: α, B: α − 1, C: 1/α, D: 1/(α − 1), Upper: α &gt; ½.
/// </summary>
internal readonly struct AlphaTerm<TVector, TReal> : IDivergenceTerm<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public static bool NeedsLogTeacher => true;

    public static DivergenceConstants<TVector, TReal> Of(in DivergenceOptions options)
    {
        double a = options.Alpha;
        return new()
        {
            A = TVector.Constant(a),
            B = TVector.Constant(a - 1),
            C = TVector.Create(Real.Coefficient<TReal>(1 / a)),
            D = TVector.Create(Real.Coefficient<TReal>(1 / (a - 1))),
            Upper = a > 0.5,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void At(in DivergenceConstants<TVector, TReal> c, TVector p, TVector q, TVector d, TVector logTeacher, out TVector term, out TVector student, out TVector teacher)
    {
        TVector zero = default, ad = c.A * d, bd = c.B * d;
        TVector power = RatioMath<TVector, TReal>.Exp(logTeacher + ad);
        TVector nearA = RatioMath<TVector, TReal>.IsNear(ad * ad), nearB = RatioMath<TVector, TReal>.IsNear(bd * bd);
        TVector bendA = RatioMath<TVector, TReal>.Curvature(ad), bendB = RatioMath<TVector, TReal>.Curvature(bd);
        TVector ofTeacher = TVector.Select(nearA, q * TVector.FusedMultiplyAdd(d * ad, bendA, d), (power - q) * c.C);
        student = TVector.Select(nearB, p * TVector.FusedMultiplyAdd(d * bd, bendB, d), (power - p) * c.D);
        teacher = zero - ofTeacher;

        TVector square = d * d, near = RatioMath<TVector, TReal>.IsNear(square);
        if (c.Upper)
        {
            TVector bend = TVector.FusedMultiplyAdd(c.B, bendB, RatioMath<TVector, TReal>.Curvature(zero - d));
            term = TVector.Select(near & nearB, p * square * bend, (q - p) + student) * c.C;
        }
        else
        {
            TVector bend = RatioMath<TVector, TReal>.Curvature(d) - (c.A * bendA);
            term = (zero - TVector.Select(near & nearA, q * square * bend, (p - q) - ofTeacher)) * c.D;
        }
    }
}
