using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Policies;

/// <summary>What a token's loss is a function of: ℓ, ℓ₀, ℓ_proxy, A, ρ = exp(ℓ − ℓ₀) within e^±20, dρ/dℓ, and whether the token is among the selected ones.</summary>
internal ref struct Token
{
    public double LogProbability;
    public double Old;
    public double Proxy;
    public double Advantage;
    public double Ratio;
    public double RatioSlope;
    public bool Selected;
}

/// <summary>The scalars of the losses.</summary>
internal struct PolicyTerms
{
    public double Low;
    public double High;
    public double DualClip;
    public double PenaltyWeight;
    public double Smoothing;
}

/// <summary>A token's loss, its derivative by ℓ, and what happened.</summary>
internal readonly ref struct TokenValue(double loss, double slope, PolicyFlags flags = PolicyFlags.None)
{
    public readonly double Loss = loss;
    public readonly double Slope = slope;
    public readonly PolicyFlags Flags = flags;
}

/// <summary>A policy loss is this function; <see cref="PolicyLossKind"/> gives the formulas. Everything else is shared.</summary>
internal interface ITokenLoss
{
    static abstract TokenValue Of(in Token t, in PolicyTerms p);
}

/// <summary>Parts that losses share.</summary>
internal static class TokenTerms
{
    /// <summary>−A·x; 0 where A is, however large x, but a NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Less(double advantage, double x) => advantage == 0 && !double.IsNaN(x) ? 0 : -advantage * x;

    /// <summary>−A·ρ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Ratio(in Token t) => new(Less(t.Advantage, t.Ratio), Less(t.Advantage, t.RatioSlope));

    /// <summary>max(−A·ρ, −A·clip(ρ)), where A &lt; 0 at most −c·A; no dual clip for c = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Clip(in Token t, in PolicyTerms p, double c)
    {
        if (t.Advantage > 0 && t.Ratio > p.High)
            return new(-t.Advantage * p.High, 0, PolicyFlags.Clipped);
        if (t.Advantage < 0 && t.Ratio < p.Low)
            return new(-t.Advantage * p.Low, 0, PolicyFlags.Clipped);
        if (t.Advantage < 0 && c > 0 && t.Ratio > c)
            return new(-t.Advantage * c, 0, PolicyFlags.DualClipped);
        return Ratio(t);
    }
}

/// <summary><see cref="PolicyLossKind.Clipped"/>.</summary>
internal readonly struct ClippedLoss : ITokenLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Of(in Token t, in PolicyTerms p) => TokenTerms.Clip(t, p, p.DualClip);
}

/// <summary><see cref="PolicyLossKind.Reinforce"/>.</summary>
internal readonly struct ReinforceLoss : ITokenLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Of(in Token t, in PolicyTerms p) => new(TokenTerms.Less(t.Advantage, t.LogProbability), -t.Advantage);
}

/// <summary><see cref="PolicyLossKind.Ratio"/>.</summary>
internal readonly struct RatioLoss : ITokenLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Of(in Token t, in PolicyTerms p) => TokenTerms.Ratio(t);
}

/// <summary><see cref="PolicyLossKind.HardClamp"/>.</summary>
internal readonly struct HardClampLoss : ITokenLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Of(in Token t, in PolicyTerms p) =>
        t.Ratio < p.Low ? new(TokenTerms.Less(t.Advantage, p.Low), 0, PolicyFlags.Clipped)
        : t.Ratio > p.High ? new(TokenTerms.Less(t.Advantage, p.High), 0, PolicyFlags.Clipped)
        : TokenTerms.Ratio(t);
}

/// <summary><see cref="PolicyLossKind.LpReg"/>.</summary>
internal readonly struct LpRegLoss : ITokenLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Of(in Token t, in PolicyTerms p)
    {
        if (!(t.Selected && t.LogProbability < t.Proxy))
            return TokenTerms.Clip(t, p, p.DualClip);
        TokenValue ratio = TokenTerms.Ratio(t), kl = KlTerm.Of(KlEstimator.K3Clamped, t.LogProbability, t.Proxy);
        return new(ratio.Loss + (p.PenaltyWeight * kl.Loss), ratio.Slope + (p.PenaltyWeight * kl.Slope), PolicyFlags.Penalised | kl.Flags);
    }
}

/// <summary><see cref="PolicyLossKind.ClipCov"/>.</summary>
internal readonly struct ClipCovLoss : ITokenLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Of(in Token t, in PolicyTerms p) => t.Selected ? new(0, 0, PolicyFlags.Detached) : TokenTerms.Clip(t, p, 0);
}

/// <summary><see cref="PolicyLossKind.KlCov"/>.</summary>
internal readonly struct KlCovLoss : ITokenLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Of(in Token t, in PolicyTerms p)
    {
        TokenValue ratio = TokenTerms.Ratio(t);
        if (!t.Selected)
            return ratio;
        TokenValue kl = KlTerm.Of(KlEstimator.Absolute, t.LogProbability, t.Old);
        return new(ratio.Loss + (p.PenaltyWeight * kl.Loss), ratio.Slope + (p.PenaltyWeight * kl.Slope), PolicyFlags.Penalised);
    }
}

/// <summary><see cref="PolicyLossKind.ExponentialSmoothing"/>.</summary>
internal readonly struct ExponentialSmoothingLoss : ITokenLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TokenValue Of(in Token t, in PolicyTerms p)
    {
        double loss = TokenTerms.Less(t.Advantage, Math.Exp(p.Smoothing == 0 ? t.LogProbability : t.LogProbability - (p.Smoothing * t.Old)));
        return new(loss, loss);
    }
}
