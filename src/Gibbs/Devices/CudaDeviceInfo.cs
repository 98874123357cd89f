using System;
using System.Globalization;

namespace Gibbs;

/// <summary>What a device is.</summary>
public sealed record CudaDeviceInfo
{
    internal CudaDeviceInfo()
    {
    }

    /// <summary>The ordinal.</summary>
    public int Ordinal { get; internal init; }

    /// <summary>The name that the driver gives.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The compute capability.</summary>
    public Version ComputeCapability { get; internal init; } = new();

    /// <summary>Multiprocessors.</summary>
    public int Multiprocessors { get; internal init; }

    /// <summary>The newest CUDA version that the driver supports; 0.0 under emulation.</summary>
    public Version DriverVersion { get; internal init; } = new();

    /// <summary>Bytes of device memory.</summary>
    public long TotalMemory { get; internal init; }

    /// <summary>Bytes of L2 cache.</summary>
    public long L2Bytes { get; internal init; }

    /// <summary>Bytes of shared memory that a block may opt in to.</summary>
    public long SharedMemoryPerBlock { get; internal init; }

    /// <summary>Nominal memory bandwidth, bytes per second (two transfers per clock); 0 where the driver does not tell.</summary>
    public double NominalBandwidth { get; internal init; }

    /// <summary>True under emulation.</summary>
    public bool IsEmulated { get; internal init; }

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}, compute {ComputeCapability}, {Multiprocessors} multiprocessors, {TotalMemory / (double)(1 << 30):0.#} GiB, {(IsEmulated ? "emulated" : $"driver for CUDA {DriverVersion}")}");
}
