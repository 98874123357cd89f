using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// Masks over many tensors on the CPU: the key of the k-th largest score by radix selection, 16 bits a pass (two passes for types up to 32 bits, four for double), then one pass that writes. Nothing is sorted, and no score
/// is stored.
/// </summary>
internal static unsafe class CpuGlobalMask
{
    private const int DigitBits = 16;
    private const int Digits = 1 << DigitBits;
    private const int CountsSlot = 0;

    public static double KeepLargest<T>(ReadOnlySpan<MaskTensor<T>> tensors, long count, MaskScore score)
        where T : unmanaged
    {
        GlobalMaskValidation.CheckScore<T>(score);
        long total = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            ref readonly MaskTensor<T> tensor = ref tensors[i];
            total += GlobalMaskValidation.CheckTensor(i, tensor.Weights.Length, tensor.Other.Length, tensor.Mask.Length, tensor.Masked.Length, score);
            CheckApart(tensor.Weights.Span, tensor.Masked.Span, i, "Weights", sameAllowed: true);
            CheckApart(tensor.Other.Span, tensor.Masked.Span, i, "Other", sameAllowed: false);
        }

        GlobalMaskValidation.CheckCount(count, total);
        return score switch
        {
            MaskScore.Magnitude => KeepLargest<T, MagnitudeScore>(tensors, count),
            MaskScore.SignalToNoise => KeepLargest<T, SignalToNoiseScore>(tensors, count),
            MaskScore.Sensitivity => KeepLargest<T, SensitivityScore>(tensors, count),
            _ => KeepLargest<T, GivenScore>(tensors, count),
        };
    }

    private static double KeepLargest<T, TScore>(ReadOnlySpan<MaskTensor<T>> tensors, long count)
        where T : unmanaged
        where TScore : struct, IMaskScore
    {
        if (count == 0)
        {
            foreach (ref readonly MaskTensor<T> tensor in tensors)
            {
                tensor.Mask.Span.Clear();
                tensor.Masked.Span.Clear();
            }

            return double.PositiveInfinity;
        }

        // From the highest digit: the digit of the k-th largest among keys that begin as it does.
        ulong prefix = 0;
        long left = count;
        long* counts = ProjectionScratch.Take<long>(CountsSlot, Digits);
        for (int shift = (typeof(T) == typeof(double) ? 64 : 32) - DigitBits; shift >= 0; shift -= DigitBits)
        {
            new Span<long>(counts, Digits).Clear();
            foreach (ref readonly MaskTensor<T> tensor in tensors)
                Tally<T, TScore>(tensor, prefix, shift, counts);
            int digit = Digits - 1;
            for (; left > counts[digit]; digit--)
                left -= counts[digit];
            prefix = (prefix << DigitBits) | (uint)digit;
        }

        // Above the key all are kept, of those at it the first so many.
        foreach (ref readonly MaskTensor<T> tensor in tensors)
            Write<T, TScore>(tensor, prefix, ref left);
        return MaskKeys.Score(prefix, typeof(T) == typeof(double));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tally<T, TScore>(in MaskTensor<T> tensor, ulong prefix, int shift, long* counts)
        where T : unmanaged
        where TScore : struct, IMaskScore
    {
        int length = TScore.TakesWeights ? tensor.Weights.Length : tensor.Other.Length;
        int above = shift + DigitBits;
        fixed (T* weights = tensor.Weights.Span, other = tensor.Other.Span)
        {
            for (int j = 0; j < length; j++)
            {
                ulong key = Key<T, TScore>(weights, other, j);
                if (above == 64 || key >> above == prefix)
                    counts[(key >> shift) & (Digits - 1)]++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write<T, TScore>(in MaskTensor<T> tensor, ulong least, ref long atLeast)
        where T : unmanaged
        where TScore : struct, IMaskScore
    {
        int length = TScore.TakesWeights ? tensor.Weights.Length : tensor.Other.Length;
        T zero = Real.From<T>(0);
        fixed (T* weights = tensor.Weights.Span, other = tensor.Other.Span, masked = tensor.Masked.Span)
        fixed (byte* mask = tensor.Mask.Span)
        {
            for (int j = 0; j < length; j++)
            {
                ulong key = Key<T, TScore>(weights, other, j);
                bool kept = key > least;
                if (key == least && atLeast > 0)
                {
                    kept = true;
                    atLeast--;
                }

                if (mask != null)
                    mask[j] = kept ? (byte)1 : (byte)0;
                if (masked != null)
                    masked[j] = kept ? weights[j] : zero;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Key<T, TScore>(T* weights, T* other, int j)
        where T : unmanaged
        where TScore : struct, IMaskScore
    {
        double w = TScore.TakesWeights ? Real.ToDouble(weights[j]) : 0, o = TScore.TakesOther ? Real.ToDouble(other[j]) : 0;
        return typeof(T) == typeof(double) ? MaskKeys.Of(TScore.Of(w, o)) : MaskKeys.Of(TScore.Of((float)w, (float)o));
    }

    // The score is read again where the masked weights are written.
    private static void CheckApart<T>(ReadOnlySpan<T> source, ReadOnlySpan<T> masked, int index, string member, bool sameAllowed)
        where T : unmanaged
    {
        if (source.Overlaps(masked, out int offset) && !(sameAllowed && offset == 0))
            ArgumentChecks.Fail("tensors", $"tensors[{index}].Masked overlaps {member}; give it {(sameAllowed ? "the weights' own memory, or " : "")}memory apart.");
    }
}
