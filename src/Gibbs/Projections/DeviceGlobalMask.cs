using System;
using System.Runtime.InteropServices;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C structs and the native call. No managed memory is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceGlobalMask
{
    // Tensors described on the stack; more go to native memory for the time of the call.
    private const int OnStack = 64;

    public static void KeepLargest<T, TReal>(
        CudaStream stream,
        ReadOnlySpan<DeviceMaskTensor<T>> tensors,
        long count,
        MaskScore score,
        DeviceSpan<TReal> threshold,
        DeviceSpan<byte> workspace)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        GlobalMaskValidation.CheckScore<T>(score);
        if (!threshold.IsEmpty && (typeof(T) == typeof(double)) != (typeof(TReal) == typeof(double)))
            ArgumentChecks.Fail(nameof(threshold), $"threshold holds {typeof(TReal).Name} for tensors of {typeof(T).Name}; it must hold double for double, float for the other types.");
        Call<T> call = new(tensors, count, score)
        {
            Threshold = DeviceViews.Scalar(threshold, nameof(threshold), stream.Device.Ordinal),
            Workspace = DeviceViews.Pointer(workspace, nameof(workspace), stream.Device.Ordinal),
            WorkspaceBytes = workspace.Length,
        };
        Invoke(stream, call, query: false);
    }

    public static long WorkspaceBytes<T>(CudaStream stream, ReadOnlySpan<DeviceMaskTensor<T>> tensors, long count, MaskScore score)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        GlobalMaskValidation.CheckScore<T>(score);
        return Invoke<T>(stream, new(tensors, count, score), query: true);
    }

    // The described tensors live until the native call returns.
    private static long Invoke<T>(CudaStream stream, Call<T> call, bool query)
        where T : unmanaged
    {
        if (call.Tensors.Length <= OnStack)
        {
            gibbs_mask_tensor* described = stackalloc gibbs_mask_tensor[OnStack];
            return Invoke(stream, call, described, query);
        }

        gibbs_mask_tensor* memory = (gibbs_mask_tensor*)NativeMemory.Alloc((nuint)call.Tensors.Length, (nuint)sizeof(gibbs_mask_tensor));
        try
        {
            return Invoke(stream, call, memory, query);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static long Invoke<T>(CudaStream stream, Call<T> call, gibbs_mask_tensor* described, bool query)
        where T : unmanaged
    {
        GlobalMaskValidation.CheckCount(call.Count, Describe(call.Tensors, call.Score, stream.Device.Ordinal, described));
        gibbs_global_mask arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_global_mask),
            type = NativeTypes.Of<T>(),
            score = (int)call.Score,
            tensors = (nint)described,
            tensor_count = call.Tensors.Length,
            count = call.Count,
            threshold = call.Threshold,
            workspace = call.Workspace,
            workspace_bytes = call.WorkspaceBytes,
        };
        using CudaStream.Use use = new(stream);
        long bytes = 0;
        NativeStatus.ThrowIfFailed(query
            ? NativeMethods.gibbs_global_mask_workspace(use.Device, &arguments, &bytes)
            : NativeMethods.gibbs_global_mask_run(use.Device, use.Stream, &arguments));
        return bytes;
    }

    // Checks the tensors and fills their structs; gives their total length.
    private static long Describe<T>(ReadOnlySpan<DeviceMaskTensor<T>> tensors, MaskScore score, int device, gibbs_mask_tensor* described)
        where T : unmanaged
    {
        long total = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            ref readonly DeviceMaskTensor<T> tensor = ref tensors[i];
            long length = GlobalMaskValidation.CheckTensor(i, tensor.Weights.Length, tensor.Other.Length, tensor.Mask.Length, tensor.Masked.Length, score);
            described[i] = new()
            {
                weights = Pointer(tensor.Weights, i, "Weights", device),
                other = Pointer(tensor.Other, i, "Other", device),
                mask = Pointer(tensor.Mask, i, "Mask", device),
                masked = Pointer(tensor.Masked, i, "Masked", device),
                length = length,
            };
            CheckApart(tensor.Weights, tensor.Masked, i, "Weights", sameAllowed: true);
            CheckApart(tensor.Other, tensor.Masked, i, "Other", sameAllowed: false);
            total = checked(total + length);
        }

        return total;
    }

    // The name is only made where it is needed: a call allocates nothing.
    private static nint Pointer<T>(DeviceSpan<T> view, int index, string member, int device)
        where T : unmanaged
    {
        if (view.IsEmpty)
            return 0;
        if (!DeviceViews.IsUsable(view.Pointer, sizeof(T), view.Device, device))
            DeviceViews.CheckPointer(view.Pointer, sizeof(T), view.Device, $"tensors[{index}].{member}", device);
        return view.Pointer;
    }

    private static void CheckApart<T>(DeviceSpan<T> source, DeviceSpan<T> masked, int index, string member, bool sameAllowed)
        where T : unmanaged
    {
        if (source.IsEmpty || masked.IsEmpty || (sameAllowed && source.Pointer == masked.Pointer))
            return;
        Int128 bytes = (Int128)masked.Length * sizeof(T);
        if (source.Pointer < masked.Pointer + bytes && masked.Pointer < source.Pointer + bytes)
            ArgumentChecks.Fail("tensors", $"tensors[{index}].Masked overlaps {member}; give it {(sameAllowed ? "the weights' own memory, or " : "")}memory apart.");
    }

    private readonly ref struct Call<T>(ReadOnlySpan<DeviceMaskTensor<T>> tensors, long count, MaskScore score)
        where T : unmanaged
    {
        public ReadOnlySpan<DeviceMaskTensor<T>> Tensors { get; } = tensors;

        public long Count { get; } = count;

        public MaskScore Score { get; } = score;

        public nint Threshold { get; init; }

        public nint Workspace { get; init; }

        public long WorkspaceBytes { get; init; }
    }
}
