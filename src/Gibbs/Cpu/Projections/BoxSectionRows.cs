using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>The capped simplex, y_j = clip(x_j − τ, 0, u), and the section of a box, y_j = clip(x_j − w_j·τ, l_j, u_j), with Σ w·y = k.</summary>
internal static unsafe class BoxSectionRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(void* context, long begin, long end)
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            TReal* x = RowReals<T, TReal, TVector>.Of(job.InputRow(row), job.Columns, ProjectionSlots.Input);
            ThresholdOutcome outcome = Solve(job, row, x, out double* values);
            T* y = job.OutputRow(row);
            long support = 0;
            if (outcome.IsNotANumber)
            {
                support = job.Columns;
                if (y != null)
                    new Span<T>(y, job.Columns).Fill(Real.From<T>(double.NaN));
            }
            else if (outcome.Status == RowStatus.AllMasked)
            {
                if (y != null)
                    new Span<T>(y, job.Columns).Clear();
            }
            else
            {
                DoubleFormula<TVector, TReal> formula = new(values);
                if (y == null)
                    y = ProjectionScratch.Take<T>(ProjectionSlots.Selection, job.Columns);
                support = RowWriter<T, TReal, TVector>.Write(y, job.Columns, job.Streaming, job.SupportSize != null, ref formula);
            }

            if (job.Thresholds != null)
                job.Thresholds[row] = Real.From<TReal>(outcome.Threshold);
            if (job.SupportSize != null)
                job.SupportSize[row] = support;
            if (job.Status != null)
                job.Status[row] = outcome.Status;
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    public static void Gradient(void* context, long begin, long end) => AffineGradient<T, TReal, TVector, BoxSupport<TVector, TReal>>.Run(context, begin, end);

    private static ThresholdOutcome Solve(in ProjectionJob<T, TReal> job, long row, TReal* x, out double* values)
    {
        bool capped = job.Map.Kind == RowMapKind.CappedSimplex;
        double k = job.Parameter(row);
        values = null;
        if (!double.IsFinite(k) || (capped && k < 0))
            return ThresholdOutcome.Bad(RowStatus.InvalidParameter);
        double maximum = RowScan<TVector, TReal>.Maximum(x, job.Columns);
        if (double.IsNaN(maximum))
            return ThresholdOutcome.Bad(RowStatus.NotANumber);
        ThresholdOutcome outcome = new() { Maximum = maximum, Threshold = maximum };
        if (double.IsNegativeInfinity(maximum))
        {
            outcome.Status = RowStatus.AllMasked;
            return outcome;
        }

        if (double.IsPositiveInfinity(maximum))
        {
            if (!capped)
                return ThresholdOutcome.Bad(RowStatus.PlusInfinity);
            outcome.Status = RowStatus.PlusInfinity;
            x = Infinities(x, job.Columns);
            maximum = 0;
        }

        // With weights there is no shift that all entries share.
        double shift = job.Weights == null ? maximum : 0;
        ClippedLinear terms = ClippedLinear.Take(job.Columns, job.Weights != null, job.Lower != null, job.Upper != null);
        if (capped)
            terms.Cap = job.Map.Second;
        Gather(job, x, shift, terms);
        if (!Bracket(terms, k, out double lowest, out double highest))
            return ThresholdOutcome.Bad(outcome.Status == RowStatus.Ok ? RowStatus.Infeasible : outcome.Status);
        TwoReal tau = lowest == highest ? new(highest, 0) : ClippedLinearRoot.Solve<TReal, TVector>(terms, k, lowest, highest);
        if (outcome.Status == RowStatus.Ok)
            outcome.Threshold = shift + tau.High + tau.Low;
        values = ClippedLinearRoot.Values<TReal, TVector>(terms, tau);
        return outcome;
    }

    private static void Gather(in ProjectionJob<T, TReal> job, TReal* x, double shift, in ClippedLinear terms)
    {
        for (int j = 0; j < job.Columns; j++)
        {
            terms.A[j] = Real.ToDouble(x[j]) - shift;
            if (terms.W != null)
                terms.W[j] = Real.ToDouble(job.Weights[j]);
            if (terms.L != null)
                terms.L[j] = Real.ToDouble(job.Lower[j]);
            if (terms.U != null)
                terms.U[j] = Real.ToDouble(job.Upper[j]);
        }

        terms.Pad();
    }

    // False where no τ reaches k. An entry without upper bound could carry alone what the lower bounds leave of k, at a τ that is left of the root.
    private static bool Bracket(in ClippedLinear terms, double k, out double lowest, out double highest)
    {
        double least = 0, most = 0;
        for (int j = 0; j < terms.Count; j++)
        {
            least += terms.Weight(j) * terms.Lower(j);
            most += terms.Weight(j) * (double.IsNegativeInfinity(terms.A[j]) ? terms.Lower(j) : terms.Upper(j));
        }

        double left = double.PositiveInfinity, alone = double.NegativeInfinity;
        highest = double.NegativeInfinity;
        for (int j = 0; j < terms.Count; j++)
        {
            double a = terms.A[j], w = terms.Weight(j), l = terms.Lower(j);
            if (double.IsNegativeInfinity(a))
                continue;
            highest = Math.Max(highest, (a - l) / w);
            if (double.IsInfinity(most))
            {
                if (double.IsPositiveInfinity(terms.Upper(j)))
                    alone = Math.Max(alone, (a - (((k - least) / w) + l)) / w);
            }
            else
            {
                left = Math.Min(left, (a - terms.Upper(j)) / w);
            }
        }

        // Nothing above the lower bounds, to the bit: no entry may survive the rounding of its quotient.
        double margin = terms.W == null ? 0 : 1e-15 * Math.Abs(highest);
        if (k == least)
        {
            lowest = highest += margin;
            return true;
        }

        // A little further out: the bounds are rounded.
        lowest = double.IsInfinity(most) ? alone : left;
        lowest -= 1e-15 * Math.Abs(lowest);
        highest += 1e-15 * Math.Abs(highest);
        return least <= k && k <= most;
    }

    private static TReal* Infinities(TReal* x, int columns)
    {
        TReal* shared = ProjectionScratch.Take<TReal>(ProjectionSlots.Column, columns);
        for (int j = 0; j < columns; j++)
            shared[j] = Real.From<TReal>(double.IsPositiveInfinity(Real.ToDouble(x[j])) ? 0 : double.NegativeInfinity);
        return shared;
    }
}
