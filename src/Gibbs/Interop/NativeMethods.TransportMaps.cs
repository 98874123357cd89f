using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/elastic_map.h, gibbs/entropy_coupling.h, gibbs/monge_gap.h and gibbs/inverse_transport.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_elastic_map_workspace(nint device, gibbs_elastic_map* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_elastic_map_run(nint device, nint stream, gibbs_elastic_map* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_elastic_map_embed(nint device, nint stream, gibbs_elastic_map* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_entropy_coupling_workspace(nint device, gibbs_entropy_coupling* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_entropy_coupling_run(nint device, nint stream, gibbs_entropy_coupling* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_monge_gap_workspace(nint device, gibbs_monge_gap* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_monge_gap_run(nint device, nint stream, gibbs_monge_gap* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_inverse_transport_workspace(nint device, gibbs_inverse_transport* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_inverse_transport_run(nint device, nint stream, gibbs_inverse_transport* arguments);
}
