using System;
using System.Globalization;

namespace Gibbs.Cli.Npy;

/// <summary>An array read from a file, in C order.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The extents; none for a scalar.</param>
/// <param name="Data">A float[], double[], Half[], int[], long[] or byte[], by <paramref name="Type"/>.</param>
internal sealed record NpyArray(string Path, NpyType Type, int[] Shape, Array Data)
{
    /// <summary>As Python writes it: (3, 4), (5,), ().</summary>
    public static string ShapeText(ReadOnlySpan<int> shape)
    {
        string[] extents = new string[shape.Length];
        for (int i = 0; i < extents.Length; i++)
            extents[i] = shape[i].ToString(CultureInfo.InvariantCulture);
        return $"({string.Join(", ", extents)}{(shape.Length == 1 ? "," : string.Empty)})";
    }

    /// <summary>Fails unless the array has the rank that <paramref name="what"/> needs.</summary>
    public void ExpectRank(int rank, string what)
    {
        if (Shape.Length != rank)
            throw new Failure($"{Path}: {what} need shape {(rank == 1 ? "(N,)" : "(N, V)")}, the file has {ShapeText(Shape)}");
    }

    /// <summary>Fails unless the array has exactly this shape.</summary>
    public void ExpectShape(string what, params ReadOnlySpan<int> shape)
    {
        if (!Shape.AsSpan().SequenceEqual(shape))
            throw new Failure($"{Path}: {what} need shape {ShapeText(shape)}, the file has {ShapeText(Shape)}");
    }

    /// <summary>The values as T: float, double, Half or BFloat16, rounded to nearest even; the file's own array where it has that type already.</summary>
    /// <param name="what">The array's role, for the message.</param>
    /// <param name="integersToo">Whether integers convert.</param>
    public T[] ToReal<T>(string what, bool integersToo)
        where T : unmanaged
    {
        if (Data is T[] same && typeof(T) != typeof(byte))
            return same;
        if (!Type.IsFloat() && !integersToo)
            throw new Failure($"{Path}: {what} need floating-point values, the file has {Type.Name()}");
        T[] result = new T[Data.Length];
        Func<double, T> narrow = Narrow<T>();
        switch (Data)
        {
            case float[] values:
                // Straight from float32: rounding by way of double is the same, for float32 is exact in it.
                for (int i = 0; i < values.Length; i++)
                    result[i] = narrow(values[i]);
                break;
            case double[] values:
                for (int i = 0; i < values.Length; i++)
                    result[i] = narrow(values[i]);
                break;
            case Half[] values:
                for (int i = 0; i < values.Length; i++)
                    result[i] = narrow((double)values[i]);
                break;
            case int[] values:
                for (int i = 0; i < values.Length; i++)
                    result[i] = narrow(values[i]);
                break;
            case long[] values:
                for (int i = 0; i < values.Length; i++)
                    result[i] = narrow(values[i]);
                break;
            case byte[] values:
                for (int i = 0; i < values.Length; i++)
                    result[i] = narrow(values[i]);
                break;
        }

        return result;
    }

    private static Func<double, T> Narrow<T>()
        where T : unmanaged =>
        (Func<double, T>)(object)(
            typeof(T) == typeof(float) ? new Func<double, float>(static value => (float)value)
            : typeof(T) == typeof(double) ? new Func<double, double>(static value => value)
            : typeof(T) == typeof(Half) ? new Func<double, Half>(static value => (Half)value)
            : typeof(T) == typeof(BFloat16) ? new Func<double, BFloat16>(static value => (BFloat16)RoundToOdd(value))
            : throw new ArgumentException($"no conversion to {typeof(T)}", nameof(T)));

    // To float32 with sticky last bit, so that the rounding to bfloat16 that follows is the only one.
    private static float RoundToOdd(double value)
    {
        float nearest = (float)value;
        if (!float.IsFinite(nearest) || nearest == value)
            return double.IsFinite(value) && float.IsInfinity(nearest) ? MathF.CopySign(float.MaxValue, nearest) : nearest;
        uint bits = BitConverter.SingleToUInt32Bits(nearest);
        // Towards zero, then odd.
        if (Math.Abs((double)nearest) > Math.Abs(value))
            bits--;
        return BitConverter.UInt32BitsToSingle(bits | 1);
    }
}
