using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>Matrices in groups of vector lanes: in, iterated, out. What a matrix becomes depends on nothing but the matrix.</summary>
internal static unsafe class TinyWorker<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly TinyJob job = ref *(TinyJob*)context;
        TinyScratch<TReal> scratch = new(job, TVector.Count);
        try
        {
            ulong valid = 0;
            bool masked = false;
            for (long first = begin; first < end; first += TVector.Count)
            {
                int count = (int)Math.Min(TVector.Count, end - first);
                if (first == begin || job.HasOwnTargets)
                {
                    valid = TinyTargets.Fill<TReal, TVector>(job, scratch, first, count);
                    masked = job.RowTargets != null || job.ColumnTargets != null;
                }

                Group(job, scratch, first, count, valid, masked);
            }
        }
        finally
        {
            scratch.Free();
        }
    }

    private static void Group(in TinyJob job, in TinyScratch<TReal> s, long first, int count, ulong valid, bool masked)
    {
        TinyMatrices<T, TReal, TVector>.Load(job, job.Values, job.ValuesStride, first, count, job.Options.NoiseScale != 0, s.Matrix, s.X);
        (ulong finite, ulong notNegative) = TinyMatrices<T, TReal, TVector>.Check(job, s.X);
        valid &= job.Positive ? notNegative : ulong.MaxValue;
        if (masked)
            TinyScaling<TReal, TVector>.Mask(job, s);
        TVector good = TinyScaling<TReal, TVector>.Kernel(job, s);
        good = TinyScaling<TReal, TVector>.Iterate(job, s, good);
        TVector errors = default;
        TReal* result = s.D;
        if (job.Upstream != null)
        {
            TinyMatrices<T, TReal, TVector>.Load(job, job.Upstream, job.UpstreamStride, first, count, false, s.Matrix, s.D);
            TinyGradient<TReal, TVector>.Run(job, s);
        }
        else
        {
            TinyScaling<TReal, TVector>.Plan(job, s);
            result = s.K;
            if (job.Errors != null)
                errors = TinyScaling<TReal, TVector>.MarginalError(job, s);
        }

        TReal* lanes = stackalloc TReal[TVector.Count];
        TVector.Store(lanes, errors);
        ulong trusted = valid & finite & TVector.MaskBits(good);
        for (int lane = 0; lane < count; lane++)
        {
            if ((trusted >> lane & 1) == 0)
                Alone(job, s, first + lane, lane, (valid >> lane & 1) != 0, (finite >> lane & 1) != 0);
            else
                Finish(job, s, first + lane, lane, result, lanes[lane]);
        }
    }

    private static void Finish(in TinyJob job, in TinyScratch<TReal> s, long matrix, int lane, TReal* result, TReal error)
    {
        if (job.Result != null)
            TinyMatrices<T, TReal, TVector>.Store(job, result, lane, job.Result + ((nint)matrix * job.ResultStride), s.Matrix);
        if (job.Errors != null)
            ((TReal*)job.Errors)[matrix] = error;
        if (job.Status != null)
            job.Status[matrix] = TransportStatus.Converged;
    }

    // A matrix that the vector form does not answer: in the log domain, or not at all.
    private static void Alone(in TinyJob job, in TinyScratch<TReal> s, long matrix, int lane, bool valid, bool finite)
    {
        TransportStatus status = !valid ? TransportStatus.InvalidInput : !finite ? TransportStatus.NonFinite : TransportStatus.Infeasible;
        double error = double.NaN;
        double* values = stackalloc double[job.Entries], upstream = stackalloc double[job.Upstream == null ? 1 : job.Entries];
        if (valid && finite && !job.Damped)
        {
            Span<double> a = stackalloc double[job.Rows], b = stackalloc double[job.Columns];
            TinyTargets.Read<TReal>(job, matrix, a, b);
            for (int e = 0; e < job.Entries; e++)
                values[e] = Real.ToDouble(s.X[((nint)e * TVector.Count) + lane]);
            TReal* given = job.Upstream == null ? null : TinyMatrices<T, TReal, TVector>.Read(job, job.Upstream + ((nint)matrix * job.UpstreamStride), matrix, false, s.Matrix);
            for (int e = 0; given != null && e < job.Entries; e++)
                upstream[e] = Real.ToDouble(given[e]);
            status = TinyLogDomain.Run(job, values, given == null ? null : upstream, a, b, out error);
        }

        double* result = status != TransportStatus.Converged ? null : job.Upstream == null ? values : upstream;
        if (job.Result != null)
            TinyMatrices<T, TReal, TVector>.Store(job, result, job.Result + ((nint)matrix * job.ResultStride));
        if (job.Errors != null)
            ((TReal*)job.Errors)[matrix] = Real.From<TReal>(error);
        if (job.Status != null)
            job.Status[matrix] = status;
    }
}
