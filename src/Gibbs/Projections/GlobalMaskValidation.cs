using System;

namespace Gibbs;

/// <summary>Argument checks of masks over many tensors, the same for host and device memory.</summary>
internal static class GlobalMaskValidation
{
    /// <summary>Throws where the element type or the score is none of those that there are.</summary>
    /// <typeparam name="T">The weights' type.</typeparam>
    /// <exception cref="ArgumentException">The message names what was given and what would be right.</exception>
    public static void CheckScore<T>(MaskScore score)
        where T : unmanaged
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double) && typeof(T) != typeof(Half) && typeof(T) != typeof(BFloat16))
            ArgumentChecks.Fail("tensors", $"tensors hold {typeof(T).Name}; they must hold float, double, Half or BFloat16.");
        ArgumentChecks.Range(score is >= MaskScore.Magnitude and <= MaskScore.Given, nameof(score), nameof(score), (int)score, "Magnitude (0), SignalToNoise (1), Sensitivity (2) or Given (3)");
    }

    /// <summary>Throws where the arrays of a tensor do not fit each other or the score.</summary>
    /// <returns>How many entries of it compete.</returns>
    /// <exception cref="ArgumentException">The message names the tensor, what was given and what would be right.</exception>
    public static long CheckTensor(int index, long weights, long other, long mask, long masked, MaskScore score)
    {
        bool given = score == MaskScore.Given;
        long length = given ? other : weights;
        if (score == MaskScore.Magnitude && other > 0)
            ArgumentChecks.Fail("tensors", $"tensors[{index}].Other has {other} elements with MaskScore.Magnitude, which takes none.");
        if (!given && score != MaskScore.Magnitude && other != weights)
            ArgumentChecks.Fail("tensors", $"tensors[{index}].Other has {other} elements; MaskScore.{score} needs {weights}, one per weight.");
        if (given && (weights > 0 || masked > 0) && weights != other)
            ArgumentChecks.Fail("tensors", $"tensors[{index}].Weights has {weights} elements; it needs {other}, one per score, or none where Masked is not asked for.");
        CheckOutput(index, "Mask", mask, length);
        CheckOutput(index, "Masked", masked, length);
        return length;
    }

    /// <summary>Throws where more entries are to be kept than there are, or fewer than none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message says how many there are.</exception>
    public static void CheckCount(long count, long total)
    {
        if (count < 0 || count > total)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"count is {count}; it must be in [0, {total}], the total length of the tensors.");
    }

    private static void CheckOutput(int index, string member, long given, long length)
    {
        if (given != 0 && given != length)
            ArgumentChecks.Fail("tensors", $"tensors[{index}].{member} has {given} elements; it needs {length}, one per entry, or none.");
    }
}
