using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cpu;

/// <summary>How <see cref="CpuBandwidth.Copy"/> writes.</summary>
internal enum CopyKind
{
    /// <summary>The framework's block copy.</summary>
    Plain,

    /// <summary>Vector loads and stores through the caches.</summary>
    Vector,

    /// <summary>Vector loads and stores past the caches.</summary>
    Streaming,
}

/// <summary>
/// The limits that row operators are measured against: reading a matrix, and copying it to a separate one, with the worker team and the row split of the operators.
/// A copy is the fastest of the <see cref="CopyKind"/>s, timed in the same run.
/// </summary>
internal static unsafe class CpuBandwidth
{
    private struct Job
    {
        public byte* Source;
        public byte* Destination;
        public nint SourceStride;
        public nint DestinationStride;
        public nint RowBytes;
        public CopyKind Kind;
        public long Checksum;
    }

    /// <summary>Reads every element of the rows; returns a checksum that keeps the reads alive.</summary>
    public static long Read<T>(ReadOnlySpan2D<T> source)
        where T : unmanaged
    {
        fixed (T* pointer = source)
        {
            Job job = new() { Source = (byte*)pointer, SourceStride = RowSplit.StrideBytes(source), RowBytes = (nint)source.Width * sizeof(T) };
            WorkerTeam.Run(&ReadRows, &job, source.Height, RowSplit.Chunk<T>(source.Height, source.Width, 1), RowSplit.Parallel(source.Height, source.Width));
            return job.Checksum;
        }
    }

    /// <summary>Copies the rows of source to those of destination.</summary>
    /// <param name="source">[N, V].</param>
    /// <param name="destination">[N, V], disjoint.</param>
    /// <param name="kind">How to write.</param>
    public static void Copy<T>(ReadOnlySpan2D<T> source, Span2D<T> destination, CopyKind kind)
        where T : unmanaged
    {
        if (source.Height != destination.Height || source.Width != destination.Width)
            throw new ArgumentException($"destination is [{destination.Height}, {destination.Width}]; it must be [{source.Height}, {source.Width}], as source.", nameof(destination));
        fixed (T* from = source, to = destination)
        {
            Job job = new()
            {
                Source = (byte*)from,
                Destination = (byte*)to,
                SourceStride = RowSplit.StrideBytes(source),
                DestinationStride = RowSplit.StrideBytes((ReadOnlySpan2D<T>)destination),
                RowBytes = (nint)source.Width * sizeof(T),
                Kind = kind,
            };
            WorkerTeam.Run(&CopyRows, &job, source.Height, RowSplit.Chunk<T>(source.Height, source.Width, 1), RowSplit.Parallel(source.Height, source.Width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadRows(void* context, long begin, long end)
    {
        Job* job = (Job*)context;
        Vector512<long> a = default, b = default, c = default, d = default;
        long rest = 0;
        for (long row = begin; row < end; row++)
        {
            byte* p = job->Source + ((nint)row * job->SourceStride);
            byte* last = p + job->RowBytes;
            for (; p <= last - 256; p += 256)
            {
                a ^= Vector512.Load((long*)p);
                b ^= Vector512.Load((long*)(p + 64));
                c ^= Vector512.Load((long*)(p + 128));
                d ^= Vector512.Load((long*)(p + 192));
            }

            for (; p < last; p++)
                rest += *p;
        }

        System.Threading.Interlocked.Add(ref job->Checksum, Vector512.Sum(a ^ b ^ c ^ d) + rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(void* context, long begin, long end)
    {
        Job* job = (Job*)context;
        for (long row = begin; row < end; row++)
        {
            byte* p = job->Source + ((nint)row * job->SourceStride);
            byte* q = job->Destination + ((nint)row * job->DestinationStride);
            nint bytes = job->RowBytes;
            if (job->Kind == CopyKind.Plain)
            {
                Buffer.MemoryCopy(p, q, bytes, bytes);
                continue;
            }

            nint j = 0;
            if (job->Kind == CopyKind.Streaming)
            {
                for (; j < bytes && ((nint)(q + j) & 63) != 0; j++)
                    q[j] = p[j];
                for (; j <= bytes - 256; j += 256)
                {
                    Vector512.Load(p + j).StoreAlignedNonTemporal(q + j);
                    Vector512.Load(p + j + 64).StoreAlignedNonTemporal(q + j + 64);
                    Vector512.Load(p + j + 128).StoreAlignedNonTemporal(q + j + 128);
                    Vector512.Load(p + j + 192).StoreAlignedNonTemporal(q + j + 192);
                }
            }
            else
            {
                for (; j <= bytes - 256; j += 256)
                {
                    Vector512.Load(p + j).Store(q + j);
                    Vector512.Load(p + j + 64).Store(q + j + 64);
                    Vector512.Load(p + j + 128).Store(q + j + 128);
                    Vector512.Load(p + j + 192).Store(q + j + 192);
                }
            }

            for (; j < bytes; j++)
                q[j] = p[j];
        }

        if (Sse.IsSupported)
            Sse.StoreFence();
    }
}
