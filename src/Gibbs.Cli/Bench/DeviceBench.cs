using System;
using System.Collections.Generic;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Bench;

/// <summary>
/// Times an operation in device memory with device events, against the faster of the driver's copy and a copy kernel (a read kernel for a forward pass).
/// </summary>
internal static class DeviceBench<T, TReal, TKernels>
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    // Where the device does not tell its cache.
    private const long DefaultCacheBytes = 64L << 20;

    public static BenchFigures Run(BenchSettings settings, CudaStream stream)
    {
        CudaDevice device = stream.Device;
        long cache = device.IsEmulated ? 0 : device.Info.L2Bytes > 0 ? device.Info.L2Bytes : DefaultCacheBytes;
        int buffers = settings.Buffers(cache);
        long elements = (long)settings.Rows * settings.Columns;
        // Copies move packs of 16 bytes.
        long padded = (elements + 15) / 16 * 16;
        bool copies = settings.Operation.Gradient;
        if (padded * settings.ElementSize * buffers * (copies ? 2 : 1) > 0.9 * device.Info.TotalMemory && !device.IsEmulated)
            throw new Failure($"{settings.Rows} x {settings.Columns} does not fit into the device's memory");

        List<IDisposable> owned = [];
        DeviceSpan<TElement> Keep<TElement>(DeviceBuffer<TElement> buffer)
            where TElement : unmanaged
        {
            owned.Add(buffer);
            return buffer.Span;
        }

        try
        {
            DeviceSpan<T> pristine = Upload(stream, Keep(stream.Allocate<T>(padded)));
            DeviceSpan<T>[] logits = new DeviceSpan<T>[buffers];
            DeviceSpan<T>[] others = new DeviceSpan<T>[buffers];
            for (int i = 0; i < buffers; i++)
            {
                logits[i] = Keep(stream.Allocate<T>(padded));
                others[i] = copies ? Keep(stream.Allocate<T>(padded)) : default;
                stream.EnqueueCopy(pristine, logits[i]);
            }

            DeviceSpan<int> targets = Keep(stream.Upload<int>(BenchData.Targets(settings.Rows, settings.Columns)));
            DeviceSpan<TReal> loss = Keep(stream.Allocate<TReal>(1));
            DeviceSpan<uint> sink = Keep(stream.Allocate<uint>(4));
            using CudaEvent begin = device.CreateEvent();
            using CudaEvent end = device.CreateEvent();
            double Time(Action action)
            {
                begin.Record(stream);
                action();
                end.Record(stream);
                return end.MillisecondsSince(begin);
            }

            DeviceSpan2D<T> Rows(int i) => logits[i].AsRows(settings.Rows, settings.Columns);
            DeviceCrossEntropyOutputs<T, TReal> Outputs(int i) => new()
            {
                Loss = loss,
                Gradient = settings.Operation.InPlace ? Rows(i) : copies ? others[i].AsRows(settings.Rows, settings.Columns) : default,
            };
            // As in a training loop: the scratch is allocated once.
            DeviceSpan<byte> workspace = Keep(stream.Allocate<byte>(TKernels.WorkspaceBytes(stream, Rows(0), targets, Outputs(0), default, default)));
            void Operate(int i) => TKernels.Compute(stream, Rows(i), targets, Outputs(i), default, new() { Workspace = workspace });

            void Restore()
            {
                foreach (DeviceSpan<T> buffer in logits)
                    stream.EnqueueCopy(pristine, buffer);
            }

            void Kernel(int i) => stream.EnqueueBenchmarkCopy(copies ? Bytes(others[i]) : default, Bytes(logits[i]), sink);
            void Driver(int i) => stream.EnqueueCopy(logits[i], others[i]);
            BenchSampler sampler = new(buffers, settings.Budget);
            Action? prepare = settings.Operation.InPlace ? Restore : null;
            BenchFigures figures = copies
                ? sampler.Run(prepare, Time, Operate, ("a copy kernel", Kernel), ("the driver's copy", Driver))
                : sampler.Run(prepare, Time, Operate, ("a read kernel", Kernel));
            return figures;
        }
        finally
        {
            owned.ForEach(static buffer => buffer.Dispose());
        }
    }

    // In parts: the host needs no array of the device's size.
    private static DeviceSpan<T> Upload(CudaStream stream, DeviceSpan<T> destination)
    {
        T[] block = new T[(int)Math.Min(destination.Length, 1 << 22)];
        BenchData.FillLogits<T, TReal, TKernels>(block);
        for (long start = 0; start < destination.Length; start += block.Length)
        {
            int count = (int)Math.Min(block.Length, destination.Length - start);
            stream.Copy(block.AsSpan(0, count), destination.Slice(start, count));
        }

        return destination;
    }

    private static unsafe DeviceSpan<byte> Bytes(DeviceSpan<T> span) => new(span.Pointer, span.Length * sizeof(T), span.Device);
}
