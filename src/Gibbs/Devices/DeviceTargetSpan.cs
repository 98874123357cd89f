using System;

namespace Gibbs;

/// <summary>Hard targets in device memory, int32 or int64. Converts from either view; <c>default</c> means none.</summary>
public readonly record struct DeviceTargetSpan
{
    private DeviceTargetSpan(nint pointer, long length, int device, int elementBytes)
    {
        Pointer = pointer;
        Length = length;
        Device = device;
        ElementBytes = elementBytes;
    }

    /// <summary>The device address.</summary>
    public nint Pointer { get; }

    /// <summary>Targets.</summary>
    public long Length { get; }

    /// <summary>The ordinal of the device.</summary>
    public int Device { get; }

    /// <summary>4 or 8; 0 where there are none.</summary>
    public int ElementBytes { get; }

    /// <summary>Int32 targets.</summary>
    public static implicit operator DeviceTargetSpan(DeviceSpan<int> targets) => new(targets.Pointer, targets.Length, targets.Device, sizeof(int));

    /// <summary>Int64 targets.</summary>
    public static implicit operator DeviceTargetSpan(DeviceSpan<long> targets) => new(targets.Pointer, targets.Length, targets.Device, sizeof(long));

    /// <summary>Int32 targets.</summary>
    public static implicit operator DeviceTargetSpan(DeviceBuffer<int> targets) => (targets ?? throw new ArgumentNullException(nameof(targets))).Span;

    /// <summary>Int64 targets.</summary>
    public static implicit operator DeviceTargetSpan(DeviceBuffer<long> targets) => (targets ?? throw new ArgumentNullException(nameof(targets))).Span;
}
