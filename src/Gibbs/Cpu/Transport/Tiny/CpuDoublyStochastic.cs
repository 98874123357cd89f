using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>Doubly-stochastic normalisation on spans: checks, pins, shares matrices out to the worker team in whole groups.</summary>
internal static unsafe class CpuDoublyStochastic
{
    // Iterations that cost about as much as moving an entry in and out.
    private const int IterationsPerEntry = 8;

    public static void Normalise<T, TReal>(ReadOnlySpan2D<T> values, in DoublyStochasticOutputs<T, TReal> outputs, in DoublyStochasticOptions options, in DoublyStochasticInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        TinyJob job = Job<TReal>(options, new(values.Height, values.Width), inputs, outputs.Status.Length);
        ArgumentChecks.Matrix("outputs.Matrices", outputs.Matrices.Height, outputs.Matrices.Width, values.Height, values.Width, "as values");
        ArgumentChecks.Length("outputs.MarginalErrors", outputs.MarginalErrors.Length, values.Height, "one per matrix");
        fixed (T* given = values, result = outputs.Matrices)
        fixed (TReal* a = inputs.RowTargets, b = inputs.ColumnTargets, errors = outputs.MarginalErrors)
        fixed (TransportStatus* status = outputs.Status)
        {
            job.Values = (byte*)given;
            job.ValuesStride = RowSplit.StrideBytes(values);
            job.Result = outputs.Matrices.IsEmpty ? null : (byte*)result;
            job.ResultStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Matrices);
            job.RowTargets = a;
            job.ColumnTargets = b;
            job.Errors = errors;
            job.Status = status;
            CheckOverlap<T>(job, values.Height, job.Values, job.ValuesStride, "outputs.Matrices", "values");
            Run<T, TReal>(&job, values.Height);
        }
    }

    public static void Backward<T, TReal>(
        ReadOnlySpan2D<T> values, ReadOnlySpan2D<T> upstream, Span2D<T> gradient, in DoublyStochasticOptions options, in DoublyStochasticInputs<TReal> inputs, Span<TransportStatus> status)
        where T : unmanaged
        where TReal : unmanaged
    {
        TinyJob job = Job<TReal>(options, new(values.Height, values.Width), inputs, status.Length);
        if (upstream.Height != values.Height || upstream.Width != values.Width)
            ArgumentChecks.Fail("upstream", $"upstream is [{upstream.Height}, {upstream.Width}]; it must be [{values.Height}, {values.Width}], as values.");
        if (gradient.Height != values.Height || gradient.Width != values.Width)
            ArgumentChecks.Fail("gradient", $"gradient is [{gradient.Height}, {gradient.Width}]; it must be [{values.Height}, {values.Width}], as values.");
        fixed (T* given = values, above = upstream, result = gradient)
        fixed (TReal* a = inputs.RowTargets, b = inputs.ColumnTargets)
        fixed (TransportStatus* statuses = status)
        {
            job.Values = (byte*)given;
            job.ValuesStride = RowSplit.StrideBytes(values);
            job.Upstream = (byte*)above;
            job.UpstreamStride = RowSplit.StrideBytes(upstream);
            job.Result = (byte*)result;
            job.ResultStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)gradient);
            job.RowTargets = a;
            job.ColumnTargets = b;
            job.Status = statuses;
            CheckOverlap<T>(job, values.Height, job.Values, job.ValuesStride, "gradient", "values");
            CheckOverlap<T>(job, values.Height, job.Upstream, job.UpstreamStride, "gradient", "upstream");
            Run<T, TReal>(&job, values.Height);
        }
    }

    private static TinyJob Job<TReal>(in DoublyStochasticOptions options, MatrixShape values, in DoublyStochasticInputs<TReal> inputs, long status)
        where TReal : unmanaged
    {
        DoublyStochasticValidation.CheckOptions<TReal>(options);
        (int rows, int columns) = DoublyStochasticValidation.CheckShapes(options, values, inputs.RowTargets.Length, inputs.ColumnTargets.Length, status);
        return new()
        {
            Options = options,
            Scale = RowScale.Of<TReal>(options.Temperature),
            Rows = rows,
            Columns = columns,
            RowTargetsStride = inputs.RowTargets.Length > rows ? rows : 0,
            ColumnTargetsStride = inputs.ColumnTargets.Length > columns ? columns : 0,
        };
    }

    private static void CheckOverlap<T>(in TinyJob job, int matrices, byte* source, nint stride, string name, string sourceName)
        where T : unmanaged
    {
        bool same = job.Result == source && (matrices == 1 || job.ResultStride == stride);
        nint width = (nint)job.Entries * sizeof(T);
        if (matrices > 0 && job.Result != null && !same && new RowMemory(job.Result, job.ResultStride, matrices, width).Overlaps(new(source, stride, matrices, width)))
            ArgumentChecks.Fail(name, $"{name} overlaps {sourceName} in part; it must be its own memory with the same stride, or disjoint.");
    }

    private static void Run<T, TReal>(TinyJob* job, long matrices)
        where T : unmanaged
        where TReal : unmanaged
    {
        // Chunks are whole groups at any width.
        long weight = job->Entries * (1 + (long)(job->Options.Iterations / IterationsPerEntry));
        long chunk = RowSplit.Chunk<T>(matrices, weight, Lanes.Count<TReal>());
        bool parallel = RowSplit.Parallel(matrices, weight);
        if (CpuSettings.VectorBits == 512)
            WorkerTeam.Run(&TinyWorker<T, TReal, SimdVector512<TReal>>.Run, job, matrices, chunk, parallel);
        else if (CpuSettings.VectorBits == 256)
            WorkerTeam.Run(&TinyWorker<T, TReal, SimdVector256<TReal>>.Run, job, matrices, chunk, parallel);
        else
            WorkerTeam.Run(&TinyWorker<T, TReal, SimdVector128<TReal>>.Run, job, matrices, chunk, parallel);
    }
}
