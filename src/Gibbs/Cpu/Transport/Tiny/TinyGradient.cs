using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>
/// The gradient through the iterations of <see cref="TinyScaling{TReal, TVector}"/>, backwards through their history. With Q the gradient by P, and α, β those by u and v after an iteration:
/// <code>
/// P = u·K·v                  D_ij = Q_ij·u_i·v_j,  α_i = Σ_j Q_ij·K_ij·v_j,  β_j = Σ_i Q_ij·K_ij·u_i
/// v' from v, u               c_j = −β_j·v'_j²/b_j;   D_ij += c_j·u_i,  α_i += Σ_j c_j·K_ij,  β_j ← ε·(v'_j/v_j)²·β_j
/// u' from u, v               r_i = −α_i·u'_i²/a_i;   D_ij += r_i·v_j,  β_j += Σ_i r_i·K_ij,  α_i ← ε·(u'_i/u_i)²·α_i         ε = 0: Alternating;  a = b = 1: DeepSeek
/// logits                     dx = K·D/T, of the DeepSeek scheme p·(D − Σ_j p·D)/T with the softmax p
/// </code>
/// </summary>
internal static unsafe class TinyGradient<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>The gradient by the values, over the gradient by P.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TinyJob job, in TinyScratch<TReal> s)
    {
        Plan(job, s);
        for (int t = job.Options.Iterations - 1; t >= 0; t--)
        {
            TReal* u = s.History + ((nint)t * (job.Rows + job.Columns) * TVector.Count), v = u + ((nint)job.Rows * TVector.Count);
            TReal* earlierU = u - ((nint)(job.Rows + job.Columns) * TVector.Count), earlierV = earlierU + ((nint)job.Rows * TVector.Count);
            Columns(job, s, v, earlierV, t == 0);
            if (!job.Damped || t > 0)
                Rows(job, s, u, earlierU, t == 0 ? s.V0 : earlierV, t == 0);
        }

        Values(job, s);
    }

    private static void Plan(in TinyJob job, in TinyScratch<TReal> s)
    {
        for (int j = 0; j < job.Columns; j++)
            Store(s.AdjointV, j, default);
        for (int i = 0; i < job.Rows; i++)
        {
            TVector u = Load(s.U, i), alpha = default;
            for (int j = 0; j < job.Columns; j++)
            {
                int e = (i * job.Columns) + j;
                TVector q = Load(s.D, e), weighted = q * Load(s.K, e), v = Load(s.V, j);
                alpha = TVector.FusedMultiplyAdd(weighted, v, alpha);
                Store(s.AdjointV, j, TVector.FusedMultiplyAdd(weighted, u, Load(s.AdjointV, j)));
                Store(s.D, e, q * u * v);
            }

            Store(s.AdjointU, i, alpha);
        }
    }

    // Sums holds c; u of this iteration is in U.
    private static void Columns(in TinyJob job, in TinyScratch<TReal> s, TReal* v, TReal* earlier, bool first)
    {
        TVector epsilon = TVector.Constant(job.Options.Epsilon), one = TVector.Constant(1);
        for (int j = 0; j < job.Columns; j++)
        {
            TVector beta = Load(s.AdjointV, j), later = Load(v, j);
            TVector target = job.Damped ? one : Load(s.B, j) + Load(s.IdleColumns, j);
            Store(s.Sums, j, default(TVector) - (beta * later * (later / target)));
            TVector ratio = job.Damped ? later / (first ? one : Load(earlier, j)) : default;
            Store(s.AdjointV, j, job.Damped ? epsilon * ratio * ratio * beta : default);
        }
    }

    private static void Rows(in TinyJob job, in TinyScratch<TReal> s, TReal* u, TReal* earlierU, TReal* earlierV, bool first)
    {
        TVector epsilon = TVector.Constant(job.Options.Epsilon), one = TVector.Constant(1);
        for (int i = 0; i < job.Rows; i++)
        {
            TReal* kernel = s.K + ((nint)i * job.Columns * TVector.Count), d = s.D + ((nint)i * job.Columns * TVector.Count);
            TVector later = Load(u, i), alpha = Load(s.AdjointU, i);
            for (int j = 0; j < job.Columns; j++)
                alpha = TVector.FusedMultiplyAdd(Load(s.Sums, j), Load(kernel, j), alpha);
            TVector target = job.Damped ? one : Load(s.A, i) + Load(s.IdleRows, i);
            TVector r = default(TVector) - (alpha * later * (later / target));
            for (int j = 0; j < job.Columns; j++)
            {
                TVector both = TVector.FusedMultiplyAdd(Load(s.Sums, j), later, TVector.FusedMultiplyAdd(r, Load(earlierV, j), Load(d, j)));
                Store(d, j, both);
                Store(s.AdjointV, j, TVector.FusedMultiplyAdd(r, Load(kernel, j), Load(s.AdjointV, j)));
            }

            TVector ratio = job.Damped && !first ? later / Load(earlierU, i) : default;
            Store(s.AdjointU, i, job.Damped ? epsilon * ratio * ratio * alpha : default);
        }
    }

    private static void Values(in TinyJob job, in TinyScratch<TReal> s)
    {
        TVector chain = TVector.Constant(job.Scale.Chain), one = TVector.Constant(1);
        for (int i = 0; i < job.Rows; i++)
        {
            TVector mean = default;
            for (int j = 0; job.Damped && j < job.Columns; j++)
            {
                int e = (i * job.Columns) + j;

                // The first iteration of the DeepSeek scheme divides columns alone.
                Store(s.D, e, Load(s.D, e) + Load(s.Sums, j));
                mean = TVector.FusedMultiplyAdd(Load(s.D, e), Load(s.X, e), mean);
            }

            TVector divisor = job.Positive ? Load(s.RowAnchors, i) : one;
            for (int j = 0; j < job.Columns; j++)
            {
                int e = (i * job.Columns) + j;
                TVector d = Load(s.D, e);
                if (job.Damped)
                    d = job.Positive ? (d - mean) / divisor : (d - mean) * Load(s.X, e) * chain;
                else
                    d = job.Positive ? d / divisor / Load(s.ColumnAnchors, j) : d * Load(s.K, e) * chain;
                Store(s.D, e, d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(TReal* values, int index) => TinyScaling<TReal, TVector>.Load(values, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TReal* values, int index, TVector value) => TinyScaling<TReal, TVector>.Store(values, index, value);
}
