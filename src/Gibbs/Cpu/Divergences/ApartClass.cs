using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>
/// A class that is taken out of its row and computed in double: the largest of either side. p_k·g_k − p_k·Σ p·g of a class with nearly all mass is what the others hold, and would drown in the rounding of Σ p·g; with
/// g_k taken off every g the sum is one over the others.
/// </summary>
internal unsafe struct ApartClass
{
    public int Index;
    public double P;
    public double Q;
    public double Term;

    /// <summary>p·g.</summary>
    public double Student;

    /// <summary>q·h, or h where the teacher is probabilities.</summary>
    public double Teacher;

    /// <summary>Takes class index out of the arrays, where it leaves no mass.</summary>
    public static ApartClass Take<TReal, TVector, TTerm, TWide>(ref DivergencePassArguments<TReal> pass, in DivergenceOptions options, int index)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TTerm : struct, IDivergenceTerm<TVector, TReal>
        where TWide : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        ref RowPair<TReal> pair = ref pass.Pair;
        double p = Real.ToDouble(pair.Student[index]) * pair.StudentScale, q = Real.ToDouble(pair.Teacher[index]) * pair.TeacherScale;
        double d = Real.ToDouble(pair.Ratio[index]) + pair.Constant;
        double logTeacher = TTerm.NeedsLogTeacher ? Real.ToDouble(pair.LogTeacher[index]) - pair.TeacherLogSum : 0;
        ApartClass apart = Of<TWide>(options, p, q, d, logTeacher);
        apart.Index = index;
        if (pass.Probabilities)
            apart.Teacher = q > 0 ? apart.Teacher / q : double.IsNaN(pass.EmptyClass) ? -System.Math.Log(p) : pass.EmptyClass;
        pair.Student[index] = pair.Teacher[index] = pair.Ratio[index] = default;
        if (TTerm.NeedsLogTeacher)
            pair.LogTeacher[index] = Real.From<TReal>(-RatioMath<TVector, TReal>.Far);
        return apart;
    }

    /// <summary>One class in double.</summary>
    public static ApartClass Of<TWide>(in DivergenceOptions options, double p, double q, double d, double logTeacher)
        where TWide : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        TWide.At(
            TWide.Of(options),
            SimdVector128<double>.Create(p),
            SimdVector128<double>.Create(q),
            SimdVector128<double>.Create(d),
            SimdVector128<double>.Create(logTeacher),
            out SimdVector128<double> term,
            out SimdVector128<double> student,
            out SimdVector128<double> teacher);
        return new() { P = p, Q = q, Term = SimdVector128<double>.MaxOfLanes(term), Student = SimdVector128<double>.MaxOfLanes(student), Teacher = SimdVector128<double>.MaxOfLanes(teacher) };
    }
}
