using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>Somewhere that row maps can run: a device's memory, and calls on it.</summary>
internal abstract class ProjectionDevice(TestDevice memory)
{
    public TestDevice Memory { get; } = memory;

    /// <summary>"cpu", or "native": the native library that this process binds.</summary>
    public static ProjectionDevice Get(string name) => name == "cpu" ? new CpuProjections(TestDevices.Get("cpu")) : new NativeProjections(TestDevices.Native());

    public abstract void Forward(RawProjection call);

    public abstract void Gradient(RawProjection call);

    /// <summary>The number of entries that are not 0.</summary>
    public abstract long Sparse(RawProjection call);
}
