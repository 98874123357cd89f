using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>What a worker does with its rows: the support of p from one read, then loss, probabilities and gradient from the support alone.</summary>
internal static unsafe class FenchelYoungRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Rows [begin, end) of the job at context; begin is a multiple of the job's rows per partial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly FenchelYoungJob<T, TReal> job = ref *(FenchelYoungJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            double loss = Row(job, row, row + 1 < end);
            if (job.Partials != null)
            {
                double* partial = job.Partials + (row / job.RowsPerPartial);
                *partial = row % job.RowsPerPartial == 0 ? loss : *partial + loss;
            }
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    private static double Row(in FenchelYoungJob<T, TReal> job, long row, bool hasNext)
    {
        long target = job.Target(row);
        RowStatus targetStatus = target == job.Options.IgnoreIndex ? RowStatus.Ignored
            : (ulong)target >= (ulong)job.Columns ? RowStatus.TargetOutOfRange
            : RowStatus.Ok;
        byte* next = hasNext ? (byte*)job.LogitsRow(row + 1) : null;
        Candidates support = default;
        ThresholdOutcome outcome = default;
        TReal* x = null;
        double alpha = job.Alphas == null ? job.Options.Alpha : Real.ToDouble(job.Alphas[row]);
        if (targetStatus == RowStatus.Ok || job.Probabilities != null || job.SupportSize != null)
        {
            support = Candidates.Take(job.Columns);
            x = RowReals<T, TReal, TVector>.Of(job.LogitsRow(row), job.Columns, ProjectionSlots.Input);
            outcome = ThresholdRow<TReal, TVector, EntmaxMap>.Solve(default, alpha, x, job.Columns, ref support);
        }

        RowStatus status = targetStatus != RowStatus.Ok ? targetStatus : outcome.Status;
        if (job.Status != null)
            job.Status[row] = status;
        if (job.SupportSize != null)
            job.SupportSize[row] = outcome.IsNotANumber ? job.Columns : SparseRow<T>.CountStored(support);
        if (job.Probabilities != null && outcome.IsNotANumber)
            new Span<T>(job.ProbabilitiesRow(row), job.Columns).Fill(Real.From<T>(double.NaN));
        else if (job.Probabilities != null)
            SparseRow<T>.Write(job.ProbabilitiesRow(row), job.Columns, support, job.Streaming, next);

        double weight = job.RowWeights == null ? 1 : Real.ToDouble(job.RowWeights[row]);
        double smoothing = job.Options.LabelSmoothing;
        double loss = 0;
        FenchelYoungTerms terms = default;
        if (targetStatus == RowStatus.Ok)
        {
            terms = new()
            {
                Target = (int)target,
                TargetWeight = (1 - smoothing) * job.ClassWeight(target),
                Uniform = smoothing / job.Columns,
                ClassMass = job.ClassMass,
            };
        }

        if (status == RowStatus.Ok && weight != 0)
        {
            double offset = terms.TargetWeight == 0 ? 0 : Real.ToDouble(x[target]) - outcome.Maximum;
            double columns = smoothing == 0 ? 0 : ColumnOffsets(job, x, outcome.Maximum);
            loss = weight * terms.Loss(support, alpha, offset, columns);
        }
        else if (status == RowStatus.AllMasked)
        {
            loss = weight == 0 || terms.Mass == 0 ? 0 : weight * double.PositiveInfinity;
        }
        else if (status is not (RowStatus.Ok or RowStatus.Ignored))
        {
            loss = double.NaN;
        }

        if (job.Losses != null)
            job.Losses[row] = Real.From<TReal>(loss);
        if (job.Gradient != null)
            StoreGradient(job, row, status, weight * job.GradientScale, terms, ref support, next);
        return loss;
    }

    private static void StoreGradient(in FenchelYoungJob<T, TReal> job, long row, RowStatus status, double factor, in FenchelYoungTerms terms, ref Candidates support, byte* next)
    {
        T* gradient = job.GradientRow(row);
        bool zero = job.GradientScale == 0 || status is RowStatus.Ignored or RowStatus.TargetOutOfRange or RowStatus.AllMasked;
        if (!zero && status != RowStatus.Ok)
        {
            new Span<T>(gradient, job.Columns).Fill(Real.From<T>(double.NaN));
            return;
        }

        if (zero || factor == 0)
            support.Count = 0;
        else
            terms.Gradient(ref support, job.ClassWeights, factor);
        bool streaming = job.Streaming && job.Gradient != job.Logits;
        if (support.Count == 0 || terms.Uniform == 0)
        {
            SparseRow<T>.Write(gradient, job.Columns, support, streaming, next);
            return;
        }

        UniformFormula formula = new() { Weights = job.ClassWeights, Factor = TVector.Constant(-factor * terms.Uniform) };
        _ = RowWriter<T, TReal, TVector>.Write(gradient, job.Columns, streaming, false, ref formula);
        SparseRow<T>.Scatter(gradient, support, 0, support.Count);
    }

    // Σ w_j·(x_j − max) over classes of weight other than 0.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double ColumnOffsets(in FenchelYoungJob<T, TReal> job, TReal* x, double maximum)
    {
        double* lanes = stackalloc double[RowSums.Lanes];
        RowSums.Clear(lanes);
        TVector top = TVector.Constant(maximum);
        int j = 0;
        for (; j <= job.Columns - TVector.Count; j += TVector.Count)
        {
            TVector d = TVector.Load(x + j) - top;
            if (job.ClassWeights != null)
            {
                TVector w = TVector.Load(job.ClassWeights + j);
                d = TVector.Select(TVector.Equal(w, default), default, w * d);
            }

            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), d);
        }

        for (; j < job.Columns; j++)
        {
            double w = job.ClassWeight(j), d = Real.ToDouble(Real.From<TReal>(Real.ToDouble(x[j]) - maximum));
            lanes[j & (RowSums.Lanes - 1)] += w == 0 ? 0 : Real.ToDouble(Real.From<TReal>(w * d));
        }

        return RowSums.Total(lanes);
    }

    // −r·(s/V)·w_j.
    private struct UniformFormula : IRowFormula<TVector, TReal>
    {
        public TReal* Weights;
        public TVector Factor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector At<TAccess>(TAccess access)
            where TAccess : struct, IRowAccess<TVector, TReal> => Weights == null ? Factor : access.Load(Weights) * Factor;
    }
}
