using System;
using System.IO;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>The native library that the test process binds: that of <c>GIBBS_NATIVE_LIBRARY</c>, else the emulated one that CMake built in the checkout.</summary>
internal static class NativeFixture
{
    /// <summary>Opens the first device; skips the test where there is none, fails it where <c>GIBBS_REQUIRE_NATIVE</c> or <c>GIBBS_REQUIRE_GPU</c> asks for one.</summary>
    public static CudaDevice Open()
    {
        Bind();
        if (CudaDevice.Count == 0)
        {
            if (IsSet("GIBBS_REQUIRE_NATIVE") || IsSet("GIBBS_REQUIRE_GPU"))
                Assert.Fail($"a native device is required: {CudaDevice.UnavailableReason}");
            Assert.Ignore(CudaDevice.UnavailableReason!);
        }

        return CudaDevice.Open();
    }

    /// <summary>Chooses the library; skips nothing.</summary>
    public static void Bind()
    {
        NativeRuntime.SearchCheckout();
        if (!NativeRuntime.IsBound && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NativeLoader.Variable)))
            NativeRuntime.Use(RuntimeKind.Emulated);
    }

    /// <summary>The library of a kind that CMake built: beside the one that <c>GIBBS_NATIVE_LIBRARY</c> names, or in the checkout; null where there is none.</summary>
    public static string? Built(RuntimeKind kind)
    {
        if (Environment.GetEnvironmentVariable(NativeLoader.Variable) is { Length: > 0 } named)
        {
            string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(named))!, NativeLoader.FileName(kind));
            if (File.Exists(beside))
                return beside;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "build", "native", "lib", NativeLoader.FileName(kind));
            if (File.Exists(path))
                return path;
        }

        return null;
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && value != "0";
}
