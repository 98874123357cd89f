using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>Divergences from dense teachers on spans: checks, pins, shares rows out to the worker team, reduces.</summary>
internal static unsafe class CpuRowDivergence
{
    // From here on a matrix leaves the caches before anyone reads it, and streaming stores save reading its lines.
    private const long StreamingBytes = 8L << 20;

    public static CrossEntropyResult Compute<T, TReal>(ReadOnlySpan2D<T> student, ReadOnlySpan2D<T> teacher, in DivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        DivergenceValidation.CheckOptions<TReal>(options, false);
        DivergenceShapes shapes = Shapes(student, outputs, inputs);
        shapes.TeacherRows = teacher.Height;
        shapes.TeacherColumns = teacher.Width;
        DivergenceValidation.CheckShapes(shapes);
        if (student.Height == 0)
            return Empty(options);

        fixed (T* p = student, q = teacher, studentGradient = outputs.StudentGradient, teacherGradient = outputs.TeacherGradient)
        fixed (TReal* rowWeights = inputs.RowWeights, divergences = outputs.Divergences)
        fixed (RowStatus* status = outputs.Status)
        {
            DivergenceJob<T, TReal> job = Job(student, p, outputs, studentGradient, divergences, status, rowWeights, options);
            job.Teacher = q;
            job.TeacherStride = RowSplit.StrideBytes(teacher);
            job.TeacherGradient = teacherGradient;
            job.TeacherGradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.TeacherGradient);
            CheckMemory(job);
            return Reduce(ref job, &RunRows);
        }
    }

    /// <summary>Of no rows.</summary>
    public static CrossEntropyResult Empty(in DivergenceOptions options) => new(options.Reduction == Reduction.None ? double.NaN : 0, options.Normaliser ?? 0, 0);

    /// <summary>What dense and sparse teachers have in common.</summary>
    public static DivergenceShapes Shapes<T, TReal>(ReadOnlySpan2D<T> student, in DivergenceOutputs<T, TReal> outputs, in DivergenceInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = student.Height,
            Columns = student.Width,
            RowWeights = inputs.RowWeights.Length,
            Divergences = outputs.Divergences.Length,
            StudentGradientRows = outputs.StudentGradient.Height,
            StudentGradientColumns = outputs.StudentGradient.Width,
            TeacherGradientRows = outputs.TeacherGradient.Height,
            TeacherGradientColumns = outputs.TeacherGradient.Width,
            Status = outputs.Status.Length,
        };

    /// <summary>The same of a call that is checked.</summary>
    public static DivergenceJob<T, TReal> Job<T, TReal>(
        ReadOnlySpan2D<T> student, T* p, in DivergenceOutputs<T, TReal> outputs, T* studentGradient, TReal* divergences, RowStatus* status, TReal* rowWeights, in DivergenceOptions options)
        where T : unmanaged
        where TReal : unmanaged
    {
        DivergenceJob<T, TReal> job = default;
        job.Options = options;
        job.Rows = student.Height;
        job.Columns = student.Width;
        job.Student = p;
        job.StudentStride = RowSplit.StrideBytes(student);
        job.RowWeights = rowWeights;
        job.Divergences = divergences;
        job.StudentGradient = studentGradient;
        job.StudentGradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.StudentGradient);
        job.Status = status;
        job.Scale = options.Weight / (options.PerElement ? student.Width : 1);
        return job;
    }

    /// <summary>Runs the rows between the normaliser and the sum.</summary>
    public static CrossEntropyResult Reduce<T, TReal>(ref DivergenceJob<T, TReal> job, delegate*<ref DivergenceJob<T, TReal>, void> run)
        where T : unmanaged
        where TReal : unmanaged
    {
        CrossEntropyJob<T, TReal> rows = default;
        rows.Rows = job.Rows;
        rows.RowWeights = job.RowWeights;
        double normaliser = job.Options.Normaliser ?? RowReduction.Normaliser(rows, out _);
        bool mean = job.Options.Reduction == Reduction.Mean;
        job.GradientScale = !mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser;
        bool separate = (job.StudentGradient != null && job.StudentGradient != job.Student) || (job.TeacherGradient != null && job.TeacherGradient != job.Teacher);
        job.Streaming = separate && (CpuSettings.ForcedStreaming ?? job.Rows * job.Columns * sizeof(T) >= StreamingBytes);
        if (job.Options.Reduction == Reduction.None)
        {
            run(ref job);
            return new CrossEntropyResult(double.NaN, normaliser, job.Rows);
        }

        job.RowsPerPartial = RowReduction.RowsPerPartial(job.Rows);
        fixed (double* partials = RowReduction.Partials(job.Rows))
        {
            job.Partials = partials;
            run(ref job);
            double sum = RowReduction.Sum(partials, (job.Rows + job.RowsPerPartial - 1) / job.RowsPerPartial);
            return new CrossEntropyResult(!mean ? sum : normaliser == 0 ? 0 : sum / normaliser, normaliser, job.Rows);
        }
    }

    /// <summary>Hands the rows to the workers.</summary>
    public static void Share<T, TReal>(ref DivergenceJob<T, TReal> job, delegate*<void*, long, long, void> rows)
        where T : unmanaged
        where TReal : unmanaged
    {
        long chunk = RowSplit.Chunk<T>(job.Rows, job.Columns, Math.Max(1, job.RowsPerPartial));
        fixed (DivergenceJob<T, TReal>* context = &job)
            WorkerTeam.Run(rows, context, job.Rows, chunk, RowSplit.Parallel(job.Rows, job.Columns));
    }

    /// <summary>A gradient is its own logits' memory, exactly, or apart from everything.</summary>
    public static void CheckGradient(string name, string source, RowMemory gradient, RowMemory own, bool inPlace)
    {
        if (!inPlace && gradient.Overlaps(own))
            ArgumentChecks.Fail(name, $"{name} overlaps {source} in part; it must be the memory of {source} with the same stride, or disjoint.");
    }

    private static void RunRows<T, TReal>(ref DivergenceJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        switch (CpuSettings.VectorBits)
        {
            case 512:
                Share(ref job, DivergenceRows<T, TReal, SimdVector512<TReal>>.For(job.Options));
                break;
            case 256:
                Share(ref job, DivergenceRows<T, TReal, SimdVector256<TReal>>.For(job.Options));
                break;
            default:
                Share(ref job, DivergenceRows<T, TReal, SimdVector128<TReal>>.For(job.Options));
                break;
        }
    }

    private static void CheckMemory<T, TReal>(in DivergenceJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        nint width = (nint)job.Columns * sizeof(T);
        RowMemory student = new((byte*)job.Student, job.StudentStride, job.Rows, width), teacher = new((byte*)job.Teacher, job.TeacherStride, job.Rows, width);
        RowMemory studentGradient = new((byte*)job.StudentGradient, job.StudentGradientStride, job.Rows, width);
        RowMemory teacherGradient = new((byte*)job.TeacherGradient, job.TeacherGradientStride, job.Rows, width);
        bool same = job.Student == job.Teacher && (job.Rows == 1 || job.StudentStride == job.TeacherStride);
        bool onStudent = job.StudentGradient == job.Student && (job.Rows == 1 || job.StudentGradientStride == job.StudentStride);
        bool onTeacher = job.TeacherGradient == job.Teacher && (job.Rows == 1 || job.TeacherGradientStride == job.TeacherStride);
        if (job.StudentGradient != null)
        {
            CheckGradient("outputs.StudentGradient", "student", studentGradient, student, onStudent);
            if (!(same && onStudent) && studentGradient.Overlaps(teacher))
                ArgumentChecks.Fail("outputs.StudentGradient", $"outputs.StudentGradient overlaps teacher; it must be the student's memory, or disjoint.");
        }

        if (job.TeacherGradient == null)
            return;
        CheckGradient("outputs.TeacherGradient", "teacher", teacherGradient, teacher, onTeacher);
        if (!(same && onTeacher) && teacherGradient.Overlaps(student))
            ArgumentChecks.Fail("outputs.TeacherGradient", $"outputs.TeacherGradient overlaps student; it must be the teacher's memory, or disjoint.");
        if (job.StudentGradient != null && teacherGradient.Overlaps(studentGradient))
            ArgumentChecks.Fail("outputs.TeacherGradient", $"outputs.TeacherGradient overlaps outputs.StudentGradient; they must be disjoint.");
    }
}
