using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>The C ABI, name for name: gibbs/runtime.h: the library. <see cref="NativeLoader"/> finds the file behind <see cref="Library"/>.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "gibbs";

    // No SuppressGCTransition, not even on getters: the runtime binds such a function when its caller is compiled, before the caller could choose a library.
    [LibraryImport(Library)]
    internal static partial int gibbs_abi_version();

    [LibraryImport(Library)]
    internal static partial int gibbs_runtime_kind();

    [LibraryImport(Library)]
    internal static partial byte* gibbs_build_info();

    [LibraryImport(Library)]
    internal static partial byte* gibbs_last_error();

    [LibraryImport(Library)]
    internal static partial int gibbs_size_of(gibbs_struct which);
}
