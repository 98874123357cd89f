using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// What the entropy of a diffusion matrix is differentiated by: P_ij = exp(u_ij + b_j − n_i), and t_ij = P_ij·(log P_ij + H_i), the slope of −H_i by u_ij. All arrays are in whole tiles.
/// </summary>
internal unsafe struct DiffusionRows<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public double Scale;

    /// <summary>b_j = −½·log D_j, or 0.</summary>
    public TReal* Bias;

    /// <summary>n_i.</summary>
    public TReal* LogNorm;

    /// <summary>H_i.</summary>
    public TReal* Entropy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope(TVector logP, TVector entropy)
    {
        TVector x = PairTile<TReal, TVector>.Clamped(logP);
        return PairTile<TReal, TVector>.Exp(x) * (x + entropy);
    }
}

/// <summary>Σ_j t_ji for row i: the slope by the degree of point i.</summary>
internal unsafe struct DiffusionColumnSums<TReal, TVector> : IPairSums<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public DiffusionRows<TReal, TVector> Rows;

    public static int Channels => 1;

    public static int Totals => 1;

    public readonly void Clear(double* totals) => totals[0] = 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Add(TReal* squares, int stride, long row, long column, double* totals)
    {
        TVector scale = TVector.Constant(-Rows.Scale), bias = TVector.Create(Rows.Bias[row]);
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            TVector logP = (TVector.Load(squares + c) * scale) + bias - TVector.Load(Rows.LogNorm + column + c);
            TVector.Store(squares + c, DiffusionRows<TReal, TVector>.Slope(logP, TVector.Load(Rows.Entropy + column + c)));
        }

        totals[0] += Lanes.Sum(squares);
    }
}

/// <summary>w_ij = f·(t_ij + t_ji) + c_i·e^{u_ij − s_i} + c_j·e^{u_ij − s_j}: the entropy's slopes by the kernel, and by it through the degrees.</summary>
internal unsafe struct DiffusionWeights<TReal, TVector> : IPairWeights<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public DiffusionRows<TReal, TVector> Rows;
    public KernelWeights<TReal, TVector> Degrees;
    public double Factor;

    public static int Channels => 1;

    public static int Terms => 1;

    public static int ChannelOf(int term) => 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Weigh(int term, TReal* squares, int stride, long row, long column, TReal* weights)
    {
        Degrees.Weigh(term, squares, stride, row, column, weights);
        TVector scale = TVector.Constant(-Rows.Scale), factor = TVector.Constant(Factor);
        TVector bias = TVector.Create(Rows.Bias[row]), norm = TVector.Create(Rows.LogNorm[row]), entropy = TVector.Create(Rows.Entropy[row]);
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            TVector u = TVector.Load(squares + c) * scale;
            TVector own = DiffusionRows<TReal, TVector>.Slope(u + TVector.Load(Rows.Bias + column + c) - norm, entropy);
            TVector other = DiffusionRows<TReal, TVector>.Slope(u + bias - TVector.Load(Rows.LogNorm + column + c), TVector.Load(Rows.Entropy + column + c));
            TVector.Store(weights + c, TVector.FusedMultiplyAdd(factor, own + other, TVector.Load(weights + c)));
        }
    }
}
