using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Matrices on the device for the conformance of divergences: uploaded, and read back beside what the CPU gave.</summary>
internal static class DeviceRows
{
    public static CudaStream Stream => TestDevices.Native().Stream;

    public static DeviceBuffer<double> Upload(double[,] matrix) => Stream.Upload<double>(matrix.Cast<double>().ToArray());

    public static DeviceBuffer<double> Upload(double[]? values) => Stream.Upload<double>(values ?? []);

    public static DeviceBuffer<float> UploadSingle(double[,] matrix) => Stream.Upload<float>([.. matrix.Cast<double>().Select(v => (float)v)]);

    /// <summary>Everywhere within an absolute tolerance, NaN where the other is.</summary>
    public static void Near(Array expected, double[] found, double tolerance)
    {
        double[] wanted = [.. expected.Cast<object>().Select(Convert.ToDouble)];
        Assert.That(found, Has.Length.EqualTo(wanted.Length));
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] != found[i] && !(double.IsNaN(wanted[i]) && double.IsNaN(found[i])))
                Assert.That(found[i], Is.EqualTo(wanted[i]).Within(tolerance), $"element {i}");
        }
    }

    public static double[] Wide(float[] values) => [.. values.Select(v => (double)v)];
}
