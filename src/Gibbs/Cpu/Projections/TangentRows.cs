using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>y = x − w⟨w, x⟩/⟨w, w⟩, x at w = 0; the gradient is the same map of v. With ω = w/2^e of ordinary size: y = x − ω·(⟨ω, x⟩/⟨ω, ω⟩), the coefficient in two words.</summary>
internal static unsafe class TangentRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            T* y = RowOutcome<T, TReal>.Destination(job, row);
            RowStatus status = Map(job, row, job.InputRow(row), y, job.Streaming);
            if (status is RowStatus.Ok or RowStatus.ZeroNorm)
                RowOutcome<T, TReal>.Good(job, row, y, 0, status);
            else
                RowOutcome<T, TReal>.Bad(job, row, status);
        }
    }

    public static void Gradient(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            T* gradient = job.GradientRow(row);
            if (gradient != null && Map(job, row, job.UpstreamRow(row), gradient, false) is not (RowStatus.Ok or RowStatus.ZeroNorm))
                new Span<T>(gradient, job.Columns).Fill(Real.From<T>(double.NaN));
            RowOutcome<T, TReal>.GoodGradient(job, row, 0);
        }
    }

    private static RowStatus Map(in ProjectionJob<T, TReal> job, long row, T* x, T* y, bool streaming)
    {
        T* w = job.PointRow(row);
        RowNorm point = RowNorm.Of<T, TReal, TVector>(w, job.Columns);
        RowNorm size = default;
        double along = RowDot<T, TReal, TVector>.Of(w, x, job.Columns).Rounded;
        if (point.Exponent != 0 || !(point.Value > 0) || !(Math.Abs(along) >= 1e-20 && double.IsFinite(along)))
        {
            // Entries that are not numbers, zero rows, or sizes whose products leave the range.
            size = RowNorm.Of<T, TReal, TVector>(x, job.Columns);
            if (size.Status == RowStatus.NotANumber || point.Status == RowStatus.NotANumber)
                return RowStatus.NotANumber;
            if (size.Status == RowStatus.PlusInfinity || point.Status == RowStatus.PlusInfinity)
                return RowStatus.PlusInfinity;
            along = RowDot<T, TReal, TVector>.Of(w, x, job.Columns, point.Scale, size.Scale).Rounded;
        }

        if (point.Value == 0)
        {
            RowOutcome<T, TReal>.Copy(x, y, job.Columns);
            return RowStatus.ZeroNorm;
        }

        double coefficient = -Math.ScaleB(along / (point.Value * point.Value), size.Exponent);
        if (y != null)
            RowCombination<T, TReal, TVector>.Write(new CombinedRow<TVector, TReal>(1, point.Scale, coefficient), x, w, y, job.Columns, streaming);
        return RowStatus.Ok;
    }
}
