using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/softmax_cross_entropy.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_softmax_cross_entropy_workspace(nint device, gibbs_softmax_cross_entropy* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_softmax_cross_entropy_run(nint device, nint stream, gibbs_softmax_cross_entropy* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_softmax_cross_entropy_gradient(nint device, nint stream, gibbs_softmax_cross_entropy* arguments);
}
