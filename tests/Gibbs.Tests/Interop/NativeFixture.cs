using System;
using System.IO;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>The native library that the test process binds: that of <c>GIBBS_NATIVE_LIBRARY</c>, else the emulated one that CMake built in the checkout.</summary>
internal static class NativeFixture
{
    /// <summary>Opens the first device; skips the test where there is none, fails it where <c>GIBBS_REQUIRE_GPU</c> asks for one.</summary>
    public static CudaDevice Open()
    {
        Bind();
        if (CudaDevice.Count == 0)
        {
            if (Environment.GetEnvironmentVariable("GIBBS_REQUIRE_GPU") == "1")
                Assert.Fail($"GIBBS_REQUIRE_GPU=1, and there is no device: {CudaDevice.UnavailableReason}");
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

    /// <summary>The library of a kind that CMake built in the checkout, null where there is none.</summary>
    public static string? Built(RuntimeKind kind)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "build", "native", "lib", NativeLoader.FileName(kind));
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
