using System;

namespace Gibbs;

/// <summary>No native library could be bound, or there is no device to run on: no driver, no such ordinal, or a device that no embedded image fits.</summary>
public sealed class DeviceUnavailableException : PlatformNotSupportedException
{
    /// <summary>A missing library or device.</summary>
    /// <param name="message">What was tried and what would help.</param>
    public DeviceUnavailableException(string message)
        : base(message)
    {
    }
}
