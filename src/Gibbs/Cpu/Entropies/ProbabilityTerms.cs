using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>What is summed of a row of probabilities, and what follows: Shannon −Σu, Tsallis −Σu/β, Rényi log Σp^α/(1−α), min −log max p.</summary>
internal struct ProbabilitySums
{
    /// <summary>Σ p; not finite where an entry is not.</summary>
    public double Mass;

    /// <summary>Σ u, never positive.</summary>
    public double Deformed;

    /// <summary>Σ p^α.</summary>
    public double Power;

    /// <summary>max p.</summary>
    public double Maximum;

    /// <summary>Whether an entry is negative or above 1.</summary>
    public bool IsInvalid;

    /// <summary>H.</summary>
    public readonly double Entropy(EntropyKind kind, double alpha) => kind switch
    {
        EntropyKind.Shannon => -Deformed,
        EntropyKind.Tsallis => -Deformed / Math.Abs(alpha - 1),
        EntropyKind.Renyi => -LogPower(alpha) / (alpha - 1),
        _ => -Math.Log(Maximum),
    } + 0.0;

    // By its distance from 1 where it is near: Σp − 1 and Σu do not cancel.
    private readonly double LogPower(double alpha)
    {
        double distance = (Mass - 1) + (alpha > 1 ? Deformed : -Deformed);
        return Math.Abs(distance) < 0.5 ? Real.Log1P(distance) : Math.Log(Power);
    }
}

/// <summary>The terms of probabilities in double, with l = log p, β = |α − 1| and h = expm1(β·l): u = p·l for α = 1, p·h above, p^α·h below, all 0 at p = 0.</summary>
internal readonly unsafe struct ProbabilityTerms<TVector>
    where TVector : unmanaged, ISimdVector<TVector, double>
{
    private const double Log2E = 1.4426950408889634, Log2ELow = 2.0355273740931033e-17;

    private readonly double _beta;

    public ProbabilityTerms(double alpha)
    {
        Alpha = alpha;
        _beta = Math.Abs(alpha - 1);
    }

    public double Alpha { get; }

    /// <summary>Adds whole blocks, padded with 0.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(double* p, int blocks, ref ProbabilitySums sums)
    {
        int lanes = Lanes.Count<double>();
        double* partial = stackalloc double[3 * lanes];
        Scale power = new(Alpha), beta = new(_beta);
        TVector one = TVector.Constant(1), invalid = default, maximum = default;
        for (int turn = 0; turn < lanes; turn += TVector.Count)
        {
            TVector mass = default, deformed = default, powers = default;
            for (int block = 0; block < blocks; block++)
            {
                TVector v = TVector.Load(p + (block * lanes) + turn);
                invalid |= TVector.LessThan(v, default) | TVector.LessThan(one, v);
                maximum = TVector.Max(maximum, v);
                mass += v;
                TVector isZero = TVector.Equal(v, default), log = Log(v, isZero);
                if (_beta == 0)
                {
                    deformed += TVector.Select(isZero, default, v * log);
                    continue;
                }

                TVector h = beta.MinusOne(log, out TVector e);
                TVector term = Alpha > 1 ? v * h : power.Power(log) * h;
                deformed += term;
                powers += Alpha > 1 ? v * e : v - term;
            }

            TVector.Store(partial + turn, mass);
            TVector.Store(partial + lanes + turn, deformed);
            TVector.Store(partial + (2 * lanes) + turn, powers);
        }

        sums.Mass += Lanes.Sum(partial);
        sums.Deformed += Lanes.Sum(partial + lanes);
        sums.Power += Lanes.Sum(partial + (2 * lanes));
        sums.Maximum = Math.Max(sums.Maximum, TVector.MaxOfLanes(maximum));
        sums.IsInvalid |= TVector.MaskBits(invalid) != 0;
    }

    /// <summary>Whole blocks of p become weight·dH/dp; of the min-entropy 0, for its one entry is the caller's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gradient(EntropyKind kind, double* p, int blocks, double weight, in ProbabilitySums sums)
    {
        if (kind == EntropyKind.Min || weight == 0)
        {
            new Span<double>(p, blocks * Lanes.Count<double>()).Clear();
            return;
        }

        Scale beta = new(_beta);
        double slope = kind == EntropyKind.Shannon ? -weight : kind == EntropyKind.Tsallis ? -weight * Alpha / _beta : -weight * Alpha / ((Alpha - 1) * sums.Power);
        TVector factor = TVector.Constant(slope), constant = TVector.Constant(kind == EntropyKind.Renyi ? 0 : -weight), one = TVector.Constant(1);
        for (int j = 0; j < blocks * Lanes.Count<double>(); j += TVector.Count)
        {
            TVector v = TVector.Load(p + j);
            TVector isZero = TVector.Equal(v, default), term = Log(v, isZero);
            if (kind != EntropyKind.Shannon)
            {
                TVector h = beta.MinusOne(term, out TVector e);
                term = kind == EntropyKind.Tsallis ? h : Alpha > 1 ? e : one;
                if (Alpha < 1)
                    term /= e;
            }

            TVector.Store(p + j, TVector.FusedMultiplyAdd(term, factor, constant));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Log(TVector p, TVector isZero) => TVector.Select(isZero, TVector.Constant(double.NegativeInfinity), TVector.Log(p));

    // e^(c·l) as 2^(l·k).
    private readonly struct Scale
    {
        private readonly TVector _k, _low, _lowest;

        public Scale(double factor)
        {
            double k = factor * Log2E;
            _k = TVector.Constant(k);
            _low = TVector.Constant(Math.FusedMultiplyAdd(factor, Log2E, -k) + (factor * Log2ELow));
            _lowest = TVector.Constant(Real.Coefficient<double>(Exponential.LowestExponent<double>() / k));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector MinusOne(TVector l, out TVector power) => Exponential.MinusOneOfProduct<TVector, double>(TVector.Max(_lowest, l), _k, _low, out power);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Power(TVector l) => Exponential.OfProduct<TVector, double>(TVector.Max(_lowest, l), _k, _low);
    }
}
