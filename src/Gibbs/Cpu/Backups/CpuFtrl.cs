using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>Follow the regularised leader on spans: checks, pins, shares rows out to the worker team.</summary>
internal static unsafe class CpuFtrl
{
    public static void Compute<T, TReal>(ReadOnlySpan2D<T> losses, in FtrlOutputs<T, TReal> outputs, in FtrlOptions options, in FtrlInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        BackupValidation.Check<TReal>(options);
        BackupShape shape = BackupShape.OfLosses(losses.Height, losses.Width);
        shape.PerRow("inputs.RowRates", inputs.RowRates.Length);
        shape.PerColumn("inputs.ColumnRates", inputs.ColumnRates.Length);
        shape.Matrix("inputs.Rates", inputs.Rates.Height, inputs.Rates.Width);
        shape.Matrix("inputs.Upstream", inputs.Upstream.Height, inputs.Upstream.Width);
        shape.Matrix("outputs.Policy", outputs.Policy.Height, outputs.Policy.Width);
        shape.PerRow("outputs.Multipliers", outputs.Multipliers.Length);
        shape.PerRow("outputs.Regularisers", outputs.Regularisers.Length);
        shape.Matrix("outputs.Gradient", outputs.Gradient.Height, outputs.Gradient.Width);
        shape.PerRow("outputs.Status", outputs.Status.Length);
        shape.Upstream(outputs.Gradient.Width, inputs.Upstream.Width);
        if (losses.Height == 0)
            return;

        fixed (T* l = losses, upstream = inputs.Upstream, policy = outputs.Policy, gradient = outputs.Gradient)
        fixed (TReal* rowRates = inputs.RowRates, columnRates = inputs.ColumnRates, rates = inputs.Rates, multipliers = outputs.Multipliers, regularisers = outputs.Regularisers)
        fixed (RowStatus* status = outputs.Status)
        {
            FtrlJob<T, TReal> job = new()
            {
                Options = options,
                Rows = losses.Height,
                Columns = losses.Width,
                Losses = new(l, losses),
                RowRates = rowRates,
                ColumnRates = columnRates,
                Rates = new(rates, inputs.Rates),
                Upstream = new(upstream, inputs.Upstream),
                Policy = new(policy, outputs.Policy),
                Multipliers = multipliers,
                Regularisers = regularisers,
                Gradient = new(gradient, outputs.Gradient),
                Status = status,
            };
            job.Policy.CheckApart("outputs.Policy", job.Losses, "losses", job.Rows, job.Columns);
            job.Policy.CheckApart("outputs.Policy", job.Upstream, "inputs.Upstream", job.Rows, job.Columns);
            job.Gradient.CheckApart("outputs.Gradient", job.Losses, "losses", job.Rows, job.Columns, true);
            job.Gradient.CheckApart("outputs.Gradient", job.Upstream, "inputs.Upstream", job.Rows, job.Columns);
            job.Gradient.CheckApart("outputs.Gradient", job.Policy, "outputs.Policy", job.Rows, job.Columns);
            delegate*<void*, long, long, void> rows = CpuSettings.VectorBits switch
            {
                512 => &FtrlRows<T, TReal, SimdVector512<double>>.Run,
                256 => &FtrlRows<T, TReal, SimdVector256<double>>.Run,
                _ => &FtrlRows<T, TReal, SimdVector128<double>>.Run,
            };
            WorkerTeam.Run(rows, &job, job.Rows, RowSplit.Chunk<T>(job.Rows, job.Columns, 1), RowSplit.Parallel(job.Rows, job.Columns));
        }
    }
}
