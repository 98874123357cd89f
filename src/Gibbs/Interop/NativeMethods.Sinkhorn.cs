using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/sinkhorn.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sinkhorn_workspace(nint device, gibbs_sinkhorn* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sinkhorn_run(nint device, nint stream, gibbs_sinkhorn* arguments);
}
