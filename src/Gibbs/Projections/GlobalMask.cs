using System;

using Gibbs.Cpu.Projections;

namespace Gibbs;

/// <summary>What entries of several tensors compete by.</summary>
public enum MaskScore
{
    /// <summary>|w|.</summary>
    Magnitude = 0,

    /// <summary>|w/σ|, σ the other array: the standard deviations of evolved or Bayesian weights (Blundell et al., 2015; Lange and Sprekeler, 2023).</summary>
    SignalToNoise = 1,

    /// <summary>|w·g|, g the other array: the gradients (SNIP; Lee, Ajanthan and Torr, 2019).</summary>
    Sensitivity = 2,

    /// <summary>The other array itself: any score of the caller's.</summary>
    Given = 3,
}

/// <summary>One of the tensors of a global mask, in host memory.</summary>
/// <typeparam name="T">float, double, Half or BFloat16.</typeparam>
public readonly struct MaskTensor<T>
    where T : unmanaged
{
    /// <summary>w. With <see cref="MaskScore.Given"/> only needed for <see cref="Masked"/>.</summary>
    public ReadOnlyMemory<T> Weights { get; init; }

    /// <summary>σ, g or the score, by <see cref="MaskScore"/>; as long as the weights.</summary>
    public ReadOnlyMemory<T> Other { get; init; }

    /// <summary>1 where an entry is kept, else 0; or empty.</summary>
    public Memory<byte> Mask { get; init; }

    /// <summary>The weights where kept, else 0; may be the weights' own memory; or empty.</summary>
    public Memory<T> Masked { get; init; }
}

/// <summary>
/// Masks over many tensors together: the k entries with the largest score are kept, wherever they are (global magnitude pruning, iterative lottery tickets, SNIP). Ties go to the lower tensor, then to the lower index; a NaN
/// score is the least. Radix selection, O(total length), no sort. <c>GlobalMask.Device.cs</c> holds the overloads on device memory.
/// </summary>
public static partial class GlobalMask
{
    /// <summary>Keeps the k largest scores.</summary>
    /// <typeparam name="T">float, double, Half or BFloat16.</typeparam>
    /// <param name="tensors">The tensors.</param>
    /// <param name="count">k in [0, total length].</param>
    /// <param name="score">What they compete by.</param>
    /// <returns>The least score that is kept; +∞ where k is 0.</returns>
    /// <exception cref="ArgumentException">A length or the count is wrong; the message names the tensor, what was given and what would be right.</exception>
    public static double KeepLargest<T>(ReadOnlySpan<MaskTensor<T>> tensors, long count, MaskScore score = MaskScore.Magnitude)
        where T : unmanaged => CpuGlobalMask.KeepLargest(tensors, count, score);

    /// <summary>How many of total entries a sparsity leaves: ⌈(1 − sparsity)·total⌉, to rounding.</summary>
    /// <param name="sparsity">The share of zeros, in [0, 1]: 0.9 is the 90th percentile.</param>
    /// <param name="total">The total length.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0, 1], or a negative length.</exception>
    public static long CountOf(double sparsity, long total)
    {
        if (!(sparsity is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(sparsity), sparsity, $"sparsity is {sparsity}; it must be in [0, 1].");
        ArgumentOutOfRangeException.ThrowIfNegative(total);

        // (1 − 0.9)·10 is 0.9999…: an entry more for that would be wrong.
        double kept = (1 - sparsity) * total;
        double nearest = Math.Round(kept);
        return (long)(Math.Abs(kept - nearest) <= 1e-9 * Math.Max(1, total) ? nearest : Math.Ceiling(kept));
    }
}
