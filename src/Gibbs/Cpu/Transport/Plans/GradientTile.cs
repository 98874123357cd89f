using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The pass that makes dC_ij = e_ij·(λ̂_i·b_j + a_i·μ̂_j − a_i·b_j·dP_ij/ε), λ̂ = a∘λ and μ̂ = b∘μ, and of it what dε is summed from.</summary>
internal static unsafe class GradientTile<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    /// <summary>What the workers are given.</summary>
    public struct Job
    {
        public PlanProblem<TReal, TCosts> Problem;
        public UpstreamPlan<TReal> Upstream;

        /// <summary>λ̂ [Rows] and μ̂ [Padded].</summary>
        public TReal* Lambda;
        public TReal* Mu;

        /// <summary>dC [Rows, Columns], or null.</summary>
        public TReal* Cost;
        public nint CostStride;

        /// <summary>[Rows]: Σ_j dC_ij·(f_i + g_j − C_ij).</summary>
        public double* Sums;
    }

    /// <summary>dC, and the sums that dε is made of.</summary>
    public static void Costs(Job job) => WorkerTeam.Run(&CostRows, &job, job.Problem.Rows, RowSplit.Chunk<TReal>(job.Problem.Rows, job.Problem.Columns, 1), RowSplit.Parallel(job.Problem.Rows, job.Problem.Columns));

    private static void CostRows(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        TReal* scratch = RowArrays.Take<TReal>(3, CostLanes.Tile, out int stride);
        TReal* density = scratch + stride, upstream = density + stride;
        for (long row = begin; row < end; row++)
        {
            double sum = 0;
            for (int start = 0; start < job.Problem.Columns; start += CostLanes.Tile)
            {
                int count = Math.Min(CostLanes.Tile, job.Problem.Columns - start);
                TReal* costs = DensityTile<TReal, TVector, TCosts>.Of(job.Problem, row, start, count, scratch, density);
                job.Upstream.Tile(row, start, count, upstream);
                Of(job, row, start, count, density, upstream);
                sum += Moment(job, row, start, CostLanes.Padded<TReal>(count), costs, density);
                if (job.Cost != null)
                    Unsafe.CopyBlockUnaligned((byte*)job.Cost + ((nint)row * job.CostStride) + ((nint)start * sizeof(TReal)), density, (uint)(count * sizeof(TReal)));
            }

            job.Sums[row] = sum;
        }
    }

    /// <summary>The density becomes dC.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of(in Job job, long row, int start, int count, TReal* density, TReal* upstream)
    {
        int padded = CostLanes.Padded<TReal>(count);
        TVector a = TVector.Create(job.Problem.A[row]), lambda = TVector.Create(job.Lambda[row]), minusInverse = TVector.Constant(-1 / job.Problem.Epsilon);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector b = TVector.Load(job.Problem.B + start + j), e = TVector.Load(density + j);
            TVector potentials = TVector.FusedMultiplyAdd(lambda, b, a * TVector.Load(job.Mu + start + j));
            TVector sum = TVector.FusedMultiplyAdd(a * b * minusInverse, TVector.Load(upstream + j), potentials);
            TVector.Store(density + j, TVector.Select(TVector.Equal(e, default), default, e * sum));
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Moment(in Job job, long row, int start, int padded, TReal* costs, TReal* gradient)
    {
        int lanes = CostLanes.Count<TReal>();
        TReal* partial = stackalloc TReal[16];
        TVector f = TVector.Create(job.Problem.F[row]);
        for (int turn = 0; turn < lanes; turn += TVector.Count)
        {
            TVector sum = default;
            for (int j = turn; j < padded; j += lanes)
            {
                TVector value = TVector.Load(gradient + j), difference = (f + TVector.Load(job.Problem.G + start + j)) - TVector.Load(costs + j);
                sum += TVector.Select(TVector.Equal(value, default), default, value * difference);
            }

            TVector.Store(partial + turn, sum);
        }

        return CostLanes.Sum(partial);
    }
}
