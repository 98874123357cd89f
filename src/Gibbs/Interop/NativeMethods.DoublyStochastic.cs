using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/doubly_stochastic.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_doubly_stochastic_run(nint device, nint stream, gibbs_doubly_stochastic* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_balanced_assignment_workspace(nint device, gibbs_balanced_assignment* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_balanced_assignment_run(nint device, nint stream, gibbs_balanced_assignment* arguments);
}
