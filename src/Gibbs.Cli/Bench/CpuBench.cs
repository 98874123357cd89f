using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Kernels;
using Gibbs.Cpu;

namespace Gibbs.Cli.Bench;

/// <summary>Times an operation on spans, against the fastest of plain and streaming-store copies by the same threads (a read for a forward pass).</summary>
internal static unsafe class CpuBench<T, TReal, TKernels>
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    // Where the system does not tell.
    private const long DefaultCacheBytes = 64L << 20;

    public static BenchFigures Run(BenchSettings settings)
    {
        int buffers = settings.Buffers(CacheBytes());
        BenchOperation operation = settings.Operation;
        // The rows, what else is read, a destination where something is written, and what restores rows that were overwritten.
        int matrices = operation.Reads + (operation.Writes ? 1 : 0);
        long needed = settings.MatrixBytes * (((long)buffers * matrices) + 1);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > 0.8 * available)
            throw new Failure($"{settings.Rows} x {settings.Columns} needs {needed >> 20} MiB, and this machine has {available >> 20}");

        T** inputs = Table(buffers);
        T** seconds = Table(buffers);
        T** outputs = Table(buffers);
        T* pristine = null;
        try
        {
            pristine = Allocate(settings);
            Fill(pristine, settings);
            for (int i = 0; i < buffers; i++)
            {
                inputs[i] = Copy(pristine, settings);
                if (operation.Reads > 1)
                    seconds[i] = Copy(pristine, settings);
                if (operation.Writes)
                    outputs[i] = Copy(pristine, settings);
            }

            return Measure(settings, buffers, inputs, seconds, outputs, pristine);
        }
        finally
        {
            NativeMemory.AlignedFree(pristine);
            Free(inputs, buffers);
            Free(seconds, buffers);
            Free(outputs, buffers);
        }
    }

    private static BenchFigures Measure(BenchSettings settings, int buffers, T** inputs, T** seconds, T** outputs, T* pristine)
    {
        HostWork<T> work = settings.Operation.OnHost<T, TReal, TKernels>(settings);
        bool inPlace = settings.Operation.InPlace;
        Span2D<T> Rows(T* memory) => memory == null ? default : new(memory, settings.Rows, settings.Columns, 0);
        for (int i = 0; work.Prepare is not null && i < buffers; i++)
            work.Prepare(Rows(inputs[i]), Rows(seconds[i]), default);
        void Operate(int i) => work.Step(Rows(inputs[i]), Rows(seconds[i]), Rows(inPlace ? inputs[i] : outputs[i]));

        // All of them before each sweep: together they are bigger than the cache, so that none is found there.
        void Restore()
        {
            for (int i = 0; i < buffers; i++)
                NativeMemory.Copy(pristine, inputs[i], (nuint)settings.MatrixBytes);
        }

        static double Time(Action action)
        {
            long begin = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        BenchSampler sampler = new(buffers, settings.Budget);
        Action? prepare = inPlace ? Restore : null;
        return settings.Scale(settings.Operation.Writes
            ? sampler.Run(
                prepare,
                Time,
                Operate,
                ("a block copy", i => CpuBandwidth.Copy<T>(Rows(inputs[i]), Rows(outputs[i]), CopyKind.Plain)),
                ("a vector copy", i => CpuBandwidth.Copy<T>(Rows(inputs[i]), Rows(outputs[i]), CopyKind.Vector)),
                ("a streaming-store copy", i => CpuBandwidth.Copy<T>(Rows(inputs[i]), Rows(outputs[i]), CopyKind.Streaming)))
            : sampler.Run(prepare, Time, Operate, ("a read", i => CpuBandwidth.Read<T>(Rows(inputs[i])))));
    }

    private static T** Table(int buffers) => (T**)NativeMemory.AllocZeroed((nuint)buffers, (nuint)sizeof(T*));

    private static T* Copy(T* source, BenchSettings settings)
    {
        T* copy = Allocate(settings);
        NativeMemory.Copy(source, copy, (nuint)settings.MatrixBytes);
        return copy;
    }

    private static void Free(T** table, int buffers)
    {
        for (int i = 0; i < buffers; i++)
            NativeMemory.AlignedFree(table[i]);
        NativeMemory.Free(table);
    }

    private static T* Allocate(BenchSettings settings) => (T*)NativeMemory.AlignedAlloc((nuint)((settings.MatrixBytes + 63) / 64 * 64), 64);

    private static void Fill(T* memory, BenchSettings settings)
    {
        long elements = (long)settings.Rows * settings.Columns;
        int block = (int)Math.Min(elements, 1 << 22);
        BenchData.Fill<T, TReal, TKernels>(new Span<T>(memory, block));
        for (long start = block; start < elements; start += block)
            new Span<T>(memory, (int)Math.Min(block, elements - start)).CopyTo(new Span<T>(memory + start, block));
    }

    // The largest cache of the first processor, as Linux tells it: "32768K".
    private static long CacheBytes()
    {
        long largest = 0;
        try
        {
            for (int index = 0; index < 8; index++)
            {
                string path = string.Create(CultureInfo.InvariantCulture, $"/sys/devices/system/cpu/cpu0/cache/index{index}/size");
                if (!File.Exists(path))
                    break;
                string text = File.ReadAllText(path).Trim();
                long unit = text.EndsWith('K') ? 1L << 10 : text.EndsWith('M') ? 1L << 20 : 1;
                if (long.TryParse(text.TrimEnd('K', 'M'), NumberStyles.None, CultureInfo.InvariantCulture, out long size))
                    largest = Math.Max(largest, size * unit);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // As if it told nothing.
        }

        return largest > 0 ? largest : DefaultCacheBytes;
    }
}
