using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/transport_plan.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_transport_plan_workspace(nint device, gibbs_transport_plan* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_transport_plan_run(nint device, nint stream, gibbs_transport_plan* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_transport_rounding_workspace(nint device, gibbs_transport_rounding* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_transport_rounding_run(nint device, nint stream, gibbs_transport_rounding* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_transport_gradient_workspace(nint device, gibbs_transport_gradient* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_transport_gradient_run(nint device, nint stream, gibbs_transport_gradient* arguments);
}
