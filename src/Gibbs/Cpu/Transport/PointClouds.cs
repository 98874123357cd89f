using System;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Two clouds as the costs take them: x by points, y by coordinates, both with norm 1 for the cosine. Copies, on the heap of the process.</summary>
internal unsafe struct PointClouds<TReal> : IDisposable
    where TReal : unmanaged
{
    public TReal* X;
    public TReal* Y;
    public int YStride;

    /// <summary>Whether all coordinates are.</summary>
    public bool Finite;
    private void* _memory;

    /// <summary>Of x [rows, dimensions] and y [columns, dimensions], whose rows are strides in bytes apart.</summary>
    public static PointClouds<TReal> Copy(TransportMetric metric, TReal* x, nint xStride, long rows, TReal* y, nint yStride, int columns, int dimensions)
    {
        PointClouds<TReal> clouds = default;

        // Tiles are read in whole blocks, behind the last point too.
        clouds.YStride = CostLanes.Padded<TReal>(columns);
        long source = rows * dimensions, target = (long)clouds.YStride * dimensions;
        clouds._memory = NativeMemory.AlignedAlloc((nuint)((source + target + CostLanes.Count<TReal>()) * sizeof(TReal)), 64);
        clouds.Y = (TReal*)clouds._memory;
        clouds.X = clouds.Y + target;
        clouds.Finite = true;
        bool normalised = metric.Kind == TransportMetricKind.Cosine;
        for (long i = 0; i < rows; i++)
        {
            TReal* point = (TReal*)((byte*)x + ((nint)i * xStride));
            double factor = normalised ? InverseNorm(point, dimensions) : 1;
            clouds.Finite &= IsFinite(point, dimensions);
            for (int k = 0; k < dimensions; k++)
                clouds.X[(i * dimensions) + k] = normalised ? Real.From<TReal>(factor * Real.ToDouble(point[k])) : point[k];
        }

        for (int j = 0; j < clouds.YStride; j++)
        {
            TReal* point = (TReal*)((byte*)y + ((nint)Math.Min(j, columns - 1) * yStride));
            double factor = normalised ? InverseNorm(point, dimensions) : 1;
            clouds.Finite &= IsFinite(point, dimensions);
            for (int k = 0; k < dimensions; k++)
                clouds.Y[((nint)k * clouds.YStride) + j] = normalised ? Real.From<TReal>(factor * Real.ToDouble(point[k])) : point[k];
        }

        return clouds;
    }

    public readonly void Dispose() => NativeMemory.AlignedFree(_memory);

    private static bool IsFinite(TReal* point, int dimensions)
    {
        bool finite = true;
        for (int k = 0; k < dimensions; k++)
            finite &= double.IsFinite(Real.ToDouble(point[k]));
        return finite;
    }

    /// <summary>1/‖point‖, 0 at the origin.</summary>
    public static double InverseNorm(TReal* point, int dimensions)
    {
        double squares = 0;
        for (int k = 0; k < dimensions; k++)
            squares += Real.ToDouble(point[k]) * Real.ToDouble(point[k]);
        return squares > 0 ? 1 / Math.Sqrt(squares) : 0;
    }
}
