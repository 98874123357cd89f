using System;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>The listed classes of a row in double, and after them the one of all others where the tail has one: p, q, d = log p − log q and log q, padded with no mass.</summary>
internal unsafe struct SparseTeacherRow
{
    public RowPair<double> Pair;

    /// <summary>p·g of each.</summary>
    public double* Result;

    /// <summary>The listed classes, padding left out.</summary>
    public int* Ids;
    public int Count;

    /// <summary>Listed classes, and one for the others.</summary>
    public int Classes;

    /// <summary>Σ q over the listed classes.</summary>
    public double Mass;

    private double _logMass;
    private double _rest;

    /// <summary>Doubles that a row of so many listed classes takes.</summary>
    public static int Doubles(int listed) => 6 * RowArrays.Padded<double>(listed + 1);

    /// <summary>In memory of <see cref="Doubles"/>.</summary>
    public static SparseTeacherRow At(double* memory, int listed)
    {
        int stride = RowArrays.Padded<double>(listed + 1);
        SparseTeacherRow row = default;
        row.Pair.Student = memory;
        row.Pair.Teacher = memory + stride;
        row.Pair.Ratio = memory + (2 * (nint)stride);
        row.Pair.LogTeacher = memory + (3 * (nint)stride);
        row.Pair.TeacherScale = 1;
        row.Result = memory + (4 * (nint)stride);
        row.Ids = (int*)(memory + (5 * (nint)stride));
        return row;
    }

    /// <summary>Gathers the listed classes, and takes the exponential of each out of its row, where 0 is left.</summary>
    public RowStatus Gather<T, TReal>(in DivergenceJob<T, TReal> job, long row, TReal* exponentials, RowStatus studentStatus)
        where T : unmanaged
        where TReal : unmanaged
    {
        TReal* logs = job.LogProbabilitiesRow(row);
        if (studentStatus != RowStatus.Ok)
            new Span<TReal>(exponentials, job.Columns).Clear();
        bool outside = false, twice = false, invalid = false, nan = false;
        double largest = double.NegativeInfinity;
        for (int i = 0; i < job.Listed; i++)
        {
            long id = job.Id(row, i);
            if (id < 0)
                continue;
            if (id >= job.Columns)
            {
                outside = true;
                continue;
            }

            double log = Real.ToDouble(logs[i]);
            nan |= double.IsNaN(log);
            invalid |= log > 0;
            largest = Math.Max(largest, log);

            // A mark, so that a class listed twice shows.
            twice |= Real.ToDouble(exponentials[id]) < 0;
            exponentials[id] = Real.From<TReal>(-1);
            Pair.LogTeacher[Count] = log;
            Ids[Count++] = (int)id;
        }

        for (int i = 0; i < Count; i++)
            exponentials[Ids[i]] = default;
        if (outside)
            return RowStatus.TargetOutOfRange;
        if (twice)
            return RowStatus.InvalidParameter;
        if (nan || studentStatus == RowStatus.NotANumber)
            return RowStatus.NotANumber;
        if (studentStatus == RowStatus.PlusInfinity)
            return studentStatus;
        if (invalid)
            return RowStatus.InvalidProbability;

        double sum = 0, others = 0;
        int top = -1;
        for (int i = 0; i < Count; i++)
        {
            double log = Pair.LogTeacher[i];
            sum += double.IsNegativeInfinity(largest) ? 0 : Math.Exp(log - largest);
            if (top < 0 && log == largest)
                top = i;
            else
                others += Math.Exp(log);
        }

        _logMass = largest + Math.Log(sum);
        Mass = Math.Exp(largest) * sum;

        // 1 − Σ q keeps the digits of a confident teacher.
        _rest = Math.Max(0, top < 0 ? 1 : -Real.ExpM1(largest) - others);
        bool buckets = job.Options.Tail == SparseTail.Bucket;
        if (buckets && Mass > 1 + Slack)
            return RowStatus.InvalidProbability;
        if (studentStatus == RowStatus.AllMasked)
            return studentStatus;
        return double.IsNegativeInfinity(largest) && !buckets ? RowStatus.AllMasked : RowStatus.Ok;
    }

    /// <summary>The masses of a row that is Ok.</summary>
    /// <param name="job">The call.</param>
    /// <param name="row">The row.</param>
    /// <param name="student">Its sums.</param>
    /// <param name="logRest">Log of the sum of the exponentials that are not listed; −∞ where there is none.</param>
    public void Fill<T, TReal>(in DivergenceJob<T, TReal> job, long row, in SoftmaxSums student, double logRest)
        where T : unmanaged
        where TReal : unmanaged
    {
        T* z = job.StudentRow(row);
        double shift = job.Options.Tail == SparseTail.Renormalised ? _logMass : 0;
        for (int i = 0; i < Count; i++)
            Set(i, ((Real.ToDouble(z[Ids[i]]) - student.Maximum) / job.Options.StudentTemperature) - student.LogSum, Pair.LogTeacher[i] - shift);
        Classes = Count;

        // No class is left for what rounding leaves of the teacher's mass.
        bool dropped = Count == job.Columns || (double.IsNegativeInfinity(logRest) && _rest <= Slack);
        if (job.Options.Tail == SparseTail.Renormalised && !double.IsNegativeInfinity(logRest))
            Set(Classes++, logRest - student.LogSum, double.NegativeInfinity);
        else if (job.Options.Tail == SparseTail.Bucket && !dropped)
            Set(Classes++, logRest - student.LogSum, Math.Log(_rest));

        for (int i = Classes; i < RowArrays.Padded<double>(Classes); i++)
        {
            Pair.Student[i] = Pair.Teacher[i] = Pair.Ratio[i] = 0;
            Pair.LogTeacher[i] = -Far;
        }
    }

    private void Set(int i, double logStudent, double logTeacher)
    {
        bool noStudent = double.IsNegativeInfinity(logStudent), noTeacher = double.IsNegativeInfinity(logTeacher);
        Pair.Student[i] = Math.Exp(logStudent);
        Pair.Teacher[i] = Math.Exp(logTeacher);
        Pair.Ratio[i] = noStudent && noTeacher ? 0 : noStudent ? -Far : noTeacher ? Far : Math.Clamp(logStudent - logTeacher, -Far, Far);
        Pair.LogTeacher[i] = noTeacher ? -Far : logTeacher;
        Pair.StudentLacks |= noStudent && !noTeacher;
        Pair.TeacherLacks |= noTeacher && !noStudent;
    }

    // Log-probabilities are rounded, and so their sum may be more than 1, or leave a little.
    private const double Slack = 1e-3;

    private static double Far => RatioMath<SimdVector128<double>, double>.Far;
}
