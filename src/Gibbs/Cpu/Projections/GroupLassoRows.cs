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

    // From here on a group's lines are worth writing past the caches.
    private const int LongGroup = 1024;

    public static void Forward(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        RowNorm* norms = ProjectionScratch.Take<RowNorm>(NormsSlot, job.GroupCount);
        for (long row = begin; row < end; row++)
        {
            double threshold = job.Parameter(row);
            T* x = job.InputRow(row);
            RowStatus status = threshold >= 0 && double.IsFinite(threshold) ? Norms(job, x, norms) : RowStatus.InvalidParameter;
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
                    Combine(norm.Magnitude / whole, norm.Scale, along * (cut / whole) / norm.Value, v + start, y + start, gradient + start, count);
            }

            RowOutcome<T, TReal>.GoodGradient(job, row, byThreshold.Rounded);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static RowStatus Norms(in ProjectionJob<T, TReal> job, T* x, RowNorm* norms)
    {
        RowStatus status = RowStatus.Ok;
        for (int group = 0; group < job.GroupCount; group++)
        {
            int start = job.GroupBegin(group);
            norms[group] = RowNorm.Of<T, TReal, TVector>(x + start, job.GroupEnd(group) - start);
            RowStatus own = norms[group].Status;
            if (own != RowStatus.Ok && status != RowStatus.NotANumber)
                status = own;
        }

        return status;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shrink(in ProjectionJob<T, TReal> job, double threshold, RowNorm* norms, T* x, T* y)
    {
        for (int group = 0; group < job.GroupCount; group++)
        {
            int start = job.GroupBegin(group), count = job.GroupEnd(group) - start;
            double factor = 1 - (threshold * job.GroupWeight(group) * norms[group].Scale / norms[group].Value);
            if (!(factor > 0))
                new Span<T>(y + start, count).Clear();
            else if (count < RowDot<T, TReal, TVector>.Short)
                ScaleShort(factor, x + start, y + start, count);
            else
                RowCombination<T, TReal, TVector>.Write(new ScaledRow<TVector, TReal>(1, factor), x + start, null, y + start, count, job.Streaming && count >= LongGroup);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ScaleShort(double factor, T* x, T* y, int count)
    {
        for (int j = 0; j < count; j++)
            y[j] = Real.From<T>(Real.ToDouble(x[j]) * factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine(double f, double p, double c, T* v, T* y, T* gradient, int count)
    {
        if (count >= RowDot<T, TReal, TVector>.Short)
        {
            RowCombination<T, TReal, TVector>.Write(new CombinedRow<TVector, TReal>(f, p, c), v, y, gradient, count, false);
            return;
        }

        for (int j = 0; j < count; j++)
            gradient[j] = Real.From<T>((Real.ToDouble(v[j]) * f) + (Real.ToDouble(y[j]) * p * c));
    }
}
