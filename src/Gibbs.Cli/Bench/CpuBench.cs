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
        bool copies = settings.Operation.Gradient;
        // Logits, a destination where something is written, and what restores logits that were overwritten.
        long needed = settings.LogitBytes * ((long)buffers * (copies ? 2 : 1) + (settings.Operation.InPlace ? 1 : 0));
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > 0.8 * available)
            throw new Failure($"{settings.Rows} x {settings.Columns} needs {needed >> 20} MiB, and this machine has {available >> 20}");

        T** logits = (T**)NativeMemory.AllocZeroed((nuint)buffers, (nuint)sizeof(T*));
        T** others = (T**)NativeMemory.AllocZeroed((nuint)buffers, (nuint)sizeof(T*));
        T* pristine = null;
        try
        {
            pristine = Allocate(settings);
            Fill(pristine, settings);
            for (int i = 0; i < buffers; i++)
            {
                logits[i] = Allocate(settings);
                NativeMemory.Copy(pristine, logits[i], (nuint)settings.LogitBytes);
                if (copies)
                {
                    others[i] = Allocate(settings);
                    NativeMemory.Clear(others[i], (nuint)settings.LogitBytes);
                }
            }

            return Measure(settings, buffers, logits, others, pristine);
        }
        finally
        {
            NativeMemory.AlignedFree(pristine);
            for (int i = 0; i < buffers; i++)
            {
                NativeMemory.AlignedFree(logits[i]);
                NativeMemory.AlignedFree(others[i]);
            }

            NativeMemory.Free(logits);
            NativeMemory.Free(others);
        }
    }

    private static BenchFigures Measure(BenchSettings settings, int buffers, T** logits, T** others, T* pristine)
    {
        int[] targets = BenchData.Targets(settings.Rows, settings.Columns);
        TReal[] losses = new TReal[settings.Rows];
        Span2D<T> Rows(T* memory) => new(memory, settings.Rows, settings.Columns, 0);

        void Operate(int i)
        {
            Span2D<T> rows = Rows(logits[i]);
            CrossEntropyOutputs<T, TReal> outputs = new()
            {
                Losses = losses,
                Gradient = settings.Operation.InPlace ? rows : settings.Operation.Gradient ? Rows(others[i]) : default,
            };
            TKernels.Compute(rows, targets, outputs, default, default);
        }

        // All of them before each sweep: together they are bigger than the cache, so that none is found there.
        void Restore()
        {
            for (int i = 0; i < buffers; i++)
                NativeMemory.Copy(pristine, logits[i], (nuint)settings.LogitBytes);
        }

        static double Time(Action action)
        {
            long begin = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        BenchSampler sampler = new(buffers, settings.Budget);
        Action? prepare = settings.Operation.InPlace ? Restore : null;
        return settings.Operation.Gradient
            ? sampler.Run(
                prepare,
                Time,
                Operate,
                ("a block copy", i => CpuBandwidth.Copy<T>(Rows(logits[i]), Rows(others[i]), CopyKind.Plain)),
                ("a vector copy", i => CpuBandwidth.Copy<T>(Rows(logits[i]), Rows(others[i]), CopyKind.Vector)),
                ("a streaming-store copy", i => CpuBandwidth.Copy<T>(Rows(logits[i]), Rows(others[i]), CopyKind.Streaming)))
            : sampler.Run(prepare, Time, Operate, ("a read", i => CpuBandwidth.Read<T>(Rows(logits[i]))));
    }

    private static T* Allocate(BenchSettings settings) => (T*)NativeMemory.AlignedAlloc((nuint)((settings.LogitBytes + 63) / 64 * 64), 64);

    private static void Fill(T* memory, BenchSettings settings)
    {
        long elements = (long)settings.Rows * settings.Columns;
        int block = (int)Math.Min(elements, 1 << 22);
        BenchData.FillLogits<T, TReal, TKernels>(new Span<T>(memory, block));
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
