using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>|y| is the projection of |x| onto the simplex.</summary>
internal readonly struct L1BallMap : IThresholdMap
{
    public static bool IsBall => true;

    public static bool IsValid(double parameter) => SimplexMap.IsValid(parameter);

    public static double Reach(double parameter) => parameter;

    public static TwoReal Solve<TReal, TVector>(in RowMap map, double parameter, double reach, ref Candidates candidates)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal> => SimplexRoot.Solve<TReal, TVector>(ref candidates, parameter, -reach);
}

/// <summary>The projection onto the weighted ℓ1 ball: y_j = sign(x_j)(|x_j| − τ·w_j)₊; without weights a threshold map of |x|.</summary>
internal static unsafe class L1BallRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end)
    {
        if (((ProjectionJob<T, TReal>*)context)->Weights == null)
            ThresholdRows<T, TReal, TVector, L1BallMap>.Forward(context, begin, end);
        else
            Weighted(context, begin, end);
    }

    public static void Gradient(void* context, long begin, long end) => AffineGradient<T, TReal, TVector, L1Support<TVector, TReal>>.Run(context, begin, end);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weighted(void* context, long begin, long end)
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            TReal* x = RowReals<T, TReal, TVector>.Of(job.InputRow(row), job.Columns, ProjectionSlots.Input);
            ThresholdOutcome outcome = Solve(job, row, x, out double* values);
            T* y = job.OutputRow(row);
            long support = job.Columns;
            if (outcome.IsNotANumber)
            {
                if (y != null)
                    new Span<T>(y, job.Columns).Fill(Real.From<T>(double.NaN));
            }
            else if (outcome.IsUnchanged)
            {
                if (job.SupportSize != null)
                    support = RowCopy.CountNonzero(job.InputRow(row), job.Columns);
                RowCopy.Unchanged(job, row);
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

    private static ThresholdOutcome Solve(in ProjectionJob<T, TReal> job, long row, TReal* x, out double* values)
    {
        values = null;
        double radius = job.Parameter(row);
        if (!SimplexMap.IsValid(radius))
            return ThresholdOutcome.Bad(RowStatus.InvalidParameter);
        double maximum = RowScan<TVector, TReal>.Magnitude(x, job.Columns, out _);
        if (!double.IsFinite(maximum))
            return ThresholdOutcome.Bad(double.IsNaN(maximum) ? RowStatus.NotANumber : RowStatus.PlusInfinity);

        ThresholdOutcome outcome = new() { Maximum = maximum };
        ClippedLinear terms = ClippedLinear.Take(job.Columns, weights: true, lower: false, upper: false);
        double norm = 0, highest = 0;
        for (int j = 0; j < job.Columns; j++)
        {
            double a = Math.Abs(Real.ToDouble(x[j])), w = Real.ToDouble(job.Weights[j]);
            terms.A[j] = a;
            terms.W[j] = w;
            norm += w * a;
            highest = Math.Max(highest, a / w);
        }

        terms.Pad();
        if (Real.ToDouble(Real.From<TReal>(norm)) <= Real.ToDouble(Real.From<TReal>(radius)))
        {
            outcome.IsUnchanged = true;
            return outcome;
        }

        // In a ball of radius 0 the largest threshold, to the bit: no entry may survive the rounding of its quotient.
        TwoReal tau = radius == 0 ? new(highest * (1 + 1e-15), 0) : ClippedLinearRoot.Solve<TReal, TVector>(terms, radius, 0, highest * (1 + 1e-15));
        outcome.Threshold = tau.Value;
        values = ClippedLinearRoot.Values<TReal, TVector>(terms, tau);
        for (int j = 0; j < job.Columns; j++)
            values[j] = values[j] == 0 ? 0 : Math.CopySign(values[j], Real.ToDouble(x[j]));
        return outcome;
    }
}
