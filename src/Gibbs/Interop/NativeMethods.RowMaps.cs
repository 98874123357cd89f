using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/row_map.h, fenchel_young.h and global_mask.h.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_row_map_workspace(nint device, gibbs_row_map* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_row_map_run(nint device, nint stream, gibbs_row_map* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_row_map_sparse(nint device, nint stream, gibbs_row_map* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_row_map_gradient(nint device, nint stream, gibbs_row_map* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_fenchel_young_workspace(nint device, gibbs_fenchel_young* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_fenchel_young_run(nint device, nint stream, gibbs_fenchel_young* arguments);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_global_mask_workspace(nint device, gibbs_global_mask* arguments, long* bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_global_mask_run(nint device, nint stream, gibbs_global_mask* arguments);
}
