using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>What a pass over a pair of rows is given: how arrays become p, q and d, and what is stored.</summary>
internal unsafe struct DivergencePassArguments<TReal>
    where TReal : unmanaged
{
    public RowPair<TReal> Pair;

    /// <summary>Where p·g − p·<see cref="StudentReference"/> times <see cref="StudentFactor"/> goes; null where no student gradient is wanted. May be the pair's own ratios.</summary>
    public TReal* StudentResult;

    /// <summary>Where q·h goes, or h where the teacher is probabilities; null where it is not wanted. May be the pair's own logarithms.</summary>
    public TReal* TeacherResult;

    public double StudentReference;
    public double StudentFactor;
    public double TeacherReference;
    public bool Probabilities;

    /// <summary>H where q = 0 and p is not; NaN: it is not the same for all, and written later.</summary>
    public double EmptyClass;
}

/// <summary>Sums of a pass: of the terms, of p·(g − the student's reference) and of q·(h − the teacher's).</summary>
internal struct DivergenceSums
{
    public double Value;
    public double Student;
    public double Teacher;
}

/// <summary>The terms of a divergence over blocks of a pair of rows.</summary>
internal static unsafe class DivergencePass<TReal, TVector, TTerm>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TTerm : struct, IDivergenceTerm<TVector, TReal>
{
    /// <summary>Blocks [first, end), at most a segment, added to the sums; results stored.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in DivergencePassArguments<TReal> given, in DivergenceConstants<TVector, TReal> constants, int first, int end, ref DivergenceSums result)
    {
        int lanes = Lanes.Count<TReal>();
        TReal* sums = stackalloc TReal[3 * Lanes.Count<TReal>()];
        DivergenceConstants<TVector, TReal> c = constants;
        TReal* studentMass = given.Pair.Student, teacherMass = given.Pair.Teacher, ratio = given.Pair.Ratio, log = given.Pair.LogTeacher;
        TReal* studentResult = given.StudentResult, teacherResult = given.TeacherResult;
        bool probabilities = given.Probabilities;
        TVector studentScale = TVector.Constant(given.Pair.StudentScale), teacherScale = TVector.Constant(given.Pair.TeacherScale);
        TVector constant = TVector.Constant(given.Pair.Constant), logSum = TVector.Constant(given.Pair.TeacherLogSum);
        TVector studentReference = TVector.Constant(given.StudentReference), teacherReference = TVector.Constant(given.TeacherReference);
        TVector factor = TVector.Create(Real.Coefficient<TReal>(given.StudentFactor)), zero = default;
        for (int turn = 0; turn < lanes; turn += TVector.Count)
        {
            TVector value = default, ofStudent = default, ofTeacher = default;
            for (int block = first; block < end; block++)
            {
                nint at = ((nint)block * lanes) + turn;
                TVector p = TVector.Load(studentMass + at) * studentScale, q = TVector.Load(teacherMass + at) * teacherScale;
                TVector d = TVector.Load(ratio + at) + constant;
                TVector logTeacher = TTerm.NeedsLogTeacher ? TVector.Load(log + at) - logSum : default;
                TTerm.At(c, p, q, d, logTeacher, out TVector term, out TVector student, out TVector teacher);
                value += term;
                student = TVector.FusedMultiplyAdd(zero - p, studentReference, student);
                ofStudent += student;
                if (studentResult != null)
                    TVector.Store(studentResult + at, student * factor);

                if (teacherResult != null)
                {
                    TVector stored = teacher;
                    if (probabilities)
                        stored = Derivative(teacher, q, d, given.EmptyClass);
                    else
                        ofTeacher += stored = TVector.FusedMultiplyAdd(zero - q, teacherReference, teacher);
                    TVector.Store(teacherResult + at, stored);
                }
            }

            TVector.Store(sums + turn, value);
            TVector.Store(sums + lanes + turn, ofStudent);
            TVector.Store(sums + (2 * lanes) + turn, ofTeacher);
        }

        result.Value += LaneSum.Of(sums);
        result.Student += LaneSum.Of(sums + lanes);
        result.Teacher += LaneSum.Of(sums + (2 * lanes));
    }

    // h from q·h; its limit where q = 0, and 0 where both sides are masked.
    private static TVector Derivative(TVector teacher, TVector q, TVector d, double emptyClass)
    {
        TVector zero = default, empty = TVector.Equal(q, zero);
        TVector limit = TVector.Constant(emptyClass);
        limit = TVector.Select(TVector.LessThan(TVector.Constant(RatioMath<TVector, TReal>.Far / 2), d), limit, zero);
        return TVector.Select(empty, limit, teacher / TVector.Select(empty, TVector.Constant(1), q));
    }

    /// <summary>result_j = (result_j − mass_j·scale·mean)·factor over blocks [first, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Centre(TReal* result, TReal* mass, double scale, double mean, double factor, int first, int end)
    {
        int lanes = Lanes.Count<TReal>();
        TVector slope = TVector.Constant(-scale * mean), all = TVector.Create(Real.Coefficient<TReal>(factor));
        for (nint at = (nint)first * lanes; at < (nint)end * lanes; at += TVector.Count)
            TVector.Store(result + at, TVector.FusedMultiplyAdd(TVector.Load(mass + at), slope, TVector.Load(result + at)) * all);
    }

    /// <summary>result_j·factor over blocks [first, end); a factor of 0 silences what is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(TReal* result, double factor, int first, int end)
    {
        int lanes = Lanes.Count<TReal>();
        TVector all = TVector.Create(Real.Coefficient<TReal>(factor));
        for (nint at = (nint)first * lanes; at < (nint)end * lanes; at += TVector.Count)
            TVector.Store(result + at, TVector.Load(result + at) * all);
    }
}
