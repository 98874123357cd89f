using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>Targets of a matrix: a_i and b_j as given, or what stands for those that are absent.</summary>
internal static unsafe class TinyTargets
{
    /// <summary>The targets of a matrix in double; false where they are negative, not finite, without mass, or of different masses.</summary>
    public static bool Read<TReal>(in TinyJob job, long matrix, Span<double> a, Span<double> b)
        where TReal : unmanaged
    {
        double rows = Read((TReal*)job.RowTargets + (matrix * job.RowTargetsStride), job.RowTargets != null, a);
        double columns = Read((TReal*)job.ColumnTargets + (matrix * job.ColumnTargetsStride), job.ColumnTargets != null, b);
        if (job.RowTargets == null)
        {
            a.Fill(job.ColumnTargets == null ? 1 : columns / a.Length);
            rows = job.ColumnTargets == null ? a.Length : columns;
        }

        if (job.ColumnTargets == null)
        {
            b.Fill(rows / b.Length);
            columns = rows;
        }

        return rows > 0 && columns > 0 && Math.Abs(rows - columns) <= SinkhornValidation.MassTolerance * rows && rows < double.PositiveInfinity;
    }

    /// <summary>The targets of matrices from the first on, a lane each, with what guards lines of target 0; a bit per lane whose targets are valid.</summary>
    public static ulong Fill<TReal, TVector>(in TinyJob job, in TinyScratch<TReal> scratch, long first, int count)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        Span<double> a = stackalloc double[job.Rows], b = stackalloc double[job.Columns];
        double least = TinyScaling<TReal, TVector>.Least;
        ulong valid = 0;
        for (int lane = 0; lane < TVector.Count; lane++)
        {
            // Of shared targets the first lane's stand for all.
            if (lane == 0 || (job.HasOwnTargets && lane < count))
                valid = (valid & ~(1UL << lane)) | (Read<TReal>(job, first + lane, a, b) ? 1UL << lane : 0);
            else if (!job.HasOwnTargets)
                valid |= (valid & 1) << lane;
            Write(scratch.A, scratch.IdleRows, scratch.LeastRows, a, lane, TVector.Count, least);
            Write(scratch.B, scratch.IdleColumns, scratch.LeastColumns, b, lane, TVector.Count, least);
        }

        return valid;
    }

    private static void Write<TReal>(TReal* targets, TReal* idle, TReal* leasts, Span<double> values, int lane, int lanes, double least)
        where TReal : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            targets[(i * lanes) + lane] = Real.From<TReal>(values[i]);
            idle[(i * lanes) + lane] = Real.From<TReal>(values[i] == 0 ? 1 : 0);
            leasts[(i * lanes) + lane] = Real.From<TReal>(values[i] == 0 ? -1 : least);
        }
    }

    // The sum; NaN where a target is negative or not finite.
    private static double Read<TReal>(TReal* given, bool present, Span<double> values)
        where TReal : unmanaged
    {
        double sum = 0;
        if (!present)
            return sum;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Real.ToDouble(given[i]);
            sum += values[i] >= 0 ? values[i] : double.NaN;
        }

        return sum;
    }
}
