using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/sparse_transport.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sparse_transport_workspace(nint device, gibbs_sparse_transport* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sparse_transport_run(nint device, nint stream, gibbs_sparse_transport* arguments);
}
