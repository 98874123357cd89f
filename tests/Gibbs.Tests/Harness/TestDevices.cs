using System;

using NUnit.Framework;

namespace Gibbs.Tests.Harness;

/// <summary>The devices by the names that fixtures are made with. What is not there is skipped with the reason, or fails where the environment says it must be there.</summary>
internal static class TestDevices
{
    private static readonly CpuDevice s_cpu = new();
    private static readonly Lazy<(CudaDevice? Device, CudaStream? Stream, string Reason)> s_native = new(OpenNative);

    /// <summary>"cpu", or "native": the native library that this process binds. GIBBS_TEST_REFERENCE=1 puts the rounded reference in place of both, to check the tests.</summary>
    public static TestDevice Get(string name) => IsSet("GIBBS_TEST_REFERENCE") ? new ReferenceDevice() : name == "cpu" ? s_cpu : Native();

    public static NativeDevice Native()
    {
        if (s_native.Value.Stream is { } stream)
            return new(stream);
        string message = $"no native device: {s_native.Value.Reason}";
        if (IsSet("GIBBS_REQUIRE_NATIVE") || IsSet("GIBBS_REQUIRE_GPU"))
            Assert.Fail(message);
        Assert.Ignore(message);
        throw new InvalidOperationException();
    }

    /// <summary>The native device where it is a GPU.</summary>
    public static NativeDevice Gpu()
    {
        bool present = s_native.Value.Device is { IsEmulated: false };
        if (!present && IsSet("GIBBS_REQUIRE_GPU"))
            Assert.Fail($"no GPU: {(s_native.Value.Device is { } emulated ? $"the bound device is {emulated.Name}" : s_native.Value.Reason)}");
        if (!present)
            Assert.Ignore("needs a GPU");
        return Native();
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && value != "0";

    private static (CudaDevice? Device, CudaStream? Stream, string Reason) OpenNative()
    {
        try
        {
            if (CudaDevice.Count == 0)
                return (null, null, CudaDevice.UnavailableReason ?? "no devices");
            CudaDevice device = CudaDevice.Open();
            return (device, device.CreateStream(), "");
        }
        catch (Exception error) when (error is DllNotFoundException or PlatformNotSupportedException or NotSupportedException)
        {
            return (null, null, error.Message);
        }
    }
}
