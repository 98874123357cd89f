using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>Soft backups on spans: checks, pins, shares rows out to the worker team.</summary>
internal static unsafe class CpuSoftBackup
{
    public static void Compute<T, TReal>(ReadOnlySpan2D<T> q, in SoftBackupOutputs<T, TReal> outputs, in SoftBackupOptions options, in SoftBackupInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        BackupValidation.Check<TReal>(options);
        BackupShape shape = BackupShape.OfQ(q.Height, q.Width);
        shape.Matrix("inputs.LogPrior", inputs.LogPrior.Height, inputs.LogPrior.Width);
        shape.PerRow("inputs.KlWeights", inputs.KlWeights.Length);
        shape.PerRow("inputs.Temperatures", inputs.Temperatures.Length);
        shape.PerRow("inputs.Upstream", inputs.Upstream.Length);
        shape.PerRow("outputs.Values", outputs.Values.Length);
        shape.Matrix("outputs.Policy", outputs.Policy.Height, outputs.Policy.Width);
        shape.Matrix("outputs.LogPolicy", outputs.LogPolicy.Height, outputs.LogPolicy.Width);
        shape.PerRow("outputs.Entropies", outputs.Entropies.Length);
        shape.PerRow("outputs.Kl", outputs.Kl.Length);
        shape.Matrix("outputs.QGradient", outputs.QGradient.Height, outputs.QGradient.Width);
        shape.Matrix("outputs.LogPriorGradient", outputs.LogPriorGradient.Height, outputs.LogPriorGradient.Width);
        shape.PerRow("outputs.TemperatureGradient", outputs.TemperatureGradient.Length);
        shape.PerRow("outputs.KlWeightGradient", outputs.KlWeightGradient.Length);
        shape.PerRow("outputs.Status", outputs.Status.Length);
        if (q.Height == 0)
            return;

        fixed (T* z = q, logPrior = inputs.LogPrior, policy = outputs.Policy, logPolicy = outputs.LogPolicy, qGradient = outputs.QGradient, logPriorGradient = outputs.LogPriorGradient)
        fixed (TReal* klWeights = inputs.KlWeights, temperatures = inputs.Temperatures, upstream = inputs.Upstream, values = outputs.Values, entropies = outputs.Entropies, kl = outputs.Kl)
        fixed (TReal* temperatureGradient = outputs.TemperatureGradient, klWeightGradient = outputs.KlWeightGradient)
        fixed (RowStatus* status = outputs.Status)
        {
            SoftBackupJob<T, TReal> job = new()
            {
                Options = options,
                Rows = q.Height,
                Columns = q.Width,
                Q = new(z, q),
                LogPrior = new(logPrior, inputs.LogPrior),
                KlWeights = klWeights,
                Temperatures = temperatures,
                Upstream = upstream,
                Values = values,
                Policy = new(policy, outputs.Policy),
                LogPolicy = new(logPolicy, outputs.LogPolicy),
                Entropies = entropies,
                Kl = kl,
                QGradient = new(qGradient, outputs.QGradient),
                LogPriorGradient = new(logPriorGradient, outputs.LogPriorGradient),
                TemperatureGradient = temperatureGradient,
                KlWeightGradient = klWeightGradient,
                Status = status,
            };
            CheckMemory(job);
            delegate*<void*, long, long, void> rows = CpuSettings.VectorBits switch
            {
                512 => &SoftBackupRows<T, TReal, SimdVector512<double>>.Run,
                256 => &SoftBackupRows<T, TReal, SimdVector256<double>>.Run,
                _ => &SoftBackupRows<T, TReal, SimdVector128<double>>.Run,
            };
            WorkerTeam.Run(rows, &job, job.Rows, RowSplit.Chunk<T>(job.Rows, job.Columns, 1), RowSplit.Parallel(job.Rows, job.Columns));
        }
    }

    private static void CheckMemory<T, TReal>(in SoftBackupJob<T, TReal> job)
        where T : unmanaged
        where TReal : unmanaged
    {
        long rows = job.Rows;
        int columns = job.Columns;
        job.Policy.CheckApart("outputs.Policy", job.Q, "q", rows, columns);
        job.Policy.CheckApart("outputs.Policy", job.LogPrior, "inputs.LogPrior", rows, columns);
        job.LogPolicy.CheckApart("outputs.LogPolicy", job.Q, "q", rows, columns);
        job.LogPolicy.CheckApart("outputs.LogPolicy", job.LogPrior, "inputs.LogPrior", rows, columns);
        job.LogPolicy.CheckApart("outputs.LogPolicy", job.Policy, "outputs.Policy", rows, columns);
        job.QGradient.CheckApart("outputs.QGradient", job.Q, "q", rows, columns, true);
        job.QGradient.CheckApart("outputs.QGradient", job.LogPrior, "inputs.LogPrior", rows, columns);
        job.QGradient.CheckApart("outputs.QGradient", job.Policy, "outputs.Policy", rows, columns);
        job.QGradient.CheckApart("outputs.QGradient", job.LogPolicy, "outputs.LogPolicy", rows, columns);
        job.LogPriorGradient.CheckApart("outputs.LogPriorGradient", job.Q, "q", rows, columns);
        job.LogPriorGradient.CheckApart("outputs.LogPriorGradient", job.LogPrior, "inputs.LogPrior", rows, columns, true);
        job.LogPriorGradient.CheckApart("outputs.LogPriorGradient", job.Policy, "outputs.Policy", rows, columns);
        job.LogPriorGradient.CheckApart("outputs.LogPriorGradient", job.LogPolicy, "outputs.LogPolicy", rows, columns);
        job.LogPriorGradient.CheckApart("outputs.LogPriorGradient", job.QGradient, "outputs.QGradient", rows, columns);
    }
}
