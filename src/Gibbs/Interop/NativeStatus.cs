using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>From native statuses to exceptions; the text is the native library's own.</summary>
internal static class NativeStatus
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ThrowIfFailed(gibbs_status status)
    {
        if (status != gibbs_status.GIBBS_OK)
            Throw(status);
    }

    public static unsafe string LastError() => Marshal.PtrToStringUTF8((nint)NativeMethods.gibbs_last_error()) ?? "";

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(gibbs_status status)
    {
        string message = LastError();
        if (message.Length == 0)
            message = $"the native library reported {status}";
        throw status switch
        {
            gibbs_status.GIBBS_INVALID_ARGUMENT => new ArgumentException(message),
            gibbs_status.GIBBS_NO_DEVICE => new DeviceUnavailableException(message),
            gibbs_status.GIBBS_OUT_OF_MEMORY => new DeviceMemoryException(message),
            gibbs_status.GIBBS_DRIVER_ERROR => new GibbsNativeException(NativeErrorKind.Driver, message),
            gibbs_status.GIBBS_EMULATOR_ERROR => new GibbsNativeException(NativeErrorKind.Emulator, message),
            _ => new GibbsNativeException(NativeErrorKind.Internal, message),
        };
    }
}
