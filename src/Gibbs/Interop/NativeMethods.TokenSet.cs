using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/token_set.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_token_set_workspace(nint device, gibbs_token_set* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_token_set_run(nint device, nint stream, gibbs_token_set* arguments);
}
