using System;

namespace Gibbs;

/// <summary>Device or pinned memory ran out.</summary>
public sealed class DeviceMemoryException : OutOfMemoryException
{
    /// <summary>An allocation that failed.</summary>
    /// <param name="message">The native library's message.</param>
    public DeviceMemoryException(string message)
        : base(message)
    {
    }
}
