using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/row_divergence.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_row_divergence_workspace(nint device, gibbs_row_divergence* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_row_divergence_run(nint device, nint stream, gibbs_row_divergence* arguments);
}
