using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>The C ABI, name for name: gibbs.h, section "library". <see cref="NativeLoader"/> finds the file behind <see cref="Library"/>.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "gibbs";

    // Getters that neither block nor call back, the only ones for which leaving out the GC transition is safe.
    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int gibbs_abi_version();

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int gibbs_runtime_kind();

    [LibraryImport(Library)]
    internal static partial byte* gibbs_build_info();

    [LibraryImport(Library)]
    internal static partial byte* gibbs_last_error();

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int gibbs_size_of(gibbs_struct which);
}
