using System.Runtime.CompilerServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>Spectral entropies on spans: checks, pins, shares rows out to the worker team. In fp64 whatever the storage.</summary>
internal static unsafe class CpuSpectralEntropy
{
    public static void Compute<T>(ReadOnlySpan2D<T> eigenvalues, in SpectralEntropyOutputs<T, T> outputs, in SpectralEntropyOptions options, in SpectralEntropyInputs<T> inputs)
        where T : unmanaged
    {
        SpectralEntropyValidation.CheckOptions<T>(options);
        SpectralEntropyValidation.CheckShapes(
            new(eigenvalues.Height, eigenvalues.Width), inputs.RowWeights.Length, outputs.Entropies.Length, new(outputs.Gradient.Height, outputs.Gradient.Width), outputs.Status.Length);
        if (eigenvalues.Height == 0)
            return;

        fixed (T* values = eigenvalues, gradient = outputs.Gradient)
        fixed (T* rowWeights = inputs.RowWeights, entropies = outputs.Entropies)
        fixed (RowStatus* status = outputs.Status)
        {
            Job<T> job = new()
            {
                Options = options,
                Columns = eigenvalues.Width,
                Values = (byte*)values,
                Stride = RowSplit.StrideBytes(eigenvalues),
                RowWeights = rowWeights,
                Entropies = entropies,
                Gradient = (byte*)gradient,
                GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)outputs.Gradient),
                Status = status,
            };
            int rows = eigenvalues.Height;
            nint width = (nint)job.Columns * sizeof(T);
            bool inPlace = job.Gradient == job.Values && (rows == 1 || job.GradientStride == job.Stride);
            if (job.Gradient != null && !inPlace && new RowMemory(job.Gradient, job.GradientStride, rows, width).Overlaps(new(job.Values, job.Stride, rows, width)))
                ArgumentChecks.Fail("outputs.Gradient", $"outputs.Gradient overlaps eigenvalues in part; it must be their own memory with the same stride, or disjoint.");
            WorkerTeam.Run(&Run<T>, &job, rows, RowSplit.Chunk<T>(rows, job.Columns, 1), RowSplit.Parallel(rows, job.Columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T>(void* context, long begin, long end)
        where T : unmanaged
    {
        ref readonly Job<T> job = ref *(Job<T>*)context;
        for (long row = begin; row < end; row++)
        {
            T* values = (T*)(job.Values + ((nint)row * job.Stride));
            SpectralRow spectrum = SpectralRow.Of(values, job.Columns, job.Options);
            if (job.Entropies != null)
                job.Entropies[row] = Real.From<T>(spectrum.Entropy);
            if (job.Status != null)
                job.Status[row] = spectrum.Status;
            if (job.Gradient == null)
                continue;
            T* gradient = (T*)(job.Gradient + ((nint)row * job.GradientStride));
            double weight = job.RowWeights == null ? 1 : Real.ToDouble(job.RowWeights[row]);
            for (int j = 0; j < job.Columns; j++)
                gradient[j] = Real.From<T>(weight == 0 ? 0 : weight * spectrum.Derivative(Real.ToDouble(values[j])));
        }
    }

    private struct Job<T>
        where T : unmanaged
    {
        public SpectralEntropyOptions Options;
        public int Columns;
        public byte* Values;
        public nint Stride;
        public T* RowWeights;
        public T* Entropies;
        public byte* Gradient;
        public nint GradientStride;
        public RowStatus* Status;
    }
}
