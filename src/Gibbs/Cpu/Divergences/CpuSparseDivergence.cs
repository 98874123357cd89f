using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>Divergences from sparse teachers on spans: checks, pins, shares rows out to the worker team, reduces.</summary>
internal static unsafe class CpuSparseDivergence
{
    public static CrossEntropyResult Compute<T, TReal>(
        ReadOnlySpan2D<T> student, ClassIds ids, ReadOnlySpan2D<TReal> logProbabilities, in DivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        DivergenceValidation.CheckOptions<TReal>(options, true);
        DivergenceShapes shapes = CpuRowDivergence.Shapes(student, outputs, inputs);
        shapes.IsSparse = true;
        shapes.IdRows = ids.Rows;
        shapes.IdColumns = ids.Columns;
        shapes.TeacherRows = logProbabilities.Height;
        shapes.TeacherColumns = logProbabilities.Width;
        DivergenceValidation.CheckShapes(shapes);
        if (student.Height == 0)
            return CpuRowDivergence.Empty(options);

        fixed (T* p = student, gradient = outputs.StudentGradient)
        fixed (int* ids32 = ids.Int32)
        fixed (long* ids64 = ids.Int64)
        fixed (TReal* q = logProbabilities, rowWeights = inputs.RowWeights, divergences = outputs.Divergences)
        fixed (RowStatus* status = outputs.Status)
        {
            DivergenceJob<T, TReal> job = CpuRowDivergence.Job(student, p, outputs, gradient, divergences, status, rowWeights, options);
            job.Listed = ids.Columns;
            job.Ids32 = ids32;
            job.Ids64 = ids64;
            job.IdsStride = ids32 != null ? RowSplit.StrideBytes(ids.Int32) : RowSplit.StrideBytes(ids.Int64);
            job.LogProbabilities = q;
            job.LogProbabilitiesStride = RowSplit.StrideBytes(logProbabilities);
            if (gradient != null)
                CheckMemory(job);
            return CpuRowDivergence.Reduce(ref job, &RunRows);
        }
    }

    private static void RunRows<T, TReal>(ref DivergenceJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        switch (CpuSettings.VectorBits)
        {
            case 512:
                CpuRowDivergence.Share(ref job, SparseDivergenceRows<T, TReal, SimdVector512<TReal>>.For(job.Options));
                break;
            case 256:
                CpuRowDivergence.Share(ref job, SparseDivergenceRows<T, TReal, SimdVector256<TReal>>.For(job.Options));
                break;
            default:
                CpuRowDivergence.Share(ref job, SparseDivergenceRows<T, TReal, SimdVector128<TReal>>.For(job.Options));
                break;
        }
    }

    private static void CheckMemory<T, TReal>(in DivergenceJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        nint width = (nint)job.Columns * sizeof(T);
        RowMemory student = new((byte*)job.Student, job.StudentStride, job.Rows, width), gradient = new((byte*)job.StudentGradient, job.StudentGradientStride, job.Rows, width);
        bool onStudent = job.StudentGradient == job.Student && (job.Rows == 1 || job.StudentGradientStride == job.StudentStride);
        CpuRowDivergence.CheckGradient("outputs.StudentGradient", "student", gradient, student, onStudent);
        RowMemory logProbabilities = new((byte*)job.LogProbabilities, job.LogProbabilitiesStride, job.Rows, (nint)job.Listed * sizeof(TReal));
        RowMemory ids = new(job.Ids32 != null ? (byte*)job.Ids32 : (byte*)job.Ids64, job.IdsStride, job.Rows, (nint)job.Listed * (job.Ids32 != null ? sizeof(int) : sizeof(long)));
        if (gradient.Overlaps(logProbabilities) || gradient.Overlaps(ids))
            ArgumentChecks.Fail("outputs.StudentGradient", $"outputs.StudentGradient overlaps ids or teacherLogProbabilities; it must be disjoint from them.");
    }
}
