using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Simd;

/// <summary>Exact widening of 16-bit storage types to float, and rounding to nearest even back, by integer arithmetic on the bits.</summary>
internal static unsafe class Storage<TVector>
    where TVector : unmanaged, ISimdVector<TVector, float>
{
    /// <summary>destination[j] = source[j], exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen<T>(T* source, float* destination, int count)
        where T : unmanaged
    {
        int j = 0;
        for (; j <= count - (2 * TVector.Count); j += 2 * TVector.Count)
        {
            TVector.LoadWords((ushort*)source + j, out TVector first, out TVector second);
            TVector.Store(destination + j, Widen<T>(first));
            TVector.Store(destination + j + TVector.Count, Widen<T>(second));
        }

        for (; j < count; j++)
            destination[j] = (float)Real.ToDouble(source[j]);
    }

    /// <summary>destination[j] = source[j], rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<T>(float* source, T* destination, int count)
        where T : unmanaged
    {
        int j = 0;
        for (; j <= count - (2 * TVector.Count); j += 2 * TVector.Count)
        {
            TVector first = Narrow<T>(TVector.Load(source + j));
            TVector second = Narrow<T>(TVector.Load(source + j + TVector.Count));
            TVector.StoreWords((ushort*)destination + j, first, second);
        }

        for (; j < count; j++)
            destination[j] = Real.From<T>(source[j]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Widen<T>(TVector words)
        where T : unmanaged
    {
        if (typeof(T) == typeof(BFloat16))
            return TVector.ShiftLeftBits(words, 16);

        // Exponent and mantissa in place, the bias corrected by an exact multiplication by 2^112, subnormals included; infinities and NaN get their exponent back.
        TVector sign = TVector.ShiftLeftBits(words & TVector.FromBits(0x8000), 16);
        TVector magnitude = TVector.ShiftLeftBits(words & TVector.FromBits(0x7FFF), 13);
        TVector value = magnitude * TVector.Create(5.192296858534828e33f);
        TVector finite = TVector.LessThan(magnitude, TVector.FromBits(0x0F800000));
        return TVector.Select(finite, value, magnitude | TVector.FromBits(0x7F800000)) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Narrow<T>(TVector value)
        where T : unmanaged
    {
        TVector isNumber = TVector.Equal(value, value);
        TVector one = TVector.FromBits(1);
        if (typeof(T) == typeof(BFloat16))
        {
            TVector upper = TVector.ShiftRightBits(value, 16);
            TVector rounded = TVector.AddBits(TVector.AddBits(value, TVector.FromBits(0x7FFF)), upper & one);
            return TVector.Select(isNumber, TVector.ShiftRightBits(rounded, 16), upper | TVector.FromBits(0x40));
        }

        TVector sign = TVector.ShiftRightBits(value & TVector.FromBits(0x80000000), 16);
        TVector magnitude = value & TVector.FromBits(0x7FFFFFFF);
        TVector odd = TVector.ShiftRightBits(magnitude, 13) & one;

        // Rounding up to 0xFFF + odd, then the bias: −112·2^23 modulo 2^32.
        TVector normal = TVector.ShiftRightBits(TVector.AddBits(TVector.AddBits(magnitude, odd), TVector.FromBits(0xC8000FFF)), 13);

        // One ulp at 1/2 is a subnormal's: the addition rounds, and the low bits are the answer.
        TVector subnormal = TVector.AddBits(magnitude + TVector.Create(0.5f), TVector.FromBits(0xC1000000));
        TVector bits = TVector.Select(TVector.LessThan(magnitude, TVector.Create(6.103515625e-05f)), subnormal, normal);
        bits = TVector.Select(TVector.LessThan(magnitude, TVector.Create(65520f)), bits, TVector.FromBits(0x7C00));
        return TVector.Select(isNumber, bits, TVector.FromBits(0x7E00)) | sign;
    }
}
