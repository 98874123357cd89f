using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Samples;

/// <summary>Of device memory alone: gradients that overlap points, scratch that is too small.</summary>
[TestFixture]
[Category("Native")]
public sealed class SampleDeviceTests
{
    [Test]
    public void GradientsLieApart()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<float> x = stream.Upload<float>(new float[12]);
        Assert.That(
            () => SampleEntropy.Compute(stream, x.AsRows(6, 2), new DeviceSampleEntropyOutputs<float, float> { Gradient = x.AsRows(6, 2) }),
            Throws.ArgumentException.With.Message.Contains("outputs.Gradient overlaps points that are read until the end"));
    }

    [Test]
    public void TooLittleScratchIsRefused()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<float> x = stream.Upload<float>(new float[400]), value = stream.Allocate<float>(1), gradient = stream.Allocate<float>(400);
        DeviceSampleEntropyOutputs<float, float> outputs = new() { Value = value, Gradient = gradient.AsRows(200, 2) };
        long bytes = SampleEntropy.WorkspaceBytes(stream, x.AsRows(200, 2), outputs);
        Assert.That(bytes, Is.InRange(200 * 2 * 8, 200 * 200 * 4), "of the order of the points");
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(bytes - 256);
        Assert.That(
            () => SampleEntropy.Compute(stream, x.AsRows(200, 2), new DeviceSampleEntropyOutputs<float, float> { Value = value, Gradient = gradient.AsRows(200, 2) }, default, new() { Workspace = scratch }),
            Throws.InstanceOf<System.Exception>().With.Message.Contains("workspace_bytes"));
    }
}
