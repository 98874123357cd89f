using System;

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
        BenchOperation operation = settings.Operation;
        int matrices = operation.Reads + (operation.Writes ? 1 : 0);
        if (padded * settings.ElementSize * ((buffers * matrices) + 1) > 0.9 * device.Info.TotalMemory && !device.IsEmulated)
            throw new Failure($"{settings.Rows} x {settings.Columns} does not fit into the device's memory");

        using DeviceArrays arrays = new(stream);
        DeviceSpan<T> pristine = Upload(stream, arrays.Allocate<T>(padded));
        DeviceSpan<T>[] inputs = new DeviceSpan<T>[buffers];
        DeviceSpan<T>[] seconds = new DeviceSpan<T>[buffers];
        DeviceSpan<T>[] outputs = new DeviceSpan<T>[buffers];
        for (int i = 0; i < buffers; i++)
        {
            inputs[i] = Copy();
            seconds[i] = operation.Reads > 1 ? Copy() : default;
            outputs[i] = operation.Writes ? Copy() : default;
        }

        DeviceSpan<uint> sink = arrays.Allocate<uint>(4);
        using CudaEvent begin = device.CreateEvent();
        using CudaEvent end = device.CreateEvent();
        double Time(Action action)
        {
            begin.Record(stream);
            action();
            end.Record(stream);
            return end.MillisecondsSince(begin);
        }

        DeviceSpan2D<T> Rows(DeviceSpan<T> span) => DeviceArrays.Rows(DeviceArrays.First(span, elements), settings.Rows, settings.Columns);
        DeviceWork<T> work = operation.OnDevice<T, TReal, TKernels>(settings, arrays, Rows(inputs[0]));
        for (int i = 0; work.Prepare is not null && i < buffers; i++)
            work.Prepare(Rows(inputs[i]), Rows(seconds[i]), default);
        void Operate(int i) => work.Step(Rows(inputs[i]), Rows(seconds[i]), Rows(operation.InPlace ? inputs[i] : outputs[i]));

        void Restore()
        {
            foreach (DeviceSpan<T> buffer in inputs)
                stream.EnqueueCopy(pristine, buffer);
        }

        void Kernel(int i) => stream.EnqueueBenchmarkCopy(operation.Writes ? Bytes(outputs[i]) : default, Bytes(inputs[i]), sink);
        void Driver(int i) => stream.EnqueueCopy(inputs[i], outputs[i]);
        BenchSampler sampler = new(buffers, settings.Budget);
        Action? prepare = operation.InPlace ? Restore : null;
        return settings.Scale(operation.Writes
            ? sampler.Run(prepare, Time, Operate, ("a copy kernel", Kernel), ("the driver's copy", Driver))
            : sampler.Run(prepare, Time, Operate, ("a read kernel", Kernel)));

        DeviceSpan<T> Copy()
        {
            DeviceSpan<T> copy = arrays.Allocate<T>(padded);
            stream.EnqueueCopy(pristine, copy);
            return copy;
        }
    }

    // In parts: the host needs no array of the device's size.
    private static DeviceSpan<T> Upload(CudaStream stream, DeviceSpan<T> destination)
    {
        T[] block = new T[(int)Math.Min(destination.Length, 1 << 22)];
        BenchData.Fill<T, TReal, TKernels>(block);
        for (long start = 0; start < destination.Length; start += block.Length)
        {
            int count = (int)Math.Min(block.Length, destination.Length - start);
            stream.Copy(block.AsSpan(0, count), destination.Slice(start, count));
        }

        return destination;
    }

    private static unsafe DeviceSpan<byte> Bytes(DeviceSpan<T> span) => new(span.Pointer, span.Length * sizeof(T), span.Device);
}
