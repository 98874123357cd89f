using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/soft_backup.h, tilt.h and ftrl.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_soft_backup_run(nint device, nint stream, gibbs_soft_backup* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_tilt_run(nint device, nint stream, gibbs_tilt* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_ftrl_run(nint device, nint stream, gibbs_ftrl* arguments);
}
