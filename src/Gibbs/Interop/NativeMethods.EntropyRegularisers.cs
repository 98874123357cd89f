using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/entropy_penalty.h, batch_entropy.h and conditional_class_entropy.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_entropy_penalty_workspace(nint device, gibbs_entropy_penalty* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_entropy_penalty_run(nint device, nint stream, gibbs_entropy_penalty* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_batch_entropy_workspace(nint device, gibbs_batch_entropy* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_batch_entropy_run(nint device, nint stream, gibbs_batch_entropy* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_conditional_class_entropy_workspace(nint device, gibbs_conditional_class_entropy* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_conditional_class_entropy_run(nint device, nint stream, gibbs_conditional_class_entropy* arguments);
}
