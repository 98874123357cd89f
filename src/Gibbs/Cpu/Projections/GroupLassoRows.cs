using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// y_g = x_g·(1 − t·w_g/‖x_g‖)₊. From y alone, with q = ‖y_g‖, n = q + t·w_g, u = y_g/q: dx_g = (q/n)·v + u⟨u, v⟩·(t·w_g/n), 0 where q = 0; dt = −Σ w_g⟨u, v⟩. At t = 0 the map is the identity.
/// </summary>
internal static unsafe class GroupLassoRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int NormsSlot = 0;

    public static void Forward(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        RowNorm* norms = ProjectionScratch.Take<RowNorm>(NormsSlot, job.GroupCount);
        for (long row = begin; row < end; row++)
        {
            double threshold = job.Parameter(row);
            T* x = job.InputRow(row);
            RowStatus status = threshold >= 0 && double.IsFinite(threshold) ? RowNorm.OfGroups<T, TReal, TVector>(job, x, norms) : RowStatus.InvalidParameter;
            if (status != RowStatus.Ok)
            {
                RowOutcome<T, TReal>.Bad(job, row, status);
                continue;
            }

            T* y = RowOutcome<T, TReal>.Destination(job, row);
            if (threshold == 0)
                RowOutcome<T, TReal>.Copy(x, y, job.Columns);
            else if (y != null)
                Shrink(job, threshold, norms, x, y);
            RowOutcome<T, TReal>.Good(job, row, y);
        }
    }

    public static void Gradient(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            double threshold = job.Parameter(row);
            T* y = job.ResultRow(row);
            T* v = job.UpstreamRow(row);
            T* gradient = job.GradientRow(row);
            TwoSum byThreshold = default;
            for (int group = 0; group < job.GroupCount; group++)
            {
                int start = job.GroupBegin(group), count = job.GroupEnd(group) - start;
                RowNorm norm = RowNorm.Of<T, TReal, TVector>(y + start, count);
                if (norm.Value == 0)
                {
                    if (gradient != null && threshold == 0)
                        RowOutcome<T, TReal>.Copy(v + start, gradient + start, count);
                    else if (gradient != null)
                        new Span<T>(gradient + start, count).Clear();
                    continue;
                }

                double cut = threshold * job.GroupWeight(group);
                double whole = norm.Magnitude + cut;
                double along = RowDot<T, TReal, TVector>.Product(y + start, v + start, count, norm.Scale) / norm.Value;
                byThreshold.Add(-job.GroupWeight(group) * along);
                if (gradient != null)
                    RowCombination<T, TReal, TVector>.Combine(norm.Magnitude / whole, norm.Scale, along * (cut / whole) / norm.Value, v + start, y + start, gradient + start, count);
            }

            RowOutcome<T, TReal>.GoodGradient(job, row, byThreshold.Rounded);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shrink(in ProjectionJob<T, TReal> job, double threshold, RowNorm* norms, T* x, T* y)
    {
        for (int group = 0; group < job.GroupCount; group++)
        {
            int start = job.GroupBegin(group), count = job.GroupEnd(group) - start;
            double factor = 1 - (threshold * job.GroupWeight(group) * norms[group].Scale / norms[group].Value);
            RowCombination<T, TReal, TVector>.Scale(Math.Max(factor, 0), x + start, y + start, count, job.Streaming);
        }
    }
}
