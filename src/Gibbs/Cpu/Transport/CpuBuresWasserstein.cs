using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Bures-Wasserstein distances on spans: checks, pins, shares problems out to the worker team.</summary>
internal static unsafe class CpuBuresWasserstein
{
    public static void Compute<TReal>(
        ReadOnlySpan2D<TReal> source, ReadOnlySpan2D<TReal> target, in BuresWassersteinOutputs<TReal> outputs, in BuresWassersteinOptions options, in BuresWassersteinInputs<TReal> inputs)
        where TReal : unmanaged
    {
        BuresWassersteinValidation.CheckOptions(options);
        long problems = BuresWassersteinValidation.CheckShapes(
            new(source.Height, source.Width), new(target.Height, target.Width), new(inputs.SourceMeans.Height, inputs.SourceMeans.Width), new(inputs.TargetMeans.Height, inputs.TargetMeans.Width), outputs.Values.Length,
            new(outputs.SourceGradient.Height, outputs.SourceGradient.Width), new(outputs.TargetGradient.Height, outputs.TargetGradient.Width), new(outputs.MeanGradient.Height, outputs.MeanGradient.Width),
            outputs.Status.Length);
        fixed (TReal* s = source, t = target, m = inputs.SourceMeans, n = inputs.TargetMeans)
        fixed (TReal* ds = outputs.SourceGradient, dt = outputs.TargetGradient, dm = outputs.MeanGradient, values = outputs.Values)
        fixed (TransportStatus* status = outputs.Status)
        {
            Job<TReal> job = new()
            {
                Dimensions = source.Width,
                Regularisation = options.Regularisation,
                Source = new(s, RowSplit.StrideBytes(source)),
                Target = new(t, RowSplit.StrideBytes(target)),
                SourceMeans = new(m, RowSplit.StrideBytes(inputs.SourceMeans)),
                TargetMeans = new(n, RowSplit.StrideBytes(inputs.TargetMeans)),
                SourceGradient = new(ds, RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.SourceGradient)),
                TargetGradient = new(dt, RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.TargetGradient)),
                MeanGradient = new(dm, RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.MeanGradient)),
                Values = values,
                Status = status,
            };
            long work = 40L * job.Dimensions * job.Dimensions * job.Dimensions;
            WorkerTeam.Run(&Run<TReal>, &job, problems, RowSplit.Chunk<TReal>(problems, work, 1), RowSplit.Parallel(problems, work));
        }
    }

    private static void Run<TReal>(void* context, long begin, long end)
        where TReal : unmanaged
    {
        ref readonly Job<TReal> job = ref *(Job<TReal>*)context;
        int d = job.Dimensions;
        double* scratch = (double*)NativeMemory.AlignedAlloc((nuint)((BuresProblem.ScratchLength(d) + d) * sizeof(double)), 64);
        try
        {
            double* row = scratch + BuresProblem.ScratchLength(d);
            for (long problem = begin; problem < end; problem++)
            {
                BuresProblem pair = new(scratch, d);
                TransportStatus status = Solve(job, problem, ref pair, out double value);
                if (job.Values != null)
                    job.Values[problem] = Real.From<TReal>(value);
                if (job.Status != null)
                    job.Status[problem] = status;
                Store(job, problem, pair, row, status == TransportStatus.Converged);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }
    }

    private static TransportStatus Solve<TReal>(in Job<TReal> job, long problem, ref BuresProblem pair, out double value)
        where TReal : unmanaged
    {
        double means = 0;
        for (int k = 0; k < job.Dimensions; k++)
        {
            double difference = Difference(job, problem, k);
            means += difference * difference;
        }

        value = double.NaN;
        bool finite = Load(job.Source, problem, job.Dimensions, job.Regularisation, pair.Source) & Load(job.Target, problem, job.Dimensions, job.Regularisation, pair.Target) & double.IsFinite(means);
        if (!finite)
            return TransportStatus.NonFinite;
        if (!pair.Solve(typeof(TReal) == typeof(float) ? 1.2e-7 : 2.3e-16, out double covariances))
            return TransportStatus.InvalidInput;
        value = means + covariances;
        return TransportStatus.Converged;
    }

    private static void Store<TReal>(in Job<TReal> job, long problem, in BuresProblem pair, double* row, bool solved)
        where TReal : unmanaged
    {
        int d = job.Dimensions;
        if (!solved)
            new Span<double>(row, d).Fill(double.NaN);
        for (int i = 0; job.TargetGradient.Data != null && i < d; i++)
        {
            if (solved)
                pair.TargetGradient(i, row);
            job.TargetGradient.Store((problem * d) + i, row, d);
        }

        if (solved && job.SourceGradient.Data != null)
            pair.TurnTarget();
        for (int i = 0; job.SourceGradient.Data != null && i < d; i++)
        {
            if (solved)
                pair.SourceGradient(i, row);
            job.SourceGradient.Store((problem * d) + i, row, d);
        }

        if (job.MeanGradient.Data == null)
            return;
        for (int k = 0; solved && k < d; k++)
            row[k] = 2 * Difference(job, problem, k);
        job.MeanGradient.Store(problem, row, d);
    }

    private static double Difference<TReal>(in Job<TReal> job, long problem, int k)
        where TReal : unmanaged =>
        job.SourceMeans.Value(problem, k) - job.TargetMeans.Value(problem, k);

    // The symmetric part, with τ on its diagonal; false where an entry is not finite.
    private static bool Load<TReal>(in Rows<TReal> rows, long problem, int d, double regularisation, double* matrix)
        where TReal : unmanaged
    {
        bool finite = true;
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                double value = 0.5 * (rows.Value((problem * d) + i, j) + rows.Value((problem * d) + j, i));
                finite &= double.IsFinite(value);
                matrix[((nint)j * d) + i] = i == j ? value + regularisation : value;
            }
        }

        return finite;
    }

    // Rows a stride in bytes apart; 0 where there are none.
    private readonly struct Rows<TReal>(TReal* data, nint stride)
        where TReal : unmanaged
    {
        public TReal* Data => data;

        public double Value(long row, int column) => data == null ? 0 : Real.ToDouble(((TReal*)((byte*)data + ((nint)row * stride)))[column]);

        public void Store(long row, double* values, int count)
        {
            TReal* destination = (TReal*)((byte*)data + ((nint)row * stride));
            for (int j = 0; j < count; j++)
                destination[j] = Real.From<TReal>(values[j]);
        }
    }

    private struct Job<TReal>
        where TReal : unmanaged
    {
        public int Dimensions;
        public double Regularisation;
        public Rows<TReal> Source;
        public Rows<TReal> Target;
        public Rows<TReal> SourceMeans;
        public Rows<TReal> TargetMeans;
        public Rows<TReal> SourceGradient;
        public Rows<TReal> TargetGradient;
        public Rows<TReal> MeanGradient;
        public TReal* Values;
        public TransportStatus* Status;
    }
}
