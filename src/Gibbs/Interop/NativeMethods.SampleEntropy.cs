using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/sample_entropy.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sample_entropy_workspace(nint device, gibbs_sample_entropy* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sample_entropy_run(nint device, nint stream, gibbs_sample_entropy* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_spectral_entropy_run(nint device, nint stream, gibbs_spectral_entropy* arguments);
}
