using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>
/// What a worker does with rows of sparse teachers: the student is read once, its listed classes and the mass of the others become a short row in double, and where a class is not listed the gradient is κ·p_j.
/// </summary>
internal static unsafe class SparseDivergenceRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>The worker's function for a kind.</summary>
    public static delegate*<void*, long, long, void> For(in DivergenceOptions options) => options.Kind switch
    {
        DivergenceKind.KullbackLeibler => &Run<KullbackLeiblerTerm<SimdVector128<double>, double>>,
        DivergenceKind.ReverseKullbackLeibler => &Run<ReverseKullbackLeiblerTerm<SimdVector128<double>, double>>,
        DivergenceKind.Jeffreys => &Run<JeffreysTerm<SimdVector128<double>, double>>,
        DivergenceKind.JensenShannon => &Run<JensenShannonTerm<SimdVector128<double>, double>>,
        DivergenceKind.Alpha when options.Alpha == 0 => &Run<KullbackLeiblerTerm<SimdVector128<double>, double>>,
        DivergenceKind.Alpha when options.Alpha == 1 => &Run<ReverseKullbackLeiblerTerm<SimdVector128<double>, double>>,
        DivergenceKind.Alpha => &Run<AlphaTerm<SimdVector128<double>, double>>,
        DivergenceKind.TotalVariation => &Run<TotalVariationTerm<SimdVector128<double>, double>>,
        _ => &Run<SymmetricCrossEntropyTerm<SimdVector128<double>, double>>,
    };

    // Rows [begin, end) of the job at context; begin is a multiple of the job's rows per partial.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TTerm>(void* context, long begin, long end)
        where TTerm : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        ref readonly DivergenceJob<T, TReal> job = ref *(DivergenceJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            double value = Row<TTerm>(job, row);
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
    private static double Row<TTerm>(in DivergenceJob<T, TReal> job, long row)
        where TTerm : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        int columns = job.Columns, padded = RowArrays.Padded<TReal>(columns);
        TReal* x = RowArrays.Take<TReal>(1, checked((2 * padded) + (SparseTeacherRow.Doubles(job.Listed) * (sizeof(double) / sizeof(TReal)))), out _);
        TReal* e = x + padded;
        SoftmaxSums student = SoftmaxRow<T, TReal, TVector>.Read(job.StudentRow(row), columns, job.Options.StudentTemperature, x, e);
        SparseTeacherRow teacher = SparseTeacherRow.At((double*)(e + padded), job.Listed);
        RowStatus status = teacher.Gather(job, row, e, student.Status);
        double weight = job.RowWeight(row);
        if (status == RowStatus.Ok)
            teacher.Fill(job, row, student, LogRest(x, e, columns, teacher));
        DivergenceSupport support = new(false, true, true);
        DivergenceGradients gradients = DivergenceGradients.Of(job, status, weight, ref support, teacher.Pair.StudentLacks, teacher.Pair.TeacherLacks && job.Options.Tail != SparseTail.None);
        double sum = 0;
        if (status == RowStatus.Ok)
        {
            sum = Terms<TTerm>(job, ref teacher, out double slope);
            if (gradients.Student == GradientFill.Computed)
                StoreGradient(job, row, e, teacher, slope / student.Sum, gradients.StudentFactor);
            if (support.IsInfinite)
                (status, sum) = (RowStatus.DisjointSupport, double.PositiveInfinity);
        }

        gradients.Fill(job, row);
        double value = DivergenceGradients.Value(status, sum, weight * job.Scale);
        if (job.Status != null)
            job.Status[row] = status;
        if (job.Divergences != null)
            job.Divergences[row] = Real.From<TReal>(value);
        return value;
    }

    // The value; each class's gradient in the results, and slope: the gradient of the others over their exponentials' share of Σ.
    private static double Terms<TTerm>(in DivergenceJob<T, TReal> job, ref SparseTeacherRow row, out double slope)
        where TTerm : struct, IDivergenceTerm<SimdVector128<double>, double>
    {
        ref RowPair<double> pair = ref row.Pair;
        if (job.Options.Tail == SparseTail.None)
        {
            double listed = 0, mass = 0;
            for (int i = 0; i < row.Classes; i++)
            {
                listed -= pair.Teacher[i] * pair.Ratio[i];
                mass += pair.Teacher[i];
            }

            for (int i = 0; i < row.Classes; i++)
                row.Result[i] = (mass * pair.Student[i]) - pair.Teacher[i];
            slope = mass;
            return listed;
        }

        int lanes = Lanes.Count<double>(), blocks = RowArrays.Padded<double>(row.Classes) / lanes, length = Lanes.SegmentLength<double>() / lanes;
        DivergencePassArguments<double> pass = new() { Pair = pair, StudentResult = row.Result, StudentFactor = 1 };
        DivergenceConstants<SimdVector128<double>, double> constants = TTerm.Of(job.Options);
        DivergenceSums sums = default;
        for (int first = 0; first < blocks; first += length)
            DivergencePass<double, SimdVector128<double>, TTerm>.Run(pass, constants, first, Math.Min(blocks, first + length), ref sums);

        // Relative to the largest class: its own gradient is what the others hold.
        int top = 0;
        for (int i = 1; i < row.Classes; i++)
            top = pair.Student[i] > pair.Student[top] ? i : top;
        double reference = row.Result[top] / pair.Student[top], mean = 0;
        for (int i = 0; i < row.Classes; i++)
        {
            row.Result[i] = i == top ? 0 : row.Result[i] - (pair.Student[i] * reference);
            mean += row.Result[i];
        }

        for (int i = 0; i < row.Classes; i++)
            row.Result[i] -= pair.Student[i] * mean;

        // Without a class for them the others have no mass.
        bool hasRest = row.Classes > row.Count && pair.Student[row.Count] > 0;
        slope = hasRest ? row.Result[row.Count] / pair.Student[row.Count] : 0;
        return sums.Value;
    }

    private static void StoreGradient(in DivergenceJob<T, TReal> job, long row, TReal* e, in SparseTeacherRow teacher, double slope, double factor)
    {
        int lanes = Lanes.Count<TReal>(), blocks = RowArrays.Padded<TReal>(job.Columns) / lanes;
        DivergencePass<TReal, TVector, KullbackLeiblerTerm<TVector, TReal>>.Scale(e, slope * factor, 0, blocks);
        for (int i = 0; i < teacher.Count; i++)
            e[teacher.Ids[i]] = Real.From<TReal>(teacher.Result[i] * factor);
        RealRow<T, TReal, TVector>.Write(e, job.StudentGradientRow(row), 0, job.Columns, job.Streaming && job.StudentGradient != job.Student);
    }

    // Of the exponentials that are not listed; where all of them are 0, by their offsets.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double LogRest(TReal* x, TReal* e, int columns, in SparseTeacherRow teacher)
    {
        int lanes = Lanes.Count<TReal>(), blocks = RowArrays.Padded<TReal>(columns) / lanes, length = Lanes.SegmentLength<TReal>() / lanes;
        TReal* sums = stackalloc TReal[Lanes.Count<TReal>()];
        double rest = 0;
        for (int first = 0; first < blocks; first += length)
        {
            int end = Math.Min(blocks, first + length);
            for (int turn = 0; turn < lanes; turn += TVector.Count)
            {
                TVector sum = default;
                for (int block = first; block < end; block++)
                    sum += TVector.Load(e + ((nint)block * lanes) + turn);
                TVector.Store(sums + turn, sum);
            }

            rest += LaneSum.Of(sums);
        }

        if (rest > 0)
            return Math.Log(rest);
        for (int i = 0; i < teacher.Count; i++)
            x[teacher.Ids[i]] = Real.From<TReal>(double.NegativeInfinity);
        double largest = double.NegativeInfinity, sumOfRest = 0;
        for (int j = 0; j < columns; j++)
            largest = Math.Max(largest, Real.ToDouble(x[j]));
        if (double.IsNegativeInfinity(largest))
            return largest;
        for (int j = 0; j < columns; j++)
            sumOfRest += Math.Exp(Real.ToDouble(x[j]) - largest);
        return largest + Math.Log(sumOfRest);
    }
}
