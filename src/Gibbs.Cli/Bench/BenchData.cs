using System;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Train;

namespace Gibbs.Cli.Bench;

/// <summary>Rows and targets to time with: seeded, finite, of ordinary size.</summary>
internal static class BenchData
{
    /// <summary>Fills with standard normal values: a random block, repeated. What a projection costs depends on how many entries are near the largest.</summary>
    public static void Fill<T, TReal, TKernels>(Span<T> block)
        where T : unmanaged
        where TReal : unmanaged
        where TKernels : IKernels<T, TReal>
    {
        SeededRandom random = new(1);
        int period = Math.Min(block.Length, (1 << 20) - 3);
        for (int i = 0; i < period; i++)
            block[i] = TKernels.FromSingle((float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
        for (int start = period; start < block.Length; start += period)
            block[..Math.Min(period, block.Length - start)].CopyTo(block[start..]);
    }

    public static int[] Targets(int rows, int columns)
    {
        SeededRandom random = new(2);
        int[] targets = new int[rows];
        for (int row = 0; row < rows; row++)
            targets[row] = (int)(random.NextDouble() * columns);
        return targets;
    }
}
