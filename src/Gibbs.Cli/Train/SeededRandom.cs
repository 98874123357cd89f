using System;

namespace Gibbs.Cli.Train;

/// <summary>SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed, on any machine and version.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [-bound, bound).</summary>
    public float NextSymmetric(double bound) => (float)(((2 * NextDouble()) - 1) * bound);

    /// <summary>0 … count − 1 in random order.</summary>
    public int[] Permutation(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        Shuffle(order);
        return order;
    }

    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            // The bias of the remainder is below 2^-32.
            int other = (int)(Next() % (ulong)(i + 1));
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
