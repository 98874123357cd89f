using System;

namespace Gibbs;

/// <summary>The CUDA driver, the emulator or the native library failed; the message is the native library's and holds the driver's name of the error.</summary>
public sealed class GibbsNativeException : Exception
{
    /// <summary>A failure.</summary>
    /// <param name="kind">Where it came from.</param>
    /// <param name="message">The native library's message.</param>
    public GibbsNativeException(NativeErrorKind kind, string message)
        : base(message) => Kind = kind;

    /// <summary>Where the failure came from.</summary>
    public NativeErrorKind Kind { get; }
}
