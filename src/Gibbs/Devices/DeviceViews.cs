using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gibbs;

/// <summary>Checks of device views beyond their shapes: device, null and misaligned pointers, 64-bit extent, overlap. Device memory is not read.</summary>
internal static unsafe class DeviceViews
{
    /// <summary>The pointer of an array, 0 where it is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // most arrays of a call are empty: no copy of the view, no call
    public static nint Pointer<T>(DeviceSpan<T> view, string name, int device)
        where T : unmanaged
    {
        if (view.IsEmpty)
            return 0;
        CheckPointer(view.Pointer, sizeof(T), view.Device, name, device);
        return view.Pointer;
    }

    /// <summary>The pointer of a single value, 0 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Scalar<T>(DeviceSpan<T> view, string name, int device)
        where T : unmanaged
    {
        if (view.Length > 1)
            ThrowScalar(name, view.Length);
        return Pointer(view, name, device);
    }

    /// <summary>The pointer of hard targets, 0 where there are none.</summary>
    public static nint Pointer(DeviceTargetSpan targets, string name, int device)
    {
        if (targets.Length == 0)
            return 0;
        CheckPointer(targets.Pointer, targets.ElementBytes, targets.Device, name, device);
        return targets.Pointer;
    }

    /// <summary>The pointer of rows, 0 where there are no elements.</summary>
    public static nint Pointer<T>(DeviceSpan2D<T> view, string name, int device)
        where T : unmanaged
    {
        if (view.IsEmpty)
            return 0;
        if (Math.BigMul(view.Rows, view.Stride, out long low) != 0 || low < 0 || low > long.MaxValue / sizeof(T))
            ThrowExtent(name, view.Rows, view.Stride);
        CheckPointer(view.Pointer, sizeof(T), view.Device, name, device);
        return view.Pointer;
    }

    /// <summary>Whether an address can be that of elements of a size, on the stream's device.</summary>
    public static bool IsUsable(nint pointer, int elementBytes, int viewDevice, int device) =>
        viewDevice == device && pointer != 0 && (pointer & (Alignment(elementBytes) - 1)) == 0;

    /// <summary>Throws where a device address cannot be that of elements of a size, on the stream's device.</summary>
    public static void CheckPointer(nint pointer, int elementBytes, int viewDevice, string name, int device)
    {
        if (IsUsable(pointer, elementBytes, viewDevice, device))
            return;
        if (viewDevice != device)
            ThrowDevice(name, viewDevice, device);
        ThrowPointer(name, pointer, Alignment(elementBytes));
    }

    /// <summary>A result of the source's shape may lie exactly on it, or share no element with it.</summary>
    public static void CheckInPlaceOrApart<T>(DeviceSpan2D<T> source, string sourceName, DeviceSpan2D<T> result, string name)
        where T : unmanaged
    {
        if (source.Pointer == result.Pointer && (source.Stride == result.Stride || source.Rows == 1))
            return;
        if (Overlap(source, result))
            throw new ArgumentException($"{name} overlaps {sourceName} without being the same memory; give it the pointer and stride of {sourceName}, or memory apart.", ArgumentChecks.Root(name));
    }

    /// <summary>A result must share no element with a source of as many rows.</summary>
    public static void CheckApart<T>(DeviceSpan2D<T> source, string sourceName, DeviceSpan2D<T> result, string name)
        where T : unmanaged
    {
        if (Overlap(source, result))
            throw new ArgumentException($"{name} overlaps {sourceName}; give it memory apart.", ArgumentChecks.Root(name));
    }

    private static bool Overlap<T>(DeviceSpan2D<T> source, DeviceSpan2D<T> result)
        where T : unmanaged
    {
        if (source.IsEmpty || result.IsEmpty)
            return false;
        if ((Int128)source.Pointer + Bytes(source) <= result.Pointer || (Int128)result.Pointer + Bytes(result) <= source.Pointer)
            return false;

        // Rows of one may lie in the gaps of the other.
        long stride = source.Stride * sizeof(T);
        long gap = (result.Pointer - source.Pointer) % stride;
        gap = gap < 0 ? gap + stride : gap;
        return source.Stride != result.Stride || gap < source.Columns * sizeof(T) || gap > (source.Stride - result.Columns) * sizeof(T);
    }

    // The largest power of two in the size; no element asks for more than its 8-byte fields do.
    private static int Alignment(int elementBytes) => Math.Min(elementBytes & -elementBytes, sizeof(long));

    private static Int128 Bytes<T>(DeviceSpan2D<T> view)
        where T : unmanaged => ((((Int128)view.Rows - 1) * view.Stride) + view.Columns) * sizeof(T);

    [DoesNotReturn]
    private static void ThrowScalar(string name, long length) =>
        throw new ArgumentException($"{name} has {length} elements; it needs 1, or none.", ArgumentChecks.Root(name));

    [DoesNotReturn]
    private static void ThrowExtent(string name, long rows, long stride) =>
        throw new ArgumentException($"{name} has {rows} rows with stride {stride}; they reach beyond 64-bit addresses.", ArgumentChecks.Root(name));

    [DoesNotReturn]
    private static void ThrowDevice(string name, int viewDevice, int device) =>
        throw new ArgumentException($"{name} lies on device {viewDevice}, the stream on device {device}; both must be the same.", ArgumentChecks.Root(name));

    [DoesNotReturn]
    private static void ThrowPointer(string name, nint pointer, int alignment) =>
        throw new ArgumentException($"{name} points to 0x{pointer:x}; it must be a device address that is a multiple of {alignment}.", ArgumentChecks.Root(name));
}
