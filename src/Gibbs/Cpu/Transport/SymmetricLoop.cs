using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Sinkhorn of a cloud with itself, W(a, a): one potential h on both sides, by averaged updates
/// <code>h' = ½·(h + κ·T(h))        T(h)_i = h_i − log2 Σ_j a_j·2^(h_i + h_j − s·C_ij)    κ = ρ/(ρ + ε)</code>
/// Where exp(−C/ε) is a positive kernel the modes of T have rates in (−1, 0], so that the average's are at most ½, whatever ε. A sweep makes both sums of alternation; here its row sums suffice, and the error of the
/// columns is that of the rows. Feydy et al., 2019; Knight, Ruiz, Uçar, 2014.
/// </summary>
internal static unsafe class SymmetricLoop<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    /// <summary>Runs a state whose rows are its columns, from its G.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LoopEnd Run(ref SinkhornState<TReal, TCosts> state, in LoopLimits limits)
    {
        MarginalFloor floor = MarginalFloor.Start;
        bool parallel = RowSplit.Parallel(state.Rows, state.Columns), massless = false;
        for (int i = 0; i < state.Columns; i++)
        {
            state.F[i] = state.G[i];
            massless |= Real.ToDouble(state.A[i]) == 0;
        }

        for (int iteration = 0; ; iteration++)
        {
            state.Omega = 0.5;
            RowTotals rows = SinkhornLoop<TReal, TVector, TCosts>.Sweep(ref state, parallel);
            if (rows.NonFinite)
                return new LoopEnd(double.NaN, iteration, TransportStatus.NonFinite);
            if (rows.Infeasible)
                return new LoopEnd(double.NaN, iteration, TransportStatus.Infeasible);
            double error = 2 * rows.Error;
            TransportStatus? status = Unmoved(state) switch
            {
                // A row has started again from its c-transform: no plan that is symmetric, and no error of one.
                false => null,
                true when error <= limits.Tolerance => TransportStatus.Converged,
                true when iteration > 0 && iteration % MarginalFloor.Period == 0 && floor.Reached<TReal>(error, 2 * rows.Largest, limits.SourceMass) => TransportStatus.FloorReached,
                _ => null,
            };
            if (status is null && iteration >= limits.MaxIterations)
                status = TransportStatus.MaxIterations;
            if (status is TransportStatus end)
            {
                if (massless)
                    TransformMassless(ref state, parallel);
                return new LoopEnd(error, iteration, end);
            }

            for (int i = 0; i < state.Columns; i++)
                state.G[i] = state.F[i] = state.NextF[i];
        }
    }

    private static bool Unmoved(in SinkhornState<TReal, TCosts> state)
    {
        for (int i = 0; i < state.Columns; i++)
        {
            if (Real.ToDouble(state.F[i]) != Real.ToDouble(state.G[i]))
                return false;
        }

        return true;
    }

    // Atoms of no mass have no part in the error: their potential may still be on its way.
    private static void TransformMassless(ref SinkhornState<TReal, TCosts> state, bool parallel)
    {
        state.Omega = 1;
        SinkhornLoop<TReal, TVector, TCosts>.Sweep(ref state, parallel);
        for (int i = 0; i < state.Columns; i++)
        {
            if (Real.ToDouble(state.A[i]) == 0)
                state.G[i] = state.F[i] = state.NextF[i];
        }
    }
}
