using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>c(x_i, y_i) of any metric and its gradients by both points, in double.</summary>
internal static unsafe class MatchedCost<TReal>
    where TReal : unmanaged
{
    /// <summary>c(x, y); its gradients [dimensions] to byX and byY.</summary>
    public static double Of(TransportMetric metric, TReal* x, TReal* y, int dimensions, double* byX, double* byY)
    {
        switch (metric.Kind)
        {
            case TransportMetricKind.DotProduct:
                for (int k = 0; k < dimensions; k++)
                    (byX[k], byY[k]) = (-Real.ToDouble(y[k]), -Real.ToDouble(x[k]));
                return -Product(x, y, dimensions);
            case TransportMetricKind.Cosine:
                return Cosine(x, y, dimensions, byX, byY);
            default:
                double cost = Difference(metric, x, y, dimensions, byX);
                for (int k = 0; k < dimensions; k++)
                    byY[k] = -byX[k];
                return cost;
        }
    }

    // Costs of z = x − y.
    private static double Difference(TransportMetric metric, TReal* x, TReal* y, int dimensions, double* slope)
    {
        if (metric.Kind is TransportMetricKind.PowerNorm or TransportMetricKind.ElasticKSupport)
        {
            PairCost<TReal> pair = new(metric, dimensions);
            double value = pair.Of(x, y, 1);

            // The sign of a NaN is an exception.
            if (double.IsFinite(value))
                pair.Gradient(x, y, 1, slope);
            else
                new Span<double>(slope, dimensions).Fill(double.NaN);
            return value;
        }

        double squares = 0, magnitudes = 0;
        for (int k = 0; k < dimensions; k++)
        {
            double z = Real.ToDouble(x[k]) - Real.ToDouble(y[k]);
            squares += z * z;
            magnitudes += Math.Abs(z);
            slope[k] = z;
        }

        double norm = Math.Sqrt(squares);
        for (int k = 0; k < dimensions; k++)
        {
            slope[k] = metric.Kind switch
            {
                TransportMetricKind.SquaredEuclidean => 2 * slope[k],
                TransportMetricKind.Euclidean => norm == 0 ? 0 : slope[k] / norm,
                _ => slope[k] == 0 ? 0 : slope[k] + Math.CopySign(metric.Parameter, slope[k]),
            };
        }

        return metric.Kind switch
        {
            TransportMetricKind.SquaredEuclidean => squares,
            TransportMetricKind.Euclidean => norm,
            _ => (0.5 * squares) + (metric.Parameter * magnitudes),
        };
    }

    // 1 − ⟨u, v⟩ of unit vectors; ∂/∂x = −(v − ⟨u, v⟩·u)/‖x‖. A point at the origin is 0, and has no gradient.
    private static double Cosine(TReal* x, TReal* y, int dimensions, double* byX, double* byY)
    {
        double inverseX = PointClouds<TReal>.InverseNorm(x, dimensions), inverseY = PointClouds<TReal>.InverseNorm(y, dimensions);
        double cosine = Product(x, y, dimensions) * inverseX * inverseY;
        for (int k = 0; k < dimensions; k++)
        {
            double u = Real.ToDouble(x[k]) * inverseX, v = Real.ToDouble(y[k]) * inverseY;
            byX[k] = ((cosine * u) - v) * inverseX;
            byY[k] = ((cosine * v) - u) * inverseY;
        }

        return 1 - cosine;
    }

    private static double Product(TReal* x, TReal* y, int dimensions)
    {
        double sum = 0;
        for (int k = 0; k < dimensions; k++)
            sum += Real.ToDouble(x[k]) * Real.ToDouble(y[k]);
        return sum;
    }
}
