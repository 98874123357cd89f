using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// Row sums of the conditional divergence: Σ_j K (or K²), Σ_j K·L₁, Σ_j K·L₂, and log Σ_j K·L₂₁ as (maximum, sum): predictions may be far from their targets. Channels: conditions; targets; predictions;
/// predictions i against targets j.
/// </summary>
internal unsafe struct ConditionalSums<TReal, TVector> : IPairSums<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public const int Size = 5;

    /// <summary>1/(2σ²) of the conditions, and of targets and predictions.</summary>
    public double ConditionScale;
    public double Scale;
    public bool Squared;

    public static int Channels => 4;

    public static int Totals => Size;

    public readonly void Clear(double* totals)
    {
        new System.Span<double>(totals, Size).Clear();
        totals[3] = double.NegativeInfinity;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Add(TReal* squares, int stride, long row, long column, double* totals)
    {
        TVector conditionScale = TVector.Constant(-ConditionScale), scale = TVector.Constant(-Scale), top = TVector.Constant(double.NegativeInfinity);
        TReal* first = squares + stride, second = first + stride, cross = second + stride;
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            TVector u = TVector.Load(squares + c) * conditionScale, k = PairTile<TReal, TVector>.Exp(u);
            TVector.Store(squares + c, Squared ? k * k : k);
            TVector.Store(first + c, PairTile<TReal, TVector>.Exp(TVector.FusedMultiplyAdd(TVector.Load(first + c), scale, u)));
            TVector.Store(second + c, PairTile<TReal, TVector>.Exp(TVector.FusedMultiplyAdd(TVector.Load(second + c), scale, u)));
            TVector v = TVector.FusedMultiplyAdd(TVector.Load(cross + c), scale, u);
            TVector.Store(cross + c, v);
            top = TVector.Max(top, v);
        }

        totals[0] += Lanes.Sum(squares);
        totals[1] += Lanes.Sum(first);
        totals[2] += Lanes.Sum(second);
        LogSums.Add<TReal, TVector>(cross, TVector.MaxOfLanes(top), totals + 3, null);
    }
}

/// <summary>
/// By the conditions: w_ij = (a1_i + a1_j)·K·L₁ + (a2_i + a2_j)·K·L₂ + sign·(a3_i·e^{u + v_ij − s} + a3_j·e^{u + v_ji − s}) + (e_i + e_j)·K (or K²), v of the cross kernel. Channels as in
/// <see cref="ConditionalSums{TReal, TVector}"/>, then targets i against predictions j.
/// </summary>
internal unsafe struct ConditionWeights<TReal, TVector> : IPairWeights<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public double ConditionScale;
    public double Scale;
    public double Sign;
    public bool Squared;

    /// <summary>s: cross kernels may be far below the range of exponentials.</summary>
    public double Shift;

    /// <summary>a1, a2, e and a3 by row, in whole tiles.</summary>
    public TReal* OfTargets;
    public TReal* OfPredictions;
    public TReal* OfNorm;
    public TReal* OfCross;

    public static int Channels => 5;

    public static int Terms => 1;

    public static int ChannelOf(int term) => 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Weigh(int term, TReal* squares, int stride, long row, long column, TReal* weights)
    {
        TVector conditionScale = TVector.Constant(-ConditionScale), scale = TVector.Constant(-Scale), sign = TVector.Constant(Sign);
        TVector a1 = TVector.Create(OfTargets[row]), a2 = TVector.Create(OfPredictions[row]), e = TVector.Create(OfNorm[row]), a3 = TVector.Create(OfCross[row]), s = TVector.Constant(Shift);
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            TReal* at = squares + c;
            long j = column + c;
            TVector u = TVector.Load(at) * conditionScale, k = PairTile<TReal, TVector>.Exp(u);
            TVector w = (e + TVector.Load(OfNorm + j)) * (Squared ? k * k : k);
            w = TVector.FusedMultiplyAdd(a1 + TVector.Load(OfTargets + j), PairTile<TReal, TVector>.Exp(TVector.FusedMultiplyAdd(TVector.Load(at + stride), scale, u)), w);
            w = TVector.FusedMultiplyAdd(a2 + TVector.Load(OfPredictions + j), PairTile<TReal, TVector>.Exp(TVector.FusedMultiplyAdd(TVector.Load(at + (2 * stride)), scale, u)), w);
            TVector own = a3 * PairTile<TReal, TVector>.Exp(TVector.FusedMultiplyAdd(TVector.Load(at + (3 * stride)), scale, u) - s);
            TVector other = TVector.Load(OfCross + j) * PairTile<TReal, TVector>.Exp(TVector.FusedMultiplyAdd(TVector.Load(at + (4 * stride)), scale, u) - s);
            TVector.Store(weights + c, TVector.FusedMultiplyAdd(sign, own + other, w));
        }
    }
}

/// <summary>
/// By one side, targets or predictions: against its own, w_ij = (a_i + a_j)·K·L; against the other side, sign·a3·e^{u + v_ij − s}, a3 that of the prediction of the pair. Channels: conditions; the side; the side i against
/// the other side j.
/// </summary>
internal unsafe struct SideWeights<TReal, TVector> : IPairWeights<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public double ConditionScale;
    public double Scale;
    public double Sign;

    /// <summary>s, as by the conditions.</summary>
    public double Shift;

    /// <summary>Whether the side is that of the predictions, whose coefficients are by row.</summary>
    public bool Predictions;

    public TReal* OfSide;
    public TReal* OfCross;

    public static int Channels => 3;

    public static int Terms => 2;

    public static int ChannelOf(int term) => term + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Weigh(int term, TReal* squares, int stride, long row, long column, TReal* weights)
    {
        TVector conditionScale = TVector.Constant(-ConditionScale), scale = TVector.Constant(-Scale), sign = TVector.Constant(Sign);
        TVector a = TVector.Create(OfSide[row]), own = TVector.Create(OfCross[row]), s = TVector.Constant(Shift);
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            TVector v = TVector.FusedMultiplyAdd(TVector.Load(squares + ((term + 1) * stride) + c), scale, TVector.Load(squares + c) * conditionScale);
            TVector factor = term == 0 ? a + TVector.Load(OfSide + column + c) : sign * (Predictions ? own : TVector.Load(OfCross + column + c));
            TVector.Store(weights + c, factor * PairTile<TReal, TVector>.Exp(term == 0 ? v : v - s));
        }
    }
}
