using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/policy_loss.h, group_advantage.h and token_statistics.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_policy_loss_workspace(nint device, gibbs_policy_loss* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_policy_loss_run(nint device, nint stream, gibbs_policy_loss* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_group_advantage_run(nint device, nint stream, gibbs_group_advantage* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_token_statistics_workspace(nint device, gibbs_token_statistics* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_token_statistics_run(nint device, nint stream, gibbs_token_statistics* arguments);
}
