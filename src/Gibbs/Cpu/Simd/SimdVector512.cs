using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gibbs.Cpu.Simd;

/// <summary>512 bits of float or double.</summary>
internal readonly unsafe struct SimdVector512<TReal> : ISimdVector<SimdVector512<TReal>, TReal>
    where TReal : unmanaged
{
    private readonly Vector512<TReal> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SimdVector512(Vector512<TReal> value) => _value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<TReal>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Create(TReal value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Constant(double value) =>
        typeof(TReal) == typeof(float) ? new(Vector512.Create((float)value).As<float, TReal>()) : new(Vector512.Create(value).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> FromBits(ulong bits) =>
        typeof(TReal) == typeof(float) ? new(Vector512.Create((uint)bits).As<uint, TReal>()) : new(Vector512.Create(bits).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Load(TReal* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TReal* destination, SimdVector512<TReal> value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(TReal* destination, SimdVector512<TReal> value) => value._value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> operator +(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> operator -(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> operator *(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> operator /(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> operator &(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> operator |(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> FusedMultiplyAdd(SimdVector512<TReal> left, SimdVector512<TReal> right, SimdVector512<TReal> addend) =>
        typeof(TReal) == typeof(float)
            ? new(Vector512.FusedMultiplyAdd(left._value.AsSingle(), right._value.AsSingle(), addend._value.AsSingle()).As<float, TReal>())
            : new(Vector512.FusedMultiplyAdd(left._value.AsDouble(), right._value.AsDouble(), addend._value.AsDouble()).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Max(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(Vector512.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Equal(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(Vector512.Equals(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> LessThan(SimdVector512<TReal> left, SimdVector512<TReal> right) => new(Vector512.LessThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Select(SimdVector512<TReal> mask, SimdVector512<TReal> whenSet, SimdVector512<TReal> otherwise) =>
        new(Vector512.ConditionalSelect(mask._value, whenSet._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(SimdVector512<TReal> value) => SimdVector256<TReal>.SumOfLanes(new(value._value.GetLower() + value._value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MaxOfLanes(SimdVector512<TReal> value) => SimdVector256<TReal>.MaxOfLanes(new(Vector256.MaxNative(value._value.GetLower(), value._value.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MaskBits(SimdVector512<TReal> mask) => mask._value.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> AddBits(SimdVector512<TReal> left, SimdVector512<TReal> right) =>
        typeof(TReal) == typeof(float)
            ? new((left._value.AsUInt32() + right._value.AsUInt32()).As<uint, TReal>())
            : new((left._value.AsUInt64() + right._value.AsUInt64()).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> GreaterBits(SimdVector512<TReal> left, SimdVector512<TReal> right) =>
        typeof(TReal) == typeof(float)
            ? new(Vector512.GreaterThan(left._value.AsInt32(), right._value.AsInt32()).As<int, TReal>())
            : new(Vector512.GreaterThan(left._value.AsInt64(), right._value.AsInt64()).As<long, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Neighbour(SimdVector512<TReal> value, int step)
    {
        if (typeof(TReal) == typeof(float))
        {
            Vector512<int> lanes = value._value.AsInt32();
            lanes = step switch
            {
                1 => Vector512.Shuffle(lanes, Vector512.Create(1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)),
                2 => Vector512.Shuffle(lanes, Vector512.Create(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)),
                3 => Vector512.Shuffle(lanes, Vector512.Create(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14)),
                _ => Vector512.Shuffle(lanes, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)),
            };
            return new(lanes.As<int, TReal>());
        }

        Vector512<long> wide = value._value.AsInt64();
        wide = step switch
        {
            1 => Vector512.Shuffle(wide, Vector512.Create(1L, 2L, 3L, 0L, 5L, 6L, 7L, 4L)),
            2 => Vector512.Shuffle(wide, Vector512.Create(2L, 3L, 0L, 1L, 6L, 7L, 4L, 5L)),
            3 => Vector512.Shuffle(wide, Vector512.Create(3L, 0L, 1L, 2L, 7L, 4L, 5L, 6L)),
            _ => Vector512.Shuffle(wide, Vector512.Create(1L, 0L, 3L, 2L, 5L, 4L, 7L, 6L)),
        };
        return new(wide.As<long, TReal>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> ShiftLeftBits(SimdVector512<TReal> value, int count) =>
        typeof(TReal) == typeof(float)
            ? new((value._value.AsUInt32() << count).As<uint, TReal>())
            : new((value._value.AsUInt64() << count).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> ShiftRightBits(SimdVector512<TReal> value, int count) =>
        typeof(TReal) == typeof(float)
            ? new((value._value.AsUInt32() >>> count).As<uint, TReal>())
            : new((value._value.AsUInt64() >>> count).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadWords(ushort* source, out SimdVector512<TReal> first, out SimdVector512<TReal> second)
    {
        Vector512<ushort> words = Vector512.Load(source);
        first = new(Vector512.WidenLower(words).As<uint, TReal>());
        second = new(Vector512.WidenUpper(words).As<uint, TReal>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWords(ushort* destination, SimdVector512<TReal> first, SimdVector512<TReal> second) =>
        Vector512.Narrow(first._value.AsUInt32(), second._value.AsUInt32()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreDoubles(double* destination, SimdVector512<TReal> value)
    {
        if (typeof(TReal) == typeof(double))
        {
            value._value.AsDouble().Store(destination);
            return;
        }

        Vector512.WidenLower(value._value.AsSingle()).Store(destination);
        Vector512.WidenUpper(value._value.AsSingle()).Store(destination + Vector512<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StoreSelected(double* destination, int* places, SimdVector512<TReal> value, ulong bits, double origin, int first)
    {
        if (!Avx512F.IsSupported || typeof(TReal) != typeof(float))
            return SelectedLanes.Store<SimdVector512<TReal>, TReal>(destination, places, value, bits, origin, first);

        // In registers: compressing stores are slow on some machines.
        Vector512<int> powers = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        Vector512<int> mask = ~Vector512.Equals(Vector512.Create((int)bits) & powers, default);
        Vector512<float> packed = Avx512F.Compress(default, mask.AsSingle(), value._value.AsSingle());
        Vector512<double> shift = Vector512.Create(origin);
        (Vector512.WidenLower(packed) - shift).Store(destination);
        (Vector512.WidenUpper(packed) - shift).Store(destination + 8);
        Avx512F.Compress(default, mask, Vector512<int>.Indices + Vector512.Create(first)).Store(places);
        return BitOperations.PopCount(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePacked(TReal* destination, SimdVector512<TReal> value, SimdVector512<TReal> mask)
    {
        if (!Avx512F.IsSupported)
        {
            SelectedLanes.Pack<SimdVector512<TReal>, TReal>(destination, value, MaskBits(mask));
            return;
        }

        // In registers: compressing stores are slow on some machines.
        if (typeof(TReal) == typeof(float))
            Avx512F.Compress(default, mask._value.AsSingle(), value._value.AsSingle()).Store((float*)destination);
        else
            Avx512F.Compress(default, mask._value.AsDouble(), value._value.AsDouble()).Store((double*)destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> LoadDoubles(double* source) =>
        typeof(TReal) == typeof(double)
            ? new(Vector512.Load(source).As<double, TReal>())
            : new(Vector512.Narrow(Vector512.Load(source), Vector512.Load(source + Vector512<double>.Count)).As<float, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, SimdVector512<TReal> value)
    {
        if (typeof(TReal) == typeof(double))
        {
            (Vector512.Load(sums) + value._value.AsDouble()).Store(sums);
            return;
        }

        (Vector512.Load(sums) + Vector512.WidenLower(value._value.AsSingle())).Store(sums);
        (Vector512.Load(sums + Vector512<double>.Count) + Vector512.WidenUpper(value._value.AsSingle())).Store(sums + Vector512<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Exp(SimdVector512<TReal> value) => new(Vector512.Exp(value._value.AsDouble()).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512<TReal> Log(SimdVector512<TReal> value) => new(Vector512.Log(value._value.AsDouble()).As<double, TReal>());
}
