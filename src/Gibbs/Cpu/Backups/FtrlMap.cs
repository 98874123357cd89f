using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Backups;

/// <summary>
/// A regulariser as a map of u = η·(L − x) to π: e^(−u−1) for Shannon, u^(−β) with β = 1/(1−α) for Tsallis, 1/u for the log-barrier; and what follows from it.
/// </summary>
internal interface IFtrlMap<TVector>
    where TVector : unmanaged, Simd.ISimdVector<TVector, double>
{
    /// <summary>The u at which π is 1/count.</summary>
    static abstract double Bound(double beta, double count);

    static abstract TVector Probability(TVector u, TVector beta);

    /// <summary>−dπ/du.</summary>
    static abstract TVector Decay(TVector probability, TVector u, TVector beta);

    /// <summary>The part of an action in ψ, before it is divided by η.</summary>
    static abstract TVector Regulariser(TVector probability, TVector u, TVector beta);

    /// <summary>Newton's step of y for F(y) = Σπ = 1, decay = −dF/dy: on −log F (Shannon) or on F^(−1/β), which are concave, so that no step from the left passes the root.</summary>
    static abstract double Step(double sum, double decay, double beta);
}

/// <summary>π = e^(−u−1).</summary>
internal readonly struct ShannonMap<TVector> : IFtrlMap<TVector>
    where TVector : unmanaged, Simd.ISimdVector<TVector, double>
{
    public static double Bound(double beta, double count) => Math.Log(count) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Probability(TVector u, TVector beta) => DoubleFunctions<TVector>.Exp(TVector.Constant(-1) - u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Decay(TVector probability, TVector u, TVector beta) => probability;

    // π·log π.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Regulariser(TVector probability, TVector u, TVector beta) =>
        TVector.Select(TVector.Equal(probability, default), default, probability * (TVector.Constant(-1) - u));

    public static double Step(double sum, double decay, double beta) => Math.Log(sum) * sum / decay;
}

/// <summary>π = u^(−β); β = 2 without transcendental functions.</summary>
internal readonly struct TsallisMap<TVector> : IFtrlMap<TVector>
    where TVector : unmanaged, Simd.ISimdVector<TVector, double>
{
    public static double Bound(double beta, double count) => Math.Pow(count, 1 / beta);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Probability(TVector u, TVector beta) => DoubleFunctions<TVector>.Exp(TVector.Constant(0) - (beta * DoubleFunctions<TVector>.Log(u)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Decay(TVector probability, TVector u, TVector beta) => beta * probability / u;

    // −π^α/α, π^α = π·u, α = 1 − 1/β.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Regulariser(TVector probability, TVector u, TVector beta) =>
        TVector.Select(TVector.Equal(probability, default), default, TVector.Constant(0) - (probability * u * beta / (beta - TVector.Constant(1))));

    public static double Step(double sum, double decay, double beta) => beta * Simd.Real.ExpM1(Math.Log(sum) / beta) * sum / decay;
}

/// <summary>π = u^(−2).</summary>
internal readonly struct HalfTsallisMap<TVector> : IFtrlMap<TVector>
    where TVector : unmanaged, Simd.ISimdVector<TVector, double>
{
    public static double Bound(double beta, double count) => Math.Sqrt(count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Probability(TVector u, TVector beta)
    {
        TVector inverse = TVector.Constant(1) / u;
        return inverse * inverse;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Decay(TVector probability, TVector u, TVector beta) => TVector.Constant(2) * probability / u;

    // −2·√π.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Regulariser(TVector probability, TVector u, TVector beta) => TVector.Constant(-2) / u;

    public static double Step(double sum, double decay, double beta) => 2 * ((Math.Sqrt(sum) - 1) * sum) / decay;
}

/// <summary>π = 1/u.</summary>
internal readonly struct LogBarrierMap<TVector> : IFtrlMap<TVector>
    where TVector : unmanaged, Simd.ISimdVector<TVector, double>
{
    public static double Bound(double beta, double count) => count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Probability(TVector u, TVector beta) => TVector.Constant(1) / u;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Decay(TVector probability, TVector u, TVector beta) => probability * probability;

    // −log π.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Regulariser(TVector probability, TVector u, TVector beta) => DoubleFunctions<TVector>.Log(u);

    public static double Step(double sum, double decay, double beta) => (sum - 1) * sum / decay;
}
