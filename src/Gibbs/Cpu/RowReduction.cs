using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu;

/// <summary>Sums over rows in double, by a tree that follows from the number of rows alone: the same bits for any number of threads.</summary>
internal static unsafe class RowReduction
{
    private const int LargestPartials = 65536;

    [ThreadStatic]
    private static double[]? t_partials;

    /// <summary>Rows that are summed in order into one partial sum.</summary>
    public static long RowsPerPartial(long rows) => (rows + LargestPartials - 1) / LargestPartials;

    /// <summary>The calling thread's array for partial sums, kept from call to call.</summary>
    public static double[] Partials(long rows)
    {
        int count = (int)Math.Min(rows, LargestPartials);
        if (t_partials is null || t_partials.Length < count)
            t_partials = new double[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count)];
        return t_partials;
    }

    /// <summary>Neighbours pairwise, then neighbours of those, to one; overwrites the values.</summary>
    public static double Sum(double* values, long count)
    {
        for (long step = 1; step < count; step *= 2)
        {
            for (long i = 0; i + step < count; i += 2 * step)
                values[i] += values[i + step];
        }

        return count == 0 ? 0 : values[0];
    }

    /// <summary>Σ (row weight × class weight of the target) over rows that are neither ignored nor out of range; Σ row weights for soft targets.</summary>
    public static double Normaliser<T, TReal>(in CrossEntropyJob<T, TReal> job, out long validRows)
        where T : unmanaged
        where TReal : unmanaged
    {
        // Four interleaved sums, merged pairwise.
        double* sums = stackalloc double[4];
        sums[0] = sums[1] = sums[2] = sums[3] = 0;
        long valid = 0;
        bool hard = job.HasHardTargets;
        for (long row = 0; row < job.Rows; row++)
        {
            double weight = job.RowWeights == null ? 1 : Real.ToDouble(job.RowWeights[row]);
            if (hard)
            {
                long target = job.Target(row);
                if (target == job.Options.IgnoreIndex || (ulong)target >= (ulong)job.Columns)
                    continue;
                if (job.ClassWeights != null)
                    weight *= Real.ToDouble(job.ClassWeights[target]);
            }

            valid++;
            sums[row & 3] += weight;
        }

        validRows = valid;
        return (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
}
