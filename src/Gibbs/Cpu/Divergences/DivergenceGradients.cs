using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>How a row's gradient is written.</summary>
internal enum GradientFill
{
    /// <summary>It is not wanted.</summary>
    Absent,

    /// <summary>From the row.</summary>
    Computed,

    /// <summary>0.</summary>
    Zero,

    /// <summary>NaN.</summary>
    NotANumber,
}

/// <summary>What status, weight and support make of a row's gradients.</summary>
internal unsafe struct DivergenceGradients
{
    public GradientFill Student;
    public GradientFill Teacher;
    public double StudentFactor;
    public double TeacherFactor;

    /// <summary>Of a row that was read; the support where its status is Ok.</summary>
    public static DivergenceGradients Of<T, TReal>(in DivergenceJob<T, TReal> job, RowStatus status, double weight, ref DivergenceSupport support, bool studentLacks, bool teacherLacks)
        where T : unmanaged
        where TReal : unmanaged
    {
        if (status == RowStatus.Ok)
            support = DivergenceSupport.Of(job.Options, studentLacks, teacherLacks);
        double factor = job.GradientFactor(weight);
        DivergenceGradients gradients;
        gradients.StudentFactor = factor * Math.Min(1 / job.Options.StudentTemperature, Real.Largest<TReal>());
        gradients.TeacherFactor = factor * Math.Min(1 / job.Options.TeacherTemperature, Real.Largest<TReal>());
        bool zero = job.GradientScale == 0 || status is RowStatus.AllMasked or RowStatus.TargetOutOfRange || (status == RowStatus.Ok && factor == 0);
        gradients.Student = Of(job.StudentGradient, zero, status == RowStatus.Ok && support.StudentIsFinite);
        gradients.Teacher = Of(job.TeacherGradient, zero, status == RowStatus.Ok && support.TeacherIsFinite);
        return gradients;
    }

    /// <summary>Gradients that the row does not compute.</summary>
    public readonly void Fill<T, TReal>(in DivergenceJob<T, TReal> job, long row)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(Student, job.StudentGradient == null ? null : job.StudentGradientRow(row), job.Columns);
        Fill(Teacher, job.TeacherGradient == null ? null : job.TeacherGradientRow(row), job.Columns);
    }

    /// <summary>The row's value: a factor of 0 silences an infinite one, not a NaN.</summary>
    public static double Value(RowStatus status, double sum, double factor) => status switch
    {
        RowStatus.Ok => factor == 0 ? 0 : factor * sum,
        RowStatus.AllMasked or RowStatus.DisjointSupport => factor == 0 ? 0 : factor * double.PositiveInfinity,
        _ => double.NaN,
    };

    private static GradientFill Of<T>(T* gradient, bool zero, bool computed)
        where T : unmanaged =>
        gradient == null ? GradientFill.Absent : zero ? GradientFill.Zero : computed ? GradientFill.Computed : GradientFill.NotANumber;

    private static void Fill<T>(GradientFill fill, T* gradient, int columns)
        where T : unmanaged
    {
        if (fill == GradientFill.Zero)
            new Span<T>(gradient, columns).Clear();
        else if (fill == GradientFill.NotANumber)
            new Span<T>(gradient, columns).Fill(Real.From<T>(double.NaN));
    }
}
