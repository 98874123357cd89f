using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>w_ij = c_i·e^{u_ij − s_i} + c'_j·e^{u_ij − s'_j}, u_ij = −|x_i − y_j|²/(2σ²): the gradient of any function of kernel row sums. Shifts keep the exponentials in range where the sums are far below it.</summary>
internal unsafe struct KernelWeights<TReal, TVector> : IPairWeights<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public double Scale;

    /// <summary>c and s by row.</summary>
    public TReal* Coefficients;
    public TReal* Shifts;

    /// <summary>c' and s' by column, in whole tiles; null for none.</summary>
    public TReal* ColumnCoefficients;
    public TReal* ColumnShifts;

    public static int Channels => 1;

    public static int Terms => 1;

    public static int ChannelOf(int term) => 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Weigh(int term, TReal* squares, int stride, long row, long column, TReal* weights)
    {
        TVector scale = TVector.Constant(-Scale), coefficient = TVector.Create(Coefficients[row]), shift = TVector.Create(Shifts[row]);
        for (int c = 0; c < Lanes.Count<TReal>(); c += TVector.Count)
        {
            TVector u = TVector.Load(squares + c) * scale;
            TVector w = coefficient * PairTile<TReal, TVector>.Exp(u - shift);
            if (ColumnCoefficients != null)
                w += TVector.Load(ColumnCoefficients + column + c) * PairTile<TReal, TVector>.Exp(u - TVector.Load(ColumnShifts + column + c));
            TVector.Store(weights + c, w);
        }
    }
}
