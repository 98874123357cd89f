using System.Runtime.CompilerServices;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>A tilted distribution, in offsets s of the reward from its reference, and what it says of itself.</summary>
internal struct TiltPoint
{
    /// <summary>log Σ p·exp(t·s).</summary>
    public double Cumulant;

    /// <summary>E_q[s].</summary>
    public double Mean;

    /// <summary>Var_q[s].</summary>
    public double Variance;

    /// <summary>KL(q‖p).</summary>
    public double Divergence;
}

/// <summary>One row in double: log p, the offsets s = r − reference with t·s ≤ 0, and a tilt's exponents and weights. All arrays are padded to whole blocks by entries outside p.</summary>
internal unsafe struct TiltRow<TVector>
    where TVector : unmanaged, ISimdVector<TVector, double>
{
    // Below this |d| the divergence's terms go by their series.
    private const double Near = 0.25;

    public double* LogP;
    public double* Offsets;
    public double Reference;

    /// <summary>−log p(M), M the entries whose offset is 0.</summary>
    public double LargestDivergence;

    private double* _exponents;
    private double* _weights;
    private double* _scratch;
    private int _columns;
    private int _padded;

    /// <summary>The calling thread's arrays.</summary>
    public static TiltRow<TVector> Take(int columns)
    {
        double* arrays = RowArrays.Take<double>(5, columns, out int stride);
        return new()
        {
            LogP = arrays,
            Offsets = arrays + stride,
            _exponents = arrays + (2 * stride),
            _weights = arrays + (3 * stride),
            _scratch = arrays + (4 * stride),
            _columns = columns,
            _padded = RowArrays.Padded<double>(columns),
        };
    }

    /// <summary>From log p and the reward as loaded, finite or −∞: log p is normalised, offsets are taken from the largest reward, or from the smallest.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public RowStatus Prepare(bool fromSmallest)
    {
        double reference = double.NaN;
        for (int j = 0; j < _columns; j++)
        {
            if (double.IsNegativeInfinity(LogP[j]) || double.IsNegativeInfinity(Offsets[j]))
                (LogP[j], Offsets[j]) = (double.NegativeInfinity, double.NaN);
            else if (!(fromSmallest ? reference <= Offsets[j] : reference >= Offsets[j]))
                reference = Offsets[j];
        }

        if (double.IsNaN(reference))
            return RowStatus.AllMasked;
        Reference = reference + 0.0;
        DoubleRow.Pad(LogP, _columns, _padded, double.NegativeInfinity);
        DoubleRow.Pad(Offsets, _columns, _padded, double.NaN);
        SoftmaxSums sums = SoftmaxRow<double, double, TVector>.Read(LogP, _columns, 1, _exponents, _weights);

        double* lanes = stackalloc double[RowSums.Lanes];
        RowSums.Clear(lanes);
        TVector shift = TVector.Constant(sums.LogSum), zero = default;
        TVector origin = TVector.Constant(Reference), largest = TVector.Constant(double.MaxValue), smallest = TVector.Constant(-double.MaxValue);
        for (int j = 0; j < _padded; j += TVector.Count)
        {
            TVector s = TVector.Load(Offsets + j), entry = TVector.Equal(s, s);

            // Differences that overflow stay finite: 0 times one of them is 0.
            s = TVector.Max(smallest, s - origin);
            s = TVector.Select(TVector.LessThan(largest, s), largest, s);
            s = TVector.Select(entry, s, zero);
            TVector.Store(Offsets + j, s);
            TVector.Store(LogP + j, TVector.Load(_exponents + j) - shift);
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), TVector.Select(TVector.Equal(s, zero), zero, TVector.Load(_weights + j)));
        }

        double others = RowSums.Total(lanes) / sums.Sum;
        LargestDivergence = others < 0.5 ? -Real.Log1P(-others) : -Exponents(double.PositiveInfinity).Cumulant;
        return RowStatus.Ok;
    }

    /// <summary>The distribution tilted by t, which the arrays then hold.</summary>
    public readonly TiltPoint At(double t)
    {
        TiltPoint at = Exponents(t);
        if (t == 0)
            at.Cumulant = 0;
        at.Mean = Sum(new MeanTerm());
        at.Variance = Sum(new VarianceTerm { Mean = TVector.Constant(at.Mean) });
        at.Divergence = t == 0 ? 0 : double.IsInfinity(t) ? LargestDivergence : Sum(new DivergenceTerm { Slope = TVector.Constant(t), Cumulant = TVector.Constant(at.Cumulant) });
        return at;
    }

    /// <summary>log q of the tilt that the arrays hold.</summary>
    public readonly void LogProbabilities<T>(in TiltPoint at, T* destination)
        where T : unmanaged
    {
        TVector shift = TVector.Constant(at.Cumulant);
        for (int j = 0; j < _padded; j += TVector.Count)
            TVector.Store(_scratch + j, TVector.Load(_exponents + j) - shift);
        DoubleRow.Store(_scratch, destination, _columns);
    }

    /// <summary>The derivative by the reward; the upstream is read before anything is written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Gradient<T>(in TiltPoint at, double t, bool fixedBudget, T* upstream, T* destination)
        where T : unmanaged
    {
        if (t == 0 || double.IsInfinity(t))
        {
            DoubleRow.Fill(destination, _columns, 0);
            return;
        }

        _ = DoubleRow.Load(upstream, _scratch, _columns);
        DoubleRow.Pad(_scratch, _columns, _padded, 0);
        TVector zero = default, masked = TVector.Constant(double.NegativeInfinity);
        for (int j = 0; j < _padded; j += TVector.Count)
            TVector.Store(_scratch + j, TVector.Select(TVector.Equal(TVector.Load(LogP + j), masked), zero, TVector.Load(_scratch + j)));
        TVector slope = TVector.Constant(t), mean = TVector.Constant(at.Mean);
        TVector total = TVector.Constant(Sum(new UpstreamTerm { Upstream = _scratch }));
        double along = fixedBudget && at.Variance > 0 ? Sum(new UpstreamTerm { Upstream = _scratch, Mean = mean, Weighted = true }) / at.Variance : 0;
        TVector moved = TVector.Constant(along);
        for (int j = 0; j < _padded; j += TVector.Count)
        {
            TVector q = TVector.Load(_weights + j), g = TVector.Load(_scratch + j) - (q * (total + (moved * (TVector.Load(Offsets + j) - mean))));
            TVector.Store(_scratch + j, TVector.Select(TVector.Equal(TVector.Load(LogP + j), masked), zero, slope * g));
        }

        DoubleRow.Store(_scratch, destination, _columns);
    }

    // Exponents log p + t·s and their softmax q as weights; of the limit t = ∞ where t is. Only the cumulant of the point is set.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly TiltPoint Exponents(double t)
    {
        TVector slope = TVector.Constant(t), masked = TVector.Constant(double.NegativeInfinity), zero = default;
        bool limit = double.IsInfinity(t);
        for (int j = 0; j < _padded; j += TVector.Count)
        {
            TVector s = TVector.Load(Offsets + j), p = TVector.Load(LogP + j);
            TVector.Store(_scratch + j, limit ? TVector.Select(TVector.Equal(s, zero), p, masked) : TVector.FusedMultiplyAdd(slope, s, p));
        }

        SoftmaxSums sums = SoftmaxRow<double, double, TVector>.Read(_scratch, _columns, 1, _exponents, _weights);
        TVector shift = TVector.Constant(sums.Maximum), scale = TVector.Constant(1 / sums.Sum);
        for (int j = 0; j < _padded; j += TVector.Count)
        {
            TVector.Store(_exponents + j, TVector.Load(_exponents + j) + shift);
            TVector.Store(_weights + j, TVector.Load(_weights + j) * scale);
        }

        return new() { Cumulant = sums.Maximum + sums.LogSum };
    }

    // Σ of a term over the row, lane by lane.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly double Sum<TTerm>(TTerm term)
        where TTerm : struct, ITerm
    {
        double* lanes = stackalloc double[RowSums.Lanes];
        RowSums.Clear(lanes);
        for (int j = 0; j < _padded; j += TVector.Count)
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), term.At(this, j));
        return RowSums.Total(lanes);
    }

    private interface ITerm
    {
        TVector At(in TiltRow<TVector> row, int j);
    }

    private struct MeanTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector At(in TiltRow<TVector> row, int j) => TVector.Load(row._weights + j) * TVector.Load(row.Offsets + j);
    }

    private struct VarianceTerm : ITerm
    {
        public TVector Mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector At(in TiltRow<TVector> row, int j)
        {
            TVector w = TVector.Load(row.Offsets + j) - Mean;
            return TVector.Load(row._weights + j) * w * w;
        }
    }

    // Σ p·(d·e^d − e^d + 1), d = log q/p, each term 0 or more: a small divergence keeps its digits.
    private struct DivergenceTerm : ITerm
    {
        public TVector Slope;
        public TVector Cumulant;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector At(in TiltRow<TVector> row, int j)
        {
            TVector q = TVector.Load(row._weights + j), p = DoubleFunctions<TVector>.Exp(TVector.Load(row.LogP + j)), zero = default;
            TVector d = (Slope * TVector.Load(row.Offsets + j)) - Cumulant;
            TVector far = TVector.Select(TVector.LessThan(zero, q), (q * d) - q + p, p);

            // (n − 1)/n! of d^n.
            TVector series = TVector.Constant(11.0 / 479001600);
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(10.0 / 39916800));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(9.0 / 3628800));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(8.0 / 362880));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(7.0 / 40320));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(6.0 / 5040));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(5.0 / 720));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(4.0 / 120));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(3.0 / 24));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(2.0 / 6));
            series = TVector.FusedMultiplyAdd(series, d, TVector.Constant(1.0 / 2));
            TVector near = TVector.LessThan(TVector.Constant(-Near), d) & TVector.LessThan(d, TVector.Constant(Near));
            return TVector.Select(near, p * d * d * series, far);
        }
    }

    // Σ G, or Σ G·w.
    private struct UpstreamTerm : ITerm
    {
        public double* Upstream;
        public TVector Mean;
        public bool Weighted;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector At(in TiltRow<TVector> row, int j)
        {
            TVector g = TVector.Load(Upstream + j);
            TVector product = g * (TVector.Load(row.Offsets + j) - Mean);
            return !Weighted ? g : TVector.Select(TVector.Equal(TVector.Load(row.LogP + j), TVector.Constant(double.NegativeInfinity)), default, product);
        }
    }
}
