using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/sinkhorn_divergence.h, gibbs/wasserstein.h, gibbs/bures_wasserstein.h, gibbs/wasserstein_barycenter.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sinkhorn_divergence_workspace(nint device, gibbs_sinkhorn_divergence* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_sinkhorn_divergence_run(nint device, nint stream, gibbs_sinkhorn_divergence* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_wasserstein_workspace(nint device, gibbs_wasserstein* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_wasserstein_run(nint device, nint stream, gibbs_wasserstein* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_bures_wasserstein_workspace(nint device, gibbs_bures_wasserstein* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_bures_wasserstein_run(nint device, nint stream, gibbs_bures_wasserstein* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_wasserstein_barycenter_workspace(nint device, gibbs_wasserstein_barycenter* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_wasserstein_barycenter_run(nint device, nint stream, gibbs_wasserstein_barycenter* arguments);
}
