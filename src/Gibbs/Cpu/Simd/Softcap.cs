using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Simd;

/// <summary>
/// u = c·tanh(z/c)·scale and its slope, elementwise. With e = exp(−2|a|), a = z/c: tanh|a| = (1 − e)/(1 + e), 1 − tanh² = 4e/(1 + e)²; 1 − e through the
/// polynomial without its constant term, so both keep relative accuracy. ±∞ stay themselves (slope 0), NaN stays.
/// </summary>
/// <param name="Cap">c, or 0 for none.</param>
/// <param name="Scale">A power of two that keeps extreme temperatures in range; 1 otherwise.</param>
internal readonly record struct Softcap(double Cap, double Scale)
{
    /// <summary>Whether u = z.</summary>
    public bool IsIdentity => Cap == 0 && Scale == 1;

    /// <summary>destination = u of every block of the segment, which may be the source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Apply<TVector, TReal>(Segment<TReal> source, TReal* destination)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        TVector scale = TVector.Constant(Scale);
        bool capped = Cap != 0;
        TVector cap = CapVector<TVector, TReal>();
        for (int block = 0; block < source.Blocks; block++)
        {
            TReal* p = source.Block(block);
            for (int j = 0; j < Lanes.Count<TReal>(); j += TVector.Count)
            {
                TVector z = TVector.Load(p + j);
                TVector.Store(destination + j, (capped ? Capped<TVector, TReal>(z, cap) : z) * scale);
            }

            destination += Lanes.Count<TReal>();
        }
    }

    /// <summary>gradient ·= du/dz at scale 1, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Chain<TVector, TReal>(Segment<TReal> source, TReal* gradient)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        TVector cap = CapVector<TVector, TReal>();
        TVector one = TVector.Constant(1);
        TVector four = TVector.Constant(4);
        for (int block = 0; block < source.Blocks; block++)
        {
            TReal* p = source.Block(block);
            for (int j = 0; j < Lanes.Count<TReal>(); j += TVector.Count)
            {
                TVector d = MinusMagnitude<TVector, TReal>(TVector.Load(p + j), cap);
                TVector e = Exponential.OfProduct<TVector, TReal>(d, K<TVector, TReal>(), KLow<TVector, TReal>());
                TVector sum = one + e;

                // Where the slope is 0 so is the product, also of what overflowed.
                TVector slope = four * e / (sum * sum);
                TVector.Store(gradient + j, TVector.Select(TVector.Equal(slope, default), default, TVector.Load(gradient + j) * slope));
            }

            gradient += Lanes.Count<TReal>();
        }
    }

    /// <summary>du/dz of one logit at scale 1.</summary>
    public double Slope(double z)
    {
        if (Cap == 0)
            return 1;
        double e = Math.Exp(-2 * Math.Abs(z / Cap));
        return 4 * e / ((1 + e) * (1 + e));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector CapVector<TVector, TReal>()
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        // A cap that the arithmetic type cannot hold: the nearest normal one.
        double smallest = typeof(TReal) == typeof(float) ? 1.1754943508222875e-38 : 2.2250738585072014e-308;
        return TVector.Constant((Math.Clamp(Cap, smallest, Real.Largest<TReal>())));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Capped<TVector, TReal>(TVector z, TVector cap)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        TVector d = MinusMagnitude<TVector, TReal>(z, cap);
        TVector e = Exponential.MinusOneOfProduct<TVector, TReal>(d, K<TVector, TReal>(), KLow<TVector, TReal>());
        TVector tanh = e / (e + TVector.Constant(2));
        TVector signed = (tanh & AllButSign<TVector, TReal>()) | (z & Sign<TVector, TReal>());
        TVector infinite = TVector.Equal(z & AllButSign<TVector, TReal>(), TVector.Constant(double.PositiveInfinity));
        return TVector.Select(infinite, z, cap * signed);
    }

    /// <summary>−|z/c|, not below where exp(2·) is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector MinusMagnitude<TVector, TReal>(TVector z, TVector cap)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        TVector lowest = TVector.Constant((Exponential.LowestExponent<TReal>() / (2 * Log2E)));
        return TVector.Max(lowest, (z / cap) | Sign<TVector, TReal>());
    }

    private const double Log2E = 1.4426950408889634;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector K<TVector, TReal>()
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged => TVector.Constant((2 * Log2E));

    // What rounding 2·log2(e) to the arithmetic type left out.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector KLow<TVector, TReal>()
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged =>
        TVector.Constant((typeof(TReal) == typeof(float) ? (2 * Log2E) - (float)(2 * Log2E) : 2 * 2.0355273740931033e-17));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sign<TVector, TReal>()
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged => TVector.FromBits(typeof(TReal) == typeof(float) ? 0x80000000UL : 0x8000000000000000UL);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AllButSign<TVector, TReal>()
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged => TVector.FromBits(typeof(TReal) == typeof(float) ? 0x7FFFFFFFUL : 0x7FFFFFFFFFFFFFFFUL);
}
