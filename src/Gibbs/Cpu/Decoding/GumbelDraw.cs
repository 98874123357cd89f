using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// The Gumbel-max draw of a token from a set S of a row, lower index on ties:
/// <code>
/// token = argmax over j in S of fma(z_j − max z, 1/T, G_j)       G_j of word j mod 4 of Philox(counter = (j/4, row low, row high, step), key = seed)
/// </code>
/// </summary>
internal static unsafe class GumbelDraw<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    // Tokens whose words are made together.
    private const int Batch = 16;

    /// <summary>The token, −1 of an empty set.</summary>
    /// <param name="z">Logits [columns].</param>
    /// <param name="x">In whole blocks, −∞ outside S and beyond the columns.</param>
    /// <param name="columns">V.</param>
    /// <param name="maximum">max z.</param>
    /// <param name="temperature">T.</param>
    /// <param name="seed">The key.</param>
    /// <param name="row">The row in the counter.</param>
    /// <param name="step">The step in the counter.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Token(T* z, TReal* x, int columns, double maximum, double temperature, ulong seed, ulong row, uint step)
    {
        float* noise = stackalloc float[Batch];
        TVector masked = TVector.Constant(double.NegativeInfinity);
        double inverse = Math.Min(1 / temperature, Real.Largest<TReal>());
        double best = double.NegativeInfinity;
        int token = -1;
        for (int first = 0; first < columns; first += Batch)
        {
            ulong bits = 0;
            for (int j = 0; j < Batch; j += TVector.Count)
                bits |= TVector.MaskBits(TVector.LessThan(masked, TVector.Load(x + first + j))) << j;
            if (bits == 0)
                continue;
            Philox.Words((uint)first / 4, (uint)row, (uint)(row >> 32), step, seed, out Vector256<uint> low, out Vector256<uint> high);
            Gumbel.Of(low).Store(noise);
            Gumbel.Of(high).Store(noise + 8);
            for (; bits != 0; bits &= bits - 1)
            {
                int lane = BitOperations.TrailingZeroCount(bits), j = first + lane;
                double score = Score(Real.ToDouble(z[j]), maximum, inverse, noise[lane]);
                if (score > best || token < 0)
                {
                    best = score;
                    token = j;
                }
            }
        }

        return token;
    }

    // In the arithmetic type, as the device has it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Score(double z, double maximum, double inverse, float noise) =>
        typeof(TReal) == typeof(float)
            ? MathF.FusedMultiplyAdd((float)z - (float)maximum, (float)inverse, noise)
            : Math.FusedMultiplyAdd(z - maximum, inverse, noise);
}
