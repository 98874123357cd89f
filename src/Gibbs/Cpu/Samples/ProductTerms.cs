using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>Row sums of two kernels and their products: Σ_j K, Σ_j L, Σ_j K·L, Σ_j K², Σ_j L². Channel 0 is K's, channel 1 L's.</summary>
internal unsafe struct ProductSums<TReal, TVector> : IPairSums<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public const int Size = 5;

    public double Scale;
    public double OtherScale;

    public static int Channels => 2;

    public static int Totals => Size;

    public readonly void Clear(double* totals) => new System.Span<double>(totals, Size).Clear();

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Add(TReal* squares, int stride, long row, long column, double* totals)
    {
        int width = Lanes.Count<TReal>();
        TVector scale = TVector.Constant(-Scale), otherScale = TVector.Constant(-OtherScale);
        TReal* terms = stackalloc TReal[3 * Lanes.Count<TReal>()];
        for (int c = 0; c < width; c += TVector.Count)
        {
            TVector k = PairTile<TReal, TVector>.Exp(TVector.Load(squares + c) * scale), l = PairTile<TReal, TVector>.Exp(TVector.Load(squares + stride + c) * otherScale);
            TVector.Store(squares + c, k);
            TVector.Store(squares + stride + c, l);
            TVector.Store(terms + c, k * l);
            TVector.Store(terms + width + c, k * k);
            TVector.Store(terms + (2 * width) + c, l * l);
        }

        totals[0] += Lanes.Sum(squares);
        totals[1] += Lanes.Sum(squares + stride);
        totals[2] += Lanes.Sum(terms);
        totals[3] += Lanes.Sum(terms + width);
        totals[4] += Lanes.Sum(terms + (2 * width));
    }
}

/// <summary>w_ij = K_ij·(g + g_L·L_ij + g_K·K_ij + ρ_i + ρ_j): the gradient, by the points of channel 0, of a function of those sums.</summary>
internal unsafe struct ProductWeights<TReal, TVector> : IPairWeights<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public double Scale;
    public double OtherScale;
    public double Constant;
    public double OfOther;
    public double OfOwn;

    /// <summary>ρ, in whole tiles.</summary>
    public TReal* Rho;

    public static int Channels => 2;

    public static int Terms => 1;

    public static int ChannelOf(int term) => 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Weigh(int term, TReal* squares, int stride, long row, long column, TReal* weights)
    {
        TVector scale = TVector.Constant(-Scale), otherScale = TVector.Constant(-OtherScale), ofOther = TVector.Constant(OfOther), ofOwn = TVector.Constant(OfOwn);
        TVector own = TVector.Constant(Constant) + TVector.Create(Rho[row]);
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            TVector k = PairTile<TReal, TVector>.Exp(TVector.Load(squares + c) * scale), l = PairTile<TReal, TVector>.Exp(TVector.Load(squares + stride + c) * otherScale);
            TVector g = TVector.FusedMultiplyAdd(ofOther, l, TVector.FusedMultiplyAdd(ofOwn, k, own + TVector.Load(Rho + column + c)));
            TVector.Store(weights + c, k * g);
        }
    }
}
