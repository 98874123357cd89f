using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>The pieces of F(τ) = Σ w_j·clip(a_j − w_j·τ, l_j, u_j) in double, padded to whole blocks with entries that give 0; −∞ in a gives l. Null arrays: w = 1, l = 0, u = <see cref="Cap"/>.</summary>
internal unsafe struct ClippedLinear
{
    public double* A;
    public double* W;
    public double* L;
    public double* U;
    public double Cap;
    public int Count;

    /// <summary>Room for a row, in the calling thread's scratch.</summary>
    public static ClippedLinear Take(int columns, bool weights, bool lower, bool upper) => new()
    {
        A = ProjectionScratch.Take<double>(ProjectionSlots.Offsets, (long)columns + Candidates.Block),
        W = weights ? ProjectionScratch.Take<double>(ProjectionSlots.Values, (long)columns + Candidates.Block) : null,
        L = lower ? ProjectionScratch.Take<double>(ProjectionSlots.Lower, (long)columns + Candidates.Block) : null,
        U = upper ? ProjectionScratch.Take<double>(ProjectionSlots.Upper, (long)columns + Candidates.Block) : null,
        Cap = double.PositiveInfinity,
        Count = columns,
    };

    public readonly double Weight(int j) => W == null ? 1 : W[j];

    public readonly double Lower(int j) => L == null ? 0 : L[j];

    public readonly double Upper(int j) => U == null ? Cap : U[j];

    public readonly void Pad()
    {
        for (int j = Count; (j & (Candidates.Block - 1)) != 0; j++)
        {
            A[j] = double.NegativeInfinity;
            if (W != null)
                W[j] = 1;
            if (L != null)
                L[j] = 0;
            if (U != null)
                U[j] = double.PositiveInfinity;
        }
    }
}

/// <summary>
/// The root of F(τ) = k, F piecewise linear and decreasing: Newton's method on the piece at τ, in a bracket that is bisected where a step leaves it or three steps do not halve it. A step that lands on the piece
/// it came from is exact, and corrected once more from there; short of that the loop ends where the bracket has no number inside.
/// </summary>
internal static unsafe class ClippedLinearRoot
{
    private struct Piece
    {
        public double Value;
        public double Slope;
        public int Free;
        public int Upper;
    }

