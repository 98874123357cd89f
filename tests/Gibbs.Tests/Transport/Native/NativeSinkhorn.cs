using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Interop;
using Gibbs.Tests.Interop;

namespace Gibbs.Tests.Transport.Native;

/// <summary>A batch of problems in host memory for the native entry itself, without the device API: uploads, runs, downloads. What is null is absent.</summary>
internal sealed class NativeSinkhorn<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Scalars, shapes and strides.</summary>
    public gibbs_sinkhorn Arguments = new() { problems = 1, source_rho = double.PositiveInfinity, target_rho = double.PositiveInfinity, max_iterations = 10000 };


    public T[]? Costs { get; set; }
    public T[]? X { get; set; }
    public T[]? Y { get; set; }
    public TReal[]? SourceWeights { get; set; }
    public TReal[]? TargetWeights { get; set; }
    public TReal[]? InitialTargetPotential { get; set; }
    public double[]? Epsilons { get; set; }
    public double[]? Tolerances { get; set; }
    public int[]? IterationLimits { get; set; }
    public long[]? SourceOffsets { get; set; }
    public long[]? TargetOffsets { get; set; }
    public long[]? CostOffsets { get; set; }

    public SinkhornResult[] Results { get; private set; } = [];
    public TReal[] F { get; private set; } = [];
    public TReal[] G { get; private set; } = [];
    public TReal[] Plan { get; private set; } = [];
    public T[] XGradient { get; private set; } = [];
    public T[] YGradient { get; private set; } = [];

    private readonly List<IDisposable> _buffers = [];

    /// <summary>Of costs [problems·rows, columns], or where there are points of these; asks for all outputs.</summary>
    public unsafe NativeSinkhorn<T, TReal> Run(bool workspace = false)
    {
        using CudaDevice device = NativeFixture.Open();
        using CudaStream stream = device.CreateStream();
        gibbs_sinkhorn a = Arguments;
        a.struct_size = (uint)sizeof(gibbs_sinkhorn);
        a.type = NativeTypes.Of<T>();
        long sources = SourceOffsets?[^1] ?? a.problems * a.rows, targets = TargetOffsets?[^1] ?? a.problems * a.columns, entries = CostOffsets?[^1] ?? sources * a.columns;
        (a.source_total, a.target_total, a.cost_total) = (sources, targets, entries);
        a.costs = Put(stream, Costs);
        a.x = Put(stream, X);
        a.y = Put(stream, Y);
        a.costs_stride = a.costs_stride == 0 ? a.columns : a.costs_stride;
        a.x_stride = a.y_stride = a.x_gradient_stride = a.y_gradient_stride = a.dimensions;
        a.source_weights = Put(stream, SourceWeights);
        a.target_weights = Put(stream, TargetWeights);
        a.initial_target_potential = Put(stream, InitialTargetPotential);
        a.epsilons = Put(stream, Epsilons);
        a.tolerances = Put(stream, Tolerances);
        a.iteration_limits = Put(stream, IterationLimits);
        a.source_offsets = Put(stream, SourceOffsets);
        a.target_offsets = Put(stream, TargetOffsets);
        a.cost_offsets = Put(stream, CostOffsets);
        a.plan_stride = a.columns;
        Func<SinkhornResult[]> results = Take<SinkhornResult>(stream, a.problems, out a.results);
        Func<TReal[]> f = Take<TReal>(stream, sources, out a.source_potential), g = Take<TReal>(stream, targets, out a.target_potential), plan = Take<TReal>(stream, entries, out a.plan);
        bool points = X is not null;
        Func<T[]> dx = Take<T>(stream, points ? sources * a.dimensions : 0, out a.x_gradient), dy = Take<T>(stream, points ? targets * a.dimensions : 0, out a.y_gradient);
        using (CudaStream.Use use = new(stream))
        {
            if (workspace)
            {
                long bytes;
                NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sinkhorn_workspace(use.Device, &a, &bytes));
                _ = Take<byte>(stream, bytes, out a.workspace);
                a.workspace_bytes = bytes;
            }

            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sinkhorn_run(use.Device, use.Stream, &a));
        }

        (Results, F, G, Plan, XGradient, YGradient) = (results(), f(), g(), plan(), dx(), dy());
        foreach (IDisposable buffer in _buffers)
            buffer.Dispose();
        _buffers.Clear();
        return this;
    }

    private nint Put<TElement>(CudaStream stream, TElement[]? values)
        where TElement : unmanaged
    {
        if (values is null)
            return 0;
        DeviceBuffer<TElement> buffer = stream.Upload<TElement>(values);
        _buffers.Add(buffer);
        return buffer.Span.Pointer;
    }

    private Func<TElement[]> Take<TElement>(CudaStream stream, long count, out nint pointer)
        where TElement : unmanaged
    {
        DeviceBuffer<TElement> buffer = stream.Allocate<TElement>(count);
        _buffers.Add(buffer);
        pointer = buffer.Span.Pointer;
        return buffer.ToArray;
    }
}

/// <summary>Costs, points and weights of tests, by a seed.</summary>
internal static class NativeProblems
{
    public static double[] Uniform(int count, int seed, double least = 0, double most = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => least + ((most - least) * random.NextDouble()))];
    }

    /// <summary>Positive, with sum 1.</summary>
    public static double[] Weights(int count, int seed)
    {
        double[] weights = Uniform(count, seed, 0.1, 1);
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    public static float[] Single(double[] values) => [.. values.Select(v => (float)v)];

    public static T[,] Matrix<T>(T[] values, int rows, int columns)
    {
        T[,] matrix = new T[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                matrix[i, j] = values[(i * columns) + j];
        }

        return matrix;
    }
}
