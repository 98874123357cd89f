using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>What a worker does with its rows: both are read once into the thread's scratch, and value and gradients come from there.</summary>
internal static unsafe class DivergenceRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>The worker's function for a kind.</summary>
    public static delegate*<void*, long, long, void> For(in DivergenceOptions options) => options.Kind switch
    {
        DivergenceKind.KullbackLeibler => &Run<KullbackLeiblerTerm<TVector, TReal>, KullbackLeiblerTerm<SimdVector128<double>, double>>,
        DivergenceKind.ReverseKullbackLeibler => &Run<ReverseKullbackLeiblerTerm<TVector, TReal>, ReverseKullbackLeiblerTerm<SimdVector128<double>, double>>,
        DivergenceKind.Jeffreys => &Run<JeffreysTerm<TVector, TReal>, JeffreysTerm<SimdVector128<double>, double>>,
        DivergenceKind.JensenShannon => &Run<JensenShannonTerm<TVector, TReal>, JensenShannonTerm<SimdVector128<double>, double>>,
        DivergenceKind.Alpha when options.Alpha == 0 => &Run<KullbackLeiblerTerm<TVector, TReal>, KullbackLeiblerTerm<SimdVector128<double>, double>>,
        DivergenceKind.Alpha when options.Alpha == 1 => &Run<ReverseKullbackLeiblerTerm<TVector, TReal>, ReverseKullbackLeiblerTerm<SimdVector128<double>, double>>,
        DivergenceKind.Alpha => &Run<AlphaTerm<TVector, TReal>, AlphaTerm<SimdVector128<double>, double>>,
        DivergenceKind.TotalVariation => &Run<TotalVariationTerm<TVector, TReal>, TotalVariationTerm<SimdVector128<double>, double>>,
        _ => &Run<SymmetricCrossEntropyTerm<TVector, TReal>, SymmetricCrossEntropyTerm<SimdVector128<double>, double>>,
    };

    // Rows [begin, end) of the job at context; begin is a multiple of the job's rows per partial.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TTerm, TWide>(void* context, long begin, long end)
        where TTerm : struct, IDivergenceTerm<TVector, TReal>
        where TWide : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        ref readonly DivergenceJob<T, TReal> job = ref *(DivergenceJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            double value = Row<TTerm, TWide>(job, row, row + 1 < end);
            if (job.Partials != null)
            {
                double* partial = job.Partials + (row / job.RowsPerPartial);
                *partial = row % job.RowsPerPartial == 0 ? value : *partial + value;
            }
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Row<TTerm, TWide>(in DivergenceJob<T, TReal> job, long row, bool hasNext)
        where TTerm : struct, IDivergenceTerm<TVector, TReal>
        where TWide : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        TReal* arrays = RowArrays.Take<TReal>(4, job.Columns, out int stride);
        double weight = job.RowWeight(row), sum = 0;
        DivergenceSupport support = new(false, true, true);
        DivergenceGradients gradients = DivergenceGradients.Of(job, RowStatus.Ok, weight, ref support, false, false);
        RowStatus status = RowStatus.Ok;
        bool direct = typeof(TTerm) == typeof(KullbackLeiblerTerm<TVector, TReal>) && job.TeacherGradient == null;
        bool differs = direct && !job.IsProbabilities && DistillationRow<T, TReal, TVector>.Run(job, row, arrays, stride, hasNext, gradients.Student == GradientFill.Computed, gradients.StudentFactor, out sum);
        if (!differs)
            status = Careful<TTerm, TWide>(job, row, arrays, stride, weight, out gradients, out sum);
        gradients.Fill(job, row);
        double value = DivergenceGradients.Value(status, sum, weight * job.Scale);
        if (job.Status != null)
            job.Status[row] = status;
        if (job.Divergences != null)
            job.Divergences[row] = Real.From<TReal>(value);
        return value;
    }

    // Any rows: their status, their divergence, and gradients that are computed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static RowStatus Careful<TTerm, TWide>(in DivergenceJob<T, TReal> job, long row, TReal* arrays, int stride, double weight, out DivergenceGradients gradients, out double sum)
        where TTerm : struct, IDivergenceTerm<TVector, TReal>
        where TWide : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        RowStatus status = RowPairReader<T, TReal, TVector>.Read(job.StudentRow(row), job.TeacherRow(row), job.Columns, job.Options, arrays, stride, TTerm.NeedsLogTeacher, out RowPair<TReal> pair);
        DivergenceSupport support = new(false, true, true);
        gradients = DivergenceGradients.Of(job, status, weight, ref support, pair.StudentLacks, pair.TeacherLacks);
        sum = 0;
        if (status != RowStatus.Ok)
            return status;
        DivergencePassArguments<TReal> pass = default;
        pass.Pair = pair;
        pass.StudentResult = gradients.Student == GradientFill.Computed ? pair.Ratio : null;
        pass.TeacherResult = gradients.Teacher == GradientFill.Computed ? arrays + (3 * (nint)stride) : null;
        pass.Probabilities = job.IsProbabilities;
        pass.EmptyClass = EmptyClass(job.Options);
        bool direct = typeof(TTerm) == typeof(KullbackLeiblerTerm<TVector, TReal>) && pass.TeacherResult == null;
        sum = direct ? Direct<TTerm>(job, row, ref pass, arrays + (3 * (nint)stride), gradients.StudentFactor) : Centred<TTerm, TWide>(job, row, ref pass, gradients);
        if (!support.IsInfinite)
            return RowStatus.Ok;
        sum = double.PositiveInfinity;
        return RowStatus.DisjointSupport;
    }

    // h of a given probability 0 of a class that p has.
    private static double EmptyClass(in DivergenceOptions options) => options.Kind switch
    {
        DivergenceKind.TotalVariation => -0.5,
        DivergenceKind.SymmetricCrossEntropy => double.NaN,
        DivergenceKind.Alpha when options.Alpha < 0 => 1 / options.Alpha,
        _ => double.NegativeInfinity,
    };

    // KL(q‖p) by the student: p − q, and nothing else is needed of the row before it is written.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Direct<TTerm>(in DivergenceJob<T, TReal> job, long row, ref DivergencePassArguments<TReal> pass, TReal* scratch, double factor)
        where TTerm : struct, IDivergenceTerm<TVector, TReal>
    {
        pass.StudentFactor = factor;
        pass.StudentReference = pass.Probabilities ? 1 - pass.Pair.TeacherSum : 0;
        DivergenceSums sums = Direct<TTerm>(job, row, pass, scratch);
        if (pass.Probabilities)
            return sums.Value;

        // Σ (p − q) is what the rounding of both log sums left. Nearly equal rows would see it in every entry; of the value it is the second order.
        if ((sums.Value < NearlyEqual || pass.Pair.StudentLacks) && pass.StudentResult != null && sums.Student != 0)
        {
            pass.StudentReference = sums.Student;
            Direct<TTerm>(job, row, pass, scratch);
        }

        return Math.Max(0, sums.Value - (sums.Student - Real.Log1P(sums.Student)));
    }

    // A divergence below which log ratios are so small that an error of all of them, of a rounding of 1, shows.
    private const double NearlyEqual = 1.0 / 16;

    // Each segment is written while it is in the first-level cache.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static DivergenceSums Direct<TTerm>(in DivergenceJob<T, TReal> job, long row, DivergencePassArguments<TReal> pass, TReal* scratch)
        where TTerm : struct, IDivergenceTerm<TVector, TReal>
    {
        DivergenceConstants<TVector, TReal> constants = TTerm.Of(job.Options);
        DivergenceSums sums = default;
        bool stores = pass.StudentResult != null;
        int lanes = Lanes.Count<TReal>(), blocks = (job.Columns + lanes - 1) / lanes, length = Lanes.SegmentLength<TReal>() / lanes;
        for (int first = 0; first < blocks; first += length)
        {
            int end = Math.Min(blocks, first + length), start = first * lanes;
            if (stores)
                pass.StudentResult = scratch - start;
            DivergencePass<TReal, TVector, TTerm>.Run(pass, constants, first, end, ref sums);
            if (stores)
                RealRow<T, TReal, TVector>.Write(pass.StudentResult, job.StudentGradientRow(row), start, Math.Min(job.Columns, end * lanes), job.Streaming && job.StudentGradient != job.Student);
        }

        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Centred<TTerm, TWide>(in DivergenceJob<T, TReal> job, long row, ref DivergencePassArguments<TReal> pass, in DivergenceGradients gradients)
        where TTerm : struct, IDivergenceTerm<TVector, TReal>
        where TWide : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        DivergenceConstants<TVector, TReal> constants = TTerm.Of(job.Options);
        int lanes = Lanes.Count<TReal>(), columns = job.Columns, blocks = (columns + lanes - 1) / lanes, length = Lanes.SegmentLength<TReal>() / lanes;
        bool ofStudent = pass.StudentResult != null, ofTeacher = pass.TeacherResult != null && !pass.Probabilities;
        ApartClass* apart = stackalloc ApartClass[2];
        int count = 0;
        int studentTop = ofStudent ? RowPairReader<T, TReal, TVector>.Top(pass.Pair.Student, columns) : -1;
        int teacherTop = ofTeacher ? RowPairReader<T, TReal, TVector>.Top(pass.Pair.Teacher, columns) : -1;
        if (ofStudent)
        {
            apart[0] = ApartClass.Take<TReal, TVector, TTerm, TWide>(ref pass, job.Options, studentTop);
            pass.StudentReference = apart[0].Student / apart[0].P;
            count = 1;
        }

        if (ofTeacher && teacherTop != studentTop)
            apart[count++] = ApartClass.Take<TReal, TVector, TTerm, TWide>(ref pass, job.Options, teacherTop);
        if (ofTeacher)
            pass.TeacherReference = apart[count - 1].Teacher / apart[count - 1].Q;
        pass.StudentFactor = 1;

        DivergenceSums sums = default;
        for (int first = 0; first < blocks; first += length)
            DivergencePass<TReal, TVector, TTerm>.Run(pass, constants, first, Math.Min(blocks, first + length), ref sums);
        for (int i = 0; i < count; i++)
        {
            sums.Value += apart[i].Term;
            if (apart[i].Index != studentTop)
                sums.Student += apart[i].Student - (apart[i].P * pass.StudentReference);
            if (apart[i].Index != teacherTop)
                sums.Teacher += apart[i].Teacher - (apart[i].Q * pass.TeacherReference);
        }

        for (int first = 0; first < blocks; first += length)
        {
            int end = Math.Min(blocks, first + length), start = first * lanes, stop = Math.Min(columns, end * lanes);
            if (ofStudent)
                DivergencePass<TReal, TVector, TTerm>.Centre(pass.StudentResult, pass.Pair.Student, pass.Pair.StudentScale, sums.Student, gradients.StudentFactor, first, end);
            if (ofTeacher)
                DivergencePass<TReal, TVector, TTerm>.Centre(pass.TeacherResult, pass.Pair.Teacher, pass.Pair.TeacherScale, sums.Teacher, gradients.TeacherFactor, first, end);
            else if (pass.TeacherResult != null)
                DivergencePass<TReal, TVector, TTerm>.Scale(pass.TeacherResult, gradients.TeacherFactor, first, end);
            if (pass.TeacherResult != null && pass.Probabilities && double.IsNaN(pass.EmptyClass))
                EmptyClasses(job, row, pass, start, stop, gradients.TeacherFactor);
            for (int i = 0; i < count; i++)
            {
                ref ApartClass c = ref apart[i];
                double own = c.Index == studentTop ? 0 : c.Student - (c.P * pass.StudentReference), other = c.Index == teacherTop ? 0 : c.Teacher - (c.Q * pass.TeacherReference);
                if (ofStudent)
                    Patch(pass.StudentResult, c.Index, start, stop, (own - (c.P * sums.Student)) * gradients.StudentFactor);
                if (pass.TeacherResult != null)
                    Patch(pass.TeacherResult, c.Index, start, stop, (pass.Probabilities ? c.Teacher : other - (c.Q * sums.Teacher)) * gradients.TeacherFactor);
            }

            if (ofStudent)
                RealRow<T, TReal, TVector>.Write(pass.StudentResult, job.StudentGradientRow(row), start, stop, job.Streaming && job.StudentGradient != job.Student);
            if (pass.TeacherResult != null)
                RealRow<T, TReal, TVector>.Write(pass.TeacherResult, job.TeacherGradientRow(row), start, stop, job.Streaming && job.TeacherGradient != job.Teacher);
        }

        return sums.Value;
    }

    // −log p by given probabilities of 0, from the logits: p itself may be 0 by rounding.
    private static void EmptyClasses(in DivergenceJob<T, TReal> job, long row, in DivergencePassArguments<TReal> pass, int start, int stop, double factor)
    {
        T* student = job.StudentRow(row), teacher = job.TeacherRow(row);
        for (int j = start; j < stop; j++)
        {
            double z = Real.ToDouble(student[j]);
            if (Real.ToDouble(teacher[j]) == 0 && !double.IsNegativeInfinity(z))
                pass.TeacherResult[j] = Real.From<TReal>((pass.Pair.StudentLogSum - ((z - pass.Pair.StudentMaximum) / job.Options.StudentTemperature)) * factor);
        }
    }

    private static void Patch(TReal* result, int index, int start, int stop, double value)
    {
        if (index >= start && index < stop)
            result[index] = Real.From<TReal>(value);
    }
}
