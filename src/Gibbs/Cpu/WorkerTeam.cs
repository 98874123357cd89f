using System;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Gibbs.Cpu;

/// <summary>
/// Resident threads that share the items of one job at a time. The caller works too; other callers meanwhile run on their own thread. A worker that wakes late, when the
/// caller has taken the last chunk, finds no ticket left and is not waited for. Idle workers spin for some microseconds, then block. Nothing is allocated per job.
/// </summary>
internal static unsafe class WorkerTeam
{
    public const int MaximumThreads = 1024;

    private const int SpinMicroseconds = 5;

    private static readonly SemaphoreSlim[] s_wake = new SemaphoreSlim[MaximumThreads];
    private static readonly long s_spinTicks = Math.Max(1, Stopwatch.Frequency * SpinMicroseconds / 1_000_000);
    private static int s_started;
    private static int s_busy;

    // The job; published by the write of s_tickets.
    private static delegate*<void*, long, long, void> s_body;
    private static void* s_context;
    private static long s_items;
    private static long s_chunk;
    private static Counter s_next;
    private static Counter s_tickets;
    private static Counter s_working;
    private static Exception? s_failure;

    /// <summary>Calls body(context, begin, end) for chunks that cover [0, items), each begin a multiple of chunk; returns when all are done.</summary>
    /// <param name="body">Must not keep the context; an exception from it reaches the caller, and the other chunks may be left out.</param>
    /// <param name="context">Passed on.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="chunk">Items per chunk, at least 1.</param>
    /// <param name="parallel">Whether other threads may help.</param>
    public static void Run(delegate*<void*, long, long, void> body, void* context, long items, long chunk, bool parallel)
    {
        long chunks = (items + chunk - 1) / chunk;
        int helpers = parallel ? (int)Math.Min(CpuThreads.Count, chunks) - 1 : 0;
        if (helpers <= 0 || Interlocked.CompareExchange(ref s_busy, 1, 0) != 0)
        {
            if (items > 0)
                body(context, 0, items);
            return;
        }

        try
        {
            Start(helpers);
            s_body = body;
            s_context = context;
            s_items = items;
            s_chunk = chunk;
            s_failure = null;
            Volatile.Write(ref s_next.Value, 0);
            Volatile.Write(ref s_tickets.Value, helpers);
            for (int i = 0; i < helpers; i++)
                s_wake[i].Release();

            Work();

            // No one may join any more; whoever joined is counted in s_working until it leaves.
            Interlocked.Exchange(ref s_tickets.Value, 0);
            SpinWait spin = default;
            while (Volatile.Read(ref s_working.Value) != 0)
                spin.SpinOnce(sleep1Threshold: -1);
            if (s_failure is Exception failure)
                ExceptionDispatchInfo.Throw(failure);
        }
        finally
        {
            s_context = null;
            Volatile.Write(ref s_busy, 0);
        }
    }

    private static void Work()
    {
        try
        {
            while (true)
            {
                long begin = Interlocked.Add(ref s_next.Value, s_chunk) - s_chunk;
                if (begin >= s_items)
                    return;
                s_body(s_context, begin, Math.Min(begin + s_chunk, s_items));
            }
        }
        catch (Exception exception)
        {
            s_failure = exception;
            Volatile.Write(ref s_next.Value, s_items);
        }
    }

    private static void Start(int helpers)
    {
        for (; s_started < helpers; s_started++)
        {
            SemaphoreSlim wake = new(0);
            s_wake[s_started] = wake;
            new Thread(Serve) { IsBackground = true, Name = "Gibbs worker" }.Start(wake);
        }
    }

    private static void Serve(object? state)
    {
        SemaphoreSlim wake = (SemaphoreSlim)state!;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            while (wake.CurrentCount == 0 && Stopwatch.GetTimestamp() - start < s_spinTicks)
                Thread.SpinWait(8);
            wake.Wait();
            Interlocked.Increment(ref s_working.Value);
            if (TakeTicket())
                Work();
            Interlocked.Decrement(ref s_working.Value);
        }
    }

    private static bool TakeTicket()
    {
        while (true)
        {
            long tickets = Volatile.Read(ref s_tickets.Value);
            if (tickets <= 0)
                return false;
            if (Interlocked.CompareExchange(ref s_tickets.Value, tickets - 1, tickets) == tickets)
                return true;
        }
    }

    // On a cache line of its own.
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 192)]
    private struct Counter
    {
        [System.Runtime.InteropServices.FieldOffset(64)]
        public long Value;
    }
}
