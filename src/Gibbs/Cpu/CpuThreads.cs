using System;

using Gibbs.Cpu;

namespace Gibbs;

/// <summary>The threads that operations on spans use. Results do not depend on their number, to the bit.</summary>
public static class CpuThreads
{
    private static int s_count = Environment.ProcessorCount;

    /// <summary>
    /// Threads per operation, the caller among them; 1 is the caller alone. Default <see cref="Environment.ProcessorCount"/>. Takes effect with the next operation; worker
    /// threads are started when first needed, stay for the life of the process, and block while idle. Small operations run on the caller alone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 or more than 1024.</exception>
    public static int Count
    {
        get => s_count;
        set
        {
            if (value is < 1 or > WorkerTeam.MaximumThreads)
                throw new ArgumentOutOfRangeException(nameof(value), value, $"CpuThreads.Count is {value}; it must be in [1, {WorkerTeam.MaximumThreads}].");
            s_count = value;
        }
    }
}
