using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gibbs.Cpu.Simd;

/// <summary>256 bits of float or double.</summary>
internal readonly unsafe struct SimdVector256<TReal> : ISimdVector<SimdVector256<TReal>, TReal>
    where TReal : unmanaged
{
    private readonly Vector256<TReal> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SimdVector256(Vector256<TReal> value) => _value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<TReal>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Create(TReal value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Constant(double value) =>
        typeof(TReal) == typeof(float) ? new(Vector256.Create((float)value).As<float, TReal>()) : new(Vector256.Create(value).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> FromBits(ulong bits) =>
        typeof(TReal) == typeof(float) ? new(Vector256.Create((uint)bits).As<uint, TReal>()) : new(Vector256.Create(bits).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Load(TReal* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TReal* destination, SimdVector256<TReal> value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(TReal* destination, SimdVector256<TReal> value) => value._value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> operator +(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> operator -(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> operator *(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> operator /(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> operator &(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> operator |(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> FusedMultiplyAdd(SimdVector256<TReal> left, SimdVector256<TReal> right, SimdVector256<TReal> addend) =>
        typeof(TReal) == typeof(float)
            ? new(Vector256.FusedMultiplyAdd(left._value.AsSingle(), right._value.AsSingle(), addend._value.AsSingle()).As<float, TReal>())
            : new(Vector256.FusedMultiplyAdd(left._value.AsDouble(), right._value.AsDouble(), addend._value.AsDouble()).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Max(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(Vector256.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Equal(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(Vector256.Equals(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> LessThan(SimdVector256<TReal> left, SimdVector256<TReal> right) => new(Vector256.LessThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Select(SimdVector256<TReal> mask, SimdVector256<TReal> whenSet, SimdVector256<TReal> otherwise) =>
        new(Vector256.ConditionalSelect(mask._value, whenSet._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(SimdVector256<TReal> value) => SimdVector128<TReal>.SumOfLanes(new(value._value.GetLower() + value._value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MaxOfLanes(SimdVector256<TReal> value) => SimdVector128<TReal>.MaxOfLanes(new(Vector128.MaxNative(value._value.GetLower(), value._value.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MaskBits(SimdVector256<TReal> mask) => mask._value.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> AddBits(SimdVector256<TReal> left, SimdVector256<TReal> right) =>
        typeof(TReal) == typeof(float)
            ? new((left._value.AsUInt32() + right._value.AsUInt32()).As<uint, TReal>())
            : new((left._value.AsUInt64() + right._value.AsUInt64()).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> GreaterBits(SimdVector256<TReal> left, SimdVector256<TReal> right) =>
        typeof(TReal) == typeof(float)
            ? new(Vector256.GreaterThan(left._value.AsInt32(), right._value.AsInt32()).As<int, TReal>())
            : new(Vector256.GreaterThan(left._value.AsInt64(), right._value.AsInt64()).As<long, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Neighbour(SimdVector256<TReal> value, int step)
    {
        if (typeof(TReal) == typeof(float))
        {
            Vector256<int> lanes = value._value.AsInt32();
            lanes = step switch
            {
                1 => Vector256.Shuffle(lanes, Vector256.Create(1, 2, 3, 0, 5, 6, 7, 4)),
                2 => Vector256.Shuffle(lanes, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)),
                3 => Vector256.Shuffle(lanes, Vector256.Create(3, 0, 1, 2, 7, 4, 5, 6)),
                _ => Vector256.Shuffle(lanes, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)),
            };
            return new(lanes.As<int, TReal>());
        }

        Vector256<long> wide = value._value.AsInt64();
        wide = step switch
        {
            1 => Vector256.Shuffle(wide, Vector256.Create(1L, 2L, 3L, 0L)),
            2 => Vector256.Shuffle(wide, Vector256.Create(2L, 3L, 0L, 1L)),
            3 => Vector256.Shuffle(wide, Vector256.Create(3L, 0L, 1L, 2L)),
            _ => Vector256.Shuffle(wide, Vector256.Create(1L, 0L, 3L, 2L)),
        };
        return new(wide.As<long, TReal>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> ShiftLeftBits(SimdVector256<TReal> value, int count) =>
        typeof(TReal) == typeof(float)
            ? new((value._value.AsUInt32() << count).As<uint, TReal>())
            : new((value._value.AsUInt64() << count).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> ShiftRightBits(SimdVector256<TReal> value, int count) =>
        typeof(TReal) == typeof(float)
            ? new((value._value.AsUInt32() >>> count).As<uint, TReal>())
            : new((value._value.AsUInt64() >>> count).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadWords(ushort* source, out SimdVector256<TReal> first, out SimdVector256<TReal> second)
    {
        Vector256<ushort> words = Vector256.Load(source);
        first = new(Vector256.WidenLower(words).As<uint, TReal>());
        second = new(Vector256.WidenUpper(words).As<uint, TReal>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWords(ushort* destination, SimdVector256<TReal> first, SimdVector256<TReal> second) =>
        Vector256.Narrow(first._value.AsUInt32(), second._value.AsUInt32()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreDoubles(double* destination, SimdVector256<TReal> value)
    {
        if (typeof(TReal) == typeof(double))
        {
            value._value.AsDouble().Store(destination);
            return;
        }

        Vector256.WidenLower(value._value.AsSingle()).Store(destination);
        Vector256.WidenUpper(value._value.AsSingle()).Store(destination + Vector256<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StoreSelected(double* destination, int* places, SimdVector256<TReal> value, ulong bits, double origin, int first) =>
        SelectedLanes.Store<SimdVector256<TReal>, TReal>(destination, places, value, bits, origin, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePacked(TReal* destination, SimdVector256<TReal> value, SimdVector256<TReal> mask) =>
        SelectedLanes.Pack<SimdVector256<TReal>, TReal>(destination, value, MaskBits(mask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> LoadDoubles(double* source) =>
        typeof(TReal) == typeof(double)
            ? new(Vector256.Load(source).As<double, TReal>())
            : new(Vector256.Narrow(Vector256.Load(source), Vector256.Load(source + Vector256<double>.Count)).As<float, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, SimdVector256<TReal> value)
    {
        if (typeof(TReal) == typeof(double))
        {
            (Vector256.Load(sums) + value._value.AsDouble()).Store(sums);
            return;
        }

        (Vector256.Load(sums) + Vector256.WidenLower(value._value.AsSingle())).Store(sums);
        (Vector256.Load(sums + Vector256<double>.Count) + Vector256.WidenUpper(value._value.AsSingle())).Store(sums + Vector256<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Exp(SimdVector256<TReal> value) => new(Vector256.Exp(value._value.AsDouble()).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256<TReal> Log(SimdVector256<TReal> value) => new(Vector256.Log(value._value.AsDouble()).As<double, TReal>());
}
