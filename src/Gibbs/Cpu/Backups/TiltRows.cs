using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>Rows of a tilting: log p and the reward's offsets once, then the slope by Newton's method on √(2·KL), which is nearly a line through 0, kept in a bracket.</summary>
internal static unsafe class TiltRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, double>
{
    // A step of this part of t leaves an error of its square.
    private const double SmallStep = 1.0 / (1 << 27);
    private const double NearBudget = 1.0 / (1 << 10);

    /// <summary>Rows [begin, end) of the job at context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly TiltJob<T, TReal> job = ref *(TiltJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
            Row(job, row);
    }

    private static void Row(in TiltJob<T, TReal> job, long row)
    {
        int columns = job.Columns;
        bool given = job.GivenSlopes != null || (job.Budgets == null && job.Options.Slope is not null);
        double target = given ? DoubleRow.Get(job.GivenSlopes, row, job.Options.Slope.GetValueOrDefault()) : DoubleRow.Get(job.Budgets, row, job.Options.Budget);
        TiltRow<TVector> tilt = TiltRow<TVector>.Take(columns);
        RowStatus status = double.IsFinite(target) && (given || target >= 0)
            ? DoubleRow.Worse(DoubleRow.Load(job.LogPrior.Row(row), tilt.LogP, columns), DoubleRow.Load(job.Reward.Row(row), tilt.Offsets, columns))
            : RowStatus.InvalidParameter;
        if (status == RowStatus.Ok)
            status = tilt.Prepare(given && target < 0);
        if (status == RowStatus.Ok)
        {
            double t = given ? target : Slope(tilt, target);
            TiltPoint at = tilt.At(t);
            DoubleRow.Set(job.Slopes, row, t);
            DoubleRow.Set(job.Cumulants, row, tilt.Reference == 0 ? at.Cumulant : at.Cumulant + (t * tilt.Reference));
            DoubleRow.Set(job.Kl, row, at.Divergence);
            DoubleRow.Set(job.ExpectedRewards, row, tilt.Reference + at.Mean);
            if (!job.LogProbabilities.IsNull)
                tilt.LogProbabilities(at, job.LogProbabilities.Row(row));
            if (!job.Gradient.IsNull)
                tilt.Gradient(at, t, !given, job.Upstream.Row(row), job.Gradient.Row(row));
        }
        else
        {
            bool masked = status == RowStatus.AllMasked;
            double all = masked ? 0 : double.NaN, log = masked ? double.NegativeInfinity : double.NaN;
            DoubleRow.Set(job.Slopes, row, all);
            DoubleRow.Set(job.Cumulants, row, log);
            DoubleRow.Set(job.Kl, row, all);
            DoubleRow.Set(job.ExpectedRewards, row, all);
            DoubleRow.Fill(job.LogProbabilities.Row(row), columns, log);
            DoubleRow.Fill(job.Gradient.Row(row), columns, all);
        }

        if (job.Status != null)
            job.Status[row] = status;
    }

    // The t >= 0 that meets a budget.
    private static double Slope(in TiltRow<TVector> tilt, double budget)
    {
        if (budget == 0)
            return 0;
        if (budget >= tilt.LargestDivergence)
            return double.PositiveInfinity;
        TiltPoint at = tilt.At(0);
        double aim = Math.Sqrt(2 * budget), t = aim / Math.Sqrt(at.Variance);

        // All of p on rewards that are equal to its last digit: no line to start from.
        if (!(t > 0 && double.IsFinite(t)))
            t = 1;
        RootBracket bracket = new(0, double.PositiveInfinity);
        while (true)
        {
            at = tilt.At(t);
            double norm = Math.Sqrt(2 * at.Divergence), step = (aim - norm) * norm / (t * at.Variance);

            // Where p underflows a step may be small far from the root.
            if (Math.Abs(step) <= SmallStep * t && Math.Abs(at.Divergence - budget) <= NearBudget * budget)
                return t + step;
            if (!bracket.Narrow(ref t, at.Divergence < budget, t + step))
                return t;
        }
    }
}
