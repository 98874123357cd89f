using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The cost of one pair, and its gradient by the first point, in double: costs that have no vector form.</summary>
internal readonly unsafe struct PairCost<TReal>(TransportMetric metric, int dimensions)
    where TReal : unmanaged
{
    /// <summary>c(x, y), coordinates of y a stride apart.</summary>
    public double Of(TReal* x, TReal* y, int yStride)
    {
        if (metric.Kind == TransportMetricKind.PowerNorm)
        {
            double sum = 0;
            for (int k = 0; k < dimensions; k++)
                sum += Math.Pow(Math.Abs(Real.ToDouble(x[k]) - Real.ToDouble(y[(nint)k * yStride])), metric.Parameter);
            return sum;
        }

        double* magnitudes = stackalloc double[dimensions];
        double squares = Magnitudes(x, y, yStride, magnitudes);
        return 0.5 * (squares + (metric.Parameter * KSupport(magnitudes, out _, out _)));
    }

    /// <summary>∂c/∂x_k, to gradient.</summary>
    public void Gradient(TReal* x, TReal* y, int yStride, double* gradient)
    {
        double* magnitudes = stackalloc double[dimensions];
        double level = 0, threshold = 0;
        if (metric.Kind == TransportMetricKind.ElasticKSupport)
        {
            Magnitudes(x, y, yStride, magnitudes);
            _ = KSupport(magnitudes, out level, out threshold);
        }

        for (int k = 0; k < dimensions; k++)
        {
            double z = Real.ToDouble(x[k]) - Real.ToDouble(y[(nint)k * yStride]), magnitude = Math.Abs(z);
            gradient[k] = metric.Kind == TransportMetricKind.PowerNorm
                ? (magnitude == 0 ? 0 : metric.Parameter * Math.Pow(magnitude, metric.Parameter - 1) * Math.Sign(z))
                : z + (metric.Parameter * (magnitude > threshold ? z : level * Math.Sign(z)));
        }
    }

    private double Magnitudes(TReal* x, TReal* y, int yStride, double* magnitudes)
    {
        double squares = 0;
        for (int k = 0; k < dimensions; k++)
        {
            double z = Real.ToDouble(x[k]) - Real.ToDouble(y[(nint)k * yStride]);
            magnitudes[k] = Math.Abs(z);
            squares += z * z;
        }

        return squares;
    }

    // The squared k-support norm: of magnitudes in falling order the first k − r − 1 count by their squares, the others by the square of their sum over r + 1. Half its gradient is z above the threshold
    // and the mean level, with z's sign, on the others. Sorts the magnitudes.
    private double KSupport(double* magnitudes, out double level, out double threshold)
    {
        int k = Math.Min(metric.K, dimensions);
        Span<double> sorted = new(magnitudes, dimensions);
        sorted.Sort(static (left, right) => right.CompareTo(left));
        double tail = 0;
        for (int i = k - 1; i < dimensions; i++)
            tail += sorted[i];
        int r = 0;
        while (r < k - 1 && sorted[k - r - 2] <= tail / (r + 1))
        {
            tail += sorted[k - r - 2];
            r++;
        }

        double sum = tail * tail / (r + 1);
        for (int i = 0; i < k - r - 1; i++)
            sum += sorted[i] * sorted[i];
        level = tail / (r + 1);
        threshold = k - r - 1 > 0 ? level : double.PositiveInfinity;
        return sum;
    }
}
