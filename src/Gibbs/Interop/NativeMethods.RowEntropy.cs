using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/row_entropy.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_row_entropy_workspace(nint device, gibbs_row_entropy* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_row_entropy_run(nint device, nint stream, gibbs_row_entropy* arguments);
}
