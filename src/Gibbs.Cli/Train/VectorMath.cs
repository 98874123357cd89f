using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gibbs.Cli.Train;

/// <summary>
/// The few products that a small network needs, over rows that are contiguous in the hidden units. Elementwise, or in eight fixed lanes: the same bits for the same
/// input on any processor.
/// </summary>
internal static class VectorMath
{
    /// <summary>y += Σ_k a_k·x_k, the rows x_k of [a.Length, y.Length] one below the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddCombination(Span<float> y, ReadOnlySpan<float> a, ReadOnlySpan<float> x)
    {
        int width = y.Length;
        int k = 0;
        // Four rows at a time: y is read and written once for them.
        for (; k + 4 <= a.Length; k += 4)
        {
            ref float row = ref MemoryMarshal.GetReference(x.Slice(k * width, 4 * width));
            ref float sum = ref MemoryMarshal.GetReference(y);
            (float a0, float a1, float a2, float a3) = (a[k], a[k + 1], a[k + 2], a[k + 3]);
            int j = 0;
            for (; j + 8 <= width; j += 8)
            {
                Vector256<float> value = Vector256.LoadUnsafe(ref sum, (nuint)j);
                value += Vector256.LoadUnsafe(ref row, (nuint)j) * a0;
                value += Vector256.LoadUnsafe(ref row, (nuint)(j + width)) * a1;
                value += Vector256.LoadUnsafe(ref row, (nuint)(j + (2 * width))) * a2;
                value += Vector256.LoadUnsafe(ref row, (nuint)(j + (3 * width))) * a3;
                value.StoreUnsafe(ref sum, (nuint)j);
            }

            for (; j < width; j++)
            {
                ref float value = ref Unsafe.Add(ref sum, j);
                value += Unsafe.Add(ref row, j) * a0;
                value += Unsafe.Add(ref row, j + width) * a1;
                value += Unsafe.Add(ref row, j + (2 * width)) * a2;
                value += Unsafe.Add(ref row, j + (3 * width)) * a3;
            }
        }

        for (; k < a.Length; k++)
            AddScaled(y, a[k], x.Slice(k * width, width));
    }

    /// <summary>Every row x_k += a_k·y: the outer product of a and y added to [a.Length, y.Length].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOuter(Span<float> x, ReadOnlySpan<float> a, ReadOnlySpan<float> y)
    {
        for (int k = 0; k < a.Length; k++)
        {
            if (a[k] != 0)
                AddScaled(x.Slice(k * y.Length, y.Length), a[k], y);
        }
    }

    /// <summary>y += a·x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(Span<float> y, float a, ReadOnlySpan<float> x)
    {
        ref float to = ref MemoryMarshal.GetReference(y);
        ref float from = ref MemoryMarshal.GetReference(x[..y.Length]);
        int j = 0;
        for (; j + 8 <= y.Length; j += 8)
            (Vector256.LoadUnsafe(ref to, (nuint)j) + (Vector256.LoadUnsafe(ref from, (nuint)j) * a)).StoreUnsafe(ref to, (nuint)j);
        for (; j < y.Length; j++)
            Unsafe.Add(ref to, j) += Unsafe.Add(ref from, j) * a;
    }

    /// <summary>Σ x·y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ref float left = ref MemoryMarshal.GetReference(x);
        ref float right = ref MemoryMarshal.GetReference(y[..x.Length]);
        Vector256<float> sum = default;
        int j = 0;
        for (; j + 8 <= x.Length; j += 8)
            sum += Vector256.LoadUnsafe(ref left, (nuint)j) * Vector256.LoadUnsafe(ref right, (nuint)j);
        float total = ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
        for (; j < x.Length; j++)
            total += Unsafe.Add(ref left, j) * Unsafe.Add(ref right, j);
        return total;
    }

    /// <summary>Momentum: velocity = momentum·velocity + gradient; parameters −= rate·velocity; gradient = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(Span<float> parameters, Span<float> velocity, Span<float> gradient, float rate, float momentum)
    {
        Span<Vector<float>> p = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        Span<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(velocity);
        Span<Vector<float>> g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (int i = 0; i < p.Length; i++)
        {
            v[i] = (v[i] * momentum) + g[i];
            p[i] -= v[i] * rate;
        }

        for (int i = p.Length * Vector<float>.Count; i < parameters.Length; i++)
        {
            velocity[i] = (velocity[i] * momentum) + gradient[i];
            parameters[i] -= velocity[i] * rate;
        }

        gradient.Clear();
    }
}
