using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>
/// One iteration for a group of matrices, rows and columns in one sweep of K: a row's entries go into the column sums as soon as its u is known.
/// <code>
/// Alternating   u_i = a_i/Σ_j K_ij·v_j,                        v_j = b_j/Σ_i K_ij·u_i
/// DeepSeek      u_i ← u_i/(u_i·Σ_j K_ij·v_j + ε), not at first, v_j ← v_j/(v_j·Σ_i K_ij·u_i + ε)
/// </code>
/// </summary>
internal static unsafe class TinyStep<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>For any number of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Any(in TinyJob job, in TinyScratch<TReal> s, bool first)
    {
        int m = job.Columns;
        bool damped = job.Damped;
        TVector epsilon = TVector.Constant(job.Options.Epsilon);
        for (int j = 0; j < m; j++)
            Store(s.Sums, j, Load(s.IdleColumns, j));
        for (int i = 0; i < job.Rows; i++)
        {
            TReal* row = s.K + ((nint)i * m * TVector.Count);
            TVector u = Load(s.U, i);
            if (!damped || !first)
            {
                TVector sum = Load(s.IdleRows, i);
                for (int j = 0; j < m; j++)
                    sum = TVector.FusedMultiplyAdd(Load(row, j), Load(s.V, j), sum);
                u = Scaling(damped, u, Load(s.A, i), sum, epsilon);
                Store(s.U, i, u);
            }

            for (int j = 0; j < m; j++)
                Store(s.Sums, j, TVector.FusedMultiplyAdd(Load(row, j), u, Load(s.Sums, j)));
        }

        for (int j = 0; j < m; j++)
            Store(s.V, j, Scaling(damped, Load(s.V, j), Load(s.B, j), Load(s.Sums, j), epsilon));
    }

    /// <summary>For four columns, whose sums stay in registers; the same operations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four(in TinyJob job, in TinyScratch<TReal> s, bool first)
    {
        bool damped = job.Damped;
        TVector epsilon = TVector.Constant(job.Options.Epsilon);
        TVector v0 = Load(s.V, 0), v1 = Load(s.V, 1), v2 = Load(s.V, 2), v3 = Load(s.V, 3);
        TVector sum0 = Load(s.IdleColumns, 0), sum1 = Load(s.IdleColumns, 1), sum2 = Load(s.IdleColumns, 2), sum3 = Load(s.IdleColumns, 3);
        TReal* row = s.K;
        for (int i = 0; i < job.Rows; i++, row += 4 * TVector.Count)
        {
            TVector k0 = Load(row, 0), k1 = Load(row, 1), k2 = Load(row, 2), k3 = Load(row, 3), u = Load(s.U, i);
            if (!damped || !first)
            {
                TVector sum = TVector.FusedMultiplyAdd(k1, v1, TVector.FusedMultiplyAdd(k0, v0, Load(s.IdleRows, i)));
                sum = TVector.FusedMultiplyAdd(k3, v3, TVector.FusedMultiplyAdd(k2, v2, sum));
                u = Scaling(damped, u, Load(s.A, i), sum, epsilon);
                Store(s.U, i, u);
            }

            sum0 = TVector.FusedMultiplyAdd(k0, u, sum0);
            sum1 = TVector.FusedMultiplyAdd(k1, u, sum1);
            sum2 = TVector.FusedMultiplyAdd(k2, u, sum2);
            sum3 = TVector.FusedMultiplyAdd(k3, u, sum3);
        }

        Store(s.V, 0, Scaling(damped, v0, Load(s.B, 0), sum0, epsilon));
        Store(s.V, 1, Scaling(damped, v1, Load(s.B, 1), sum1, epsilon));
        Store(s.V, 2, Scaling(damped, v2, Load(s.B, 2), sum2, epsilon));
        Store(s.V, 3, Scaling(damped, v3, Load(s.B, 3), sum3, epsilon));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scaling(bool damped, TVector scaling, TVector target, TVector sum, TVector epsilon) =>
        damped ? scaling / TVector.FusedMultiplyAdd(scaling, sum, epsilon) : target / sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(TReal* values, int index) => TinyScaling<TReal, TVector>.Load(values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TReal* values, int index, TVector value) => TinyScaling<TReal, TVector>.Store(values, index, value);
}
