using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Samples;

/// <summary>What a call on spectra gives.</summary>
internal sealed record SpectralRun(double[] Entropies, double[][] Gradient, RowStatus[] Status);

/// <summary>Runs spectral entropies of rows on spans or on device memory; strided, or in place.</summary>
internal static class SpectralRunner
{
    public static SpectralRun Run(string device, ElementType type, SpectralEntropyOptions options, double[][] rows, double[]? weights = null, bool inPlace = false) =>
        type == ElementType.Float64 ? OnSpans64(options, rows, weights, inPlace) : OnSpans32(options, rows, weights, inPlace);

    private static SpectralRun OnSpans64(SpectralEntropyOptions options, double[][] rows, double[]? weights, bool inPlace)
    {
        SampleRunner.Rows<double> values = new(ElementType.Float64, rows, 3), gradient = inPlace ? values : values.Empty(true);
        double[] entropies = new double[rows.Length];
        RowStatus[] status = new RowStatus[rows.Length];
        SpectralEntropy.Compute(values.View, new() { Entropies = entropies, Gradient = gradient.View, Status = status }, options, new() { RowWeights = weights });
        return new(entropies, gradient.Read(), status);
    }

    private static SpectralRun OnSpans32(SpectralEntropyOptions options, double[][] rows, double[]? weights, bool inPlace)
    {
        SampleRunner.Rows<float> values = new(ElementType.Float32, rows, 3), gradient = inPlace ? values : values.Empty(true);
        float[] entropies = new float[rows.Length];
        RowStatus[] status = new RowStatus[rows.Length];
        SpectralEntropy.Compute(values.View, new() { Entropies = entropies, Gradient = gradient.View, Status = status }, options, new() { RowWeights = weights?.Select(w => (float)w).ToArray() });
        return new([.. entropies.Select(e => (double)e)], gradient.Read(), status);
    }
}
