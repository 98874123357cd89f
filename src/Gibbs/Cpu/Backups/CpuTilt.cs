using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>Exponential tilting on spans: checks, pins, shares rows out to the worker team.</summary>
internal static unsafe class CpuTilt
{
    public static void Compute<T, TReal>(ReadOnlySpan2D<T> logPrior, ReadOnlySpan2D<T> reward, in TiltOutputs<T, TReal> outputs, in TiltOptions options, in TiltInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        BackupValidation.Check<TReal>(options);
        BackupValidation.CheckTarget(options, inputs.Budgets.Length, inputs.Slopes.Length);
        BackupShape shape = BackupShape.OfReward(reward.Height, reward.Width);
        shape.Needs("logPrior", logPrior.Height, logPrior.Width);
        shape.PerRow("inputs.Budgets", inputs.Budgets.Length);
        shape.PerRow("inputs.Slopes", inputs.Slopes.Length);
        shape.Matrix("inputs.Upstream", inputs.Upstream.Height, inputs.Upstream.Width);
        shape.PerRow("outputs.Slopes", outputs.Slopes.Length);
        shape.Matrix("outputs.LogProbabilities", outputs.LogProbabilities.Height, outputs.LogProbabilities.Width);
        shape.PerRow("outputs.Cumulants", outputs.Cumulants.Length);
        shape.PerRow("outputs.Kl", outputs.Kl.Length);
        shape.PerRow("outputs.ExpectedRewards", outputs.ExpectedRewards.Length);
        shape.Matrix("outputs.Gradient", outputs.Gradient.Height, outputs.Gradient.Width);
        shape.PerRow("outputs.Status", outputs.Status.Length);
        shape.Upstream(outputs.Gradient.Width, inputs.Upstream.Width);
        if (reward.Height == 0)
            return;

        fixed (T* p = logPrior, r = reward, upstream = inputs.Upstream, logProbabilities = outputs.LogProbabilities, gradient = outputs.Gradient)
        fixed (TReal* budgets = inputs.Budgets, given = inputs.Slopes, slopes = outputs.Slopes, cumulants = outputs.Cumulants, kl = outputs.Kl, expected = outputs.ExpectedRewards)
        fixed (RowStatus* status = outputs.Status)
        {
            TiltJob<T, TReal> job = new()
            {
                Options = options,
                Rows = reward.Height,
                Columns = reward.Width,
                LogPrior = new(p, logPrior),
                Reward = new(r, reward),
                Budgets = budgets,
                GivenSlopes = given,
                Upstream = new(upstream, inputs.Upstream),
                Slopes = slopes,
                LogProbabilities = new(logProbabilities, outputs.LogProbabilities),
                Cumulants = cumulants,
                Kl = kl,
                ExpectedRewards = expected,
                Gradient = new(gradient, outputs.Gradient),
                Status = status,
            };
            CheckMemory(job);
            delegate*<void*, long, long, void> rows = CpuSettings.VectorBits switch
            {
                512 => &TiltRows<T, TReal, SimdVector512<double>>.Run,
                256 => &TiltRows<T, TReal, SimdVector256<double>>.Run,
                _ => &TiltRows<T, TReal, SimdVector128<double>>.Run,
            };
            WorkerTeam.Run(rows, &job, job.Rows, RowSplit.Chunk<T>(job.Rows, job.Columns, 1), RowSplit.Parallel(job.Rows, job.Columns));
        }
    }

    private static void CheckMemory<T, TReal>(in TiltJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        long rows = job.Rows;
        int columns = job.Columns;
        job.LogProbabilities.CheckApart("outputs.LogProbabilities", job.LogPrior, "logPrior", rows, columns);
        job.LogProbabilities.CheckApart("outputs.LogProbabilities", job.Reward, "reward", rows, columns);
        job.LogProbabilities.CheckApart("outputs.LogProbabilities", job.Upstream, "inputs.Upstream", rows, columns);
        job.Gradient.CheckApart("outputs.Gradient", job.Reward, "reward", rows, columns, true);
        job.Gradient.CheckApart("outputs.Gradient", job.LogPrior, "logPrior", rows, columns);
        job.Gradient.CheckApart("outputs.Gradient", job.Upstream, "inputs.Upstream", rows, columns);
        job.Gradient.CheckApart("outputs.Gradient", job.LogProbabilities, "outputs.LogProbabilities", rows, columns);
    }
}
