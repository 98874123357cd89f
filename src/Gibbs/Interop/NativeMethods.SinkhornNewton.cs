using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/sinkhorn_newton.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sinkhorn_newton_workspace(nint device, gibbs_sinkhorn_newton* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sinkhorn_newton_run(nint device, nint stream, gibbs_sinkhorn_newton* arguments);
}
