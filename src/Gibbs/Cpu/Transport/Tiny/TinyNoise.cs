using System.Runtime.Intrinsics;

using Gibbs.Cpu.Decoding;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>Gumbel noise on logits: x_e ← x_e + s·G, G of word e mod 4 of Philox(counter = (e/4, matrix low, matrix high, step), key = seed). The same as the device code's.</summary>
internal static unsafe class TinyNoise
{
    // Entries whose words are made together.
    private const int Batch = 16;

    /// <summary>Adds the noise of a matrix to its entries.</summary>
    public static void Add<TReal>(in DoublyStochasticOptions options, long matrix, TReal* entries, int count)
        where TReal : unmanaged
    {
        float* noise = stackalloc float[Batch];
        ulong number = (ulong)(matrix + options.MatrixOffset);
        for (int first = 0; first < count; first += Batch)
        {
            Philox.Words((uint)first / 4, (uint)number, (uint)(number >> 32), options.Step, options.Seed, out Vector256<uint> low, out Vector256<uint> high);
            Gumbel.Of(low).Store(noise);
            Gumbel.Of(high).Store(noise + 8);
            for (int e = first; e < count && e < first + Batch; e++)
                entries[e] = Sum(entries[e], options.NoiseScale, noise[e - first]);
        }
    }

    // In the arithmetic type, as the device has it.
    private static TReal Sum<TReal>(TReal x, double scale, float noise)
        where TReal : unmanaged =>
        typeof(TReal) == typeof(float)
            ? Real.From<TReal>(float.FusedMultiplyAdd((float)scale, noise, (float)Real.ToDouble(x)))
            : Real.From<TReal>(double.FusedMultiplyAdd(scale, noise, Real.ToDouble(x)));
}
