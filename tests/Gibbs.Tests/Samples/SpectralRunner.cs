using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Samples;

/// <summary>What a call on spectra gives.</summary>
internal sealed record SpectralRun(double[] Entropies, double[][] Gradient, RowStatus[] Status);

/// <summary>Runs spectral entropies of rows on spans or on device memory; strided, or in place.</summary>
internal static class SpectralRunner
{
    public static SpectralRun Run(string device, ElementType type, SpectralEntropyOptions options, double[][] rows, double[]? weights = null, bool inPlace = false) =>
        device == "native" ? OnDevice(type, options, rows, weights, inPlace) : type == ElementType.Float64 ? OnSpans64(options, rows, weights, inPlace) : OnSpans32(options, rows, weights, inPlace);

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

    private static SpectralRun OnDevice(ElementType type, SpectralEntropyOptions options, double[][] rows, double[]? weights, bool inPlace)
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<RowStatus> status = stream.Allocate<RowStatus>(rows.Length);
        if (type == ElementType.Float64)
        {
            SampleRunner.Rows<double> values = new(type, rows, 3), gradient = values.Empty(true);
            using DeviceBuffer<double> given = stream.Upload<double>(values.Data), result = stream.Upload<double>(gradient.Data), entropies = stream.Allocate<double>(rows.Length), w = stream.Upload<double>(weights ?? []);
            DeviceBuffer<double> target = inPlace ? given : result;
            SpectralEntropy.Compute(stream, values.On(given), new() { Entropies = entropies, Gradient = gradient.On(target), Status = status }, options, new() { RowWeights = w });
            return new(entropies.ToArray(), gradient.Read(target.ToArray()), status.ToArray());
        }
        else
        {
            SampleRunner.Rows<float> values = new(type, rows, 3), gradient = values.Empty(true);
            using DeviceBuffer<float> given = stream.Upload<float>(values.Data), result = stream.Upload<float>(gradient.Data), entropies = stream.Allocate<float>(rows.Length);
            using DeviceBuffer<float> w = stream.Upload<float>([.. (weights ?? []).Select(v => (float)v)]);
            DeviceBuffer<float> target = inPlace ? given : result;
            SpectralEntropy.Compute(stream, values.On(given), new() { Entropies = entropies, Gradient = gradient.On(target), Status = status }, options, new() { RowWeights = w });
            return new([.. entropies.ToArray().Select(e => (double)e)], gradient.Read(target.ToArray()), status.ToArray());
        }
    }
}