    /// <summary>F(lowest) ≥ k ≥ F(highest), up to rounding.</summary>
    public static TwoReal Solve<TReal, TVector>(in ClippedLinear terms, double k, double lowest, double highest)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        TwoReal low = new(lowest, 0), high = new(highest, 0), tau = new(Start(terms, k, lowest, highest), 0);
        double widest = highest - lowest;
        int free = -1, upper = -1;
        for (int step = 1; ; step++)
        {
            Piece piece = Evaluate<TReal, TVector>(terms, tau, k);
            if (piece.Free == free && piece.Upper == upper)
                return tau.Plus(piece.Value / piece.Slope);
            if (piece.Value == 0)
                return tau;
            if (piece.Value > 0)
                low = tau;
            else
                high = tau;

            bool stalled = false;
            if (step % 3 == 0)
            {
                double width = high.High - low.High;
                stalled = width > widest / 2;
                widest = width;
            }

            TwoReal next = piece.Free > 0 ? tau.Plus(piece.Value / piece.Slope) : tau;
            if (!stalled && low.IsBelow(next) && next.IsBelow(high))
            {
                tau = next;
                free = piece.Free;
                upper = piece.Upper;
                continue;
            }

            TwoReal middle = low.Plus(((high.High - low.High) + (high.Low - low.Low)) / 2);
            if (!low.IsBelow(middle) || !middle.IsBelow(high))
                return low;
            tau = middle;
            free = -1;
        }
    }

    // The root of the piece on which nothing is clipped, where that is in the bracket.
    private static double Start(in ClippedLinear terms, double k, double lowest, double highest)
    {
        double sum = 0, slope = 0;
        for (int j = 0; j < terms.Count; j++)
        {
            if (double.IsNegativeInfinity(terms.A[j]))
                continue;
            double w = terms.Weight(j);
            sum += w * terms.A[j];
            slope += w * w;
        }

        double start = (sum - k) / slope;
        return start > lowest && start < highest ? start : lowest;
    }

    /// <summary>The pieces at τ, in the place of a.</summary>
    public static double* Values<TReal, TVector>(in ClippedLinear terms, TwoReal tau)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        if (typeof(TVector) == typeof(SimdVector512<float>) || typeof(TVector) == typeof(SimdVector512<double>))
            return Values<SimdVector512<double>>(terms, tau);
        if (typeof(TVector) == typeof(SimdVector256<float>) || typeof(TVector) == typeof(SimdVector256<double>))
            return Values<SimdVector256<double>>(terms, tau);
        return Values<SimdVector128<double>>(terms, tau);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double* Values<TVector>(in ClippedLinear terms, TwoReal tau)
        where TVector : unmanaged, ISimdVector<TVector, double>
    {
        TVector minusHigh = TVector.Constant(-tau.High), minusLow = TVector.Constant(-tau.Low), cap = TVector.Constant(terms.Cap);
        for (int j = 0; j < terms.Count; j += TVector.Count)
        {
            TVector w = terms.W == null ? TVector.Constant(1) : TVector.Load(terms.W + j);
            TVector lower = terms.L == null ? default : TVector.Load(terms.L + j);
            TVector upper = terms.U == null ? cap : TVector.Load(terms.U + j);
            TVector y = TVector.FusedMultiplyAdd(w, minusLow, TVector.FusedMultiplyAdd(w, minusHigh, TVector.Load(terms.A + j)));
            y = TVector.Select(TVector.LessThan(lower, y), y, lower);
            TVector.Store(terms.A + j, TVector.Select(TVector.LessThan(y, upper), y, upper));
        }

        return terms.A;
    }

    private static Piece Evaluate<TReal, TVector>(in ClippedLinear terms, TwoReal tau, double k)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        if (typeof(TVector) == typeof(SimdVector512<float>) || typeof(TVector) == typeof(SimdVector512<double>))
            return Evaluate<SimdVector512<double>>(terms, tau, k);
        if (typeof(TVector) == typeof(SimdVector256<float>) || typeof(TVector) == typeof(SimdVector256<double>))
            return Evaluate<SimdVector256<double>>(terms, tau, k);
        return Evaluate<SimdVector128<double>>(terms, tau, k);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Piece Evaluate<TVector>(in ClippedLinear terms, TwoReal tau, double k)
        where TVector : unmanaged, ISimdVector<TVector, double>
    {
        double* lanes = stackalloc double[3 * Candidates.Block];
        double* lost = lanes + Candidates.Block, slopes = lost + Candidates.Block;
        for (int j = 0; j < 3 * Candidates.Block; j += TVector.Count)
            TVector.Store(lanes + j, default);
        TVector minusHigh = TVector.Constant(-tau.High), minusLow = TVector.Constant(-tau.Low), zero = default, one = TVector.Constant(1);
        TVector cap = TVector.Constant(terms.Cap);
        int free = 0, capped = 0;
        for (int i = 0; i < terms.Count; i += Candidates.Block)
        {
            for (int j = 0; j < Candidates.Block; j += TVector.Count)
            {
                TVector w = terms.W == null ? one : TVector.Load(terms.W + i + j);
                TVector lower = terms.L == null ? zero : TVector.Load(terms.L + i + j);
                TVector upper = terms.U == null ? cap : TVector.Load(terms.U + i + j);
                TVector y = TVector.FusedMultiplyAdd(w, minusLow, TVector.FusedMultiplyAdd(w, minusHigh, TVector.Load(terms.A + i + j)));
                TVector above = TVector.LessThan(lower, y);
                TVector below = TVector.LessThan(y, upper);
                TVector between = above & below;
                free += BitOperations.PopCount(TVector.MaskBits(between));
                capped += BitOperations.PopCount(TVector.MaskBits(above)) - BitOperations.PopCount(TVector.MaskBits(between));
                y = TVector.Select(between, y, TVector.Select(above, upper, lower));
                CompensatedLanes.Add(lanes + j, lost + j, w * y);
                TVector.AddTo(slopes + j, TVector.Select(between, w * w, zero));
            }
        }

        // −k as one more term: the difference is what is wanted.
        lanes[0] = AddExactly(lanes[0], -k, ref lost[0]);
        double slope = 0;
        for (int l = 0; l < Candidates.Block; l++)
            slope += slopes[l];
        return new() { Value = CompensatedLanes.Total(lanes, lost), Slope = slope, Free = free, Upper = capped };
    }

    private static double AddExactly(double sum, double addend, ref double lost)
    {
        double after = sum + addend, part = after - sum;
        lost += (sum - (after - part)) + (addend - part);
        return after;
    }
}
