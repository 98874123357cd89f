using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>gibbs/runtime.h: devices, memory, streams, events. A <c>gibbs_device*</c>, a CUstream, an event and device memory are all <see cref="nint"/>.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_device_count(int* count, byte** reason);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_device_open(int ordinal, nint* device);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_device_close(nint device);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_device_get_info(nint device, gibbs_device_info* info);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_stream_create(nint device, nint* stream);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_stream_destroy(nint device, nint stream);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_stream_synchronize(nint device, nint stream);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_memory_allocate(nint device, nint stream, long bytes, nint* pointer);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_memory_free(nint device, nint stream, nint pointer);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_memory_copy(nint device, nint stream, nint destination, nint source, long bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_memory_set(nint device, nint stream, nint destination, int byte_value, long bytes);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_host_allocate(nint device, long bytes, nint* pointer);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_host_free(nint device, nint pointer);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_pointer_device(nint pointer, int* ordinal);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_event_create(nint device, nint* @event);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_event_destroy(nint @event);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_event_record(nint @event, nint stream);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_event_synchronize(nint @event);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_event_elapsed(nint begin, nint end, double* milliseconds);

    [LibraryImport(Library)]
    internal static partial gibbs_status gibbs_benchmark_copy(nint device, nint stream, nint destination, nint source, long bytes, nint sink);
}
