using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gibbs.Cpu.Simd;

/// <summary>128 bits of float or double.</summary>
internal readonly unsafe struct SimdVector128<TReal> : ISimdVector<SimdVector128<TReal>, TReal>
    where TReal : unmanaged
{
    private readonly Vector128<TReal> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SimdVector128(Vector128<TReal> value) => _value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128<TReal>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Create(TReal value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Constant(double value) =>
        typeof(TReal) == typeof(float) ? new(Vector128.Create((float)value).As<float, TReal>()) : new(Vector128.Create(value).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> FromBits(ulong bits) =>
        typeof(TReal) == typeof(float) ? new(Vector128.Create((uint)bits).As<uint, TReal>()) : new(Vector128.Create(bits).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Load(TReal* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TReal* destination, SimdVector128<TReal> value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(TReal* destination, SimdVector128<TReal> value) => value._value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> operator +(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> operator -(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> operator *(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> operator /(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> operator &(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> operator |(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> FusedMultiplyAdd(SimdVector128<TReal> left, SimdVector128<TReal> right, SimdVector128<TReal> addend) =>
        typeof(TReal) == typeof(float)
            ? new(Vector128.FusedMultiplyAdd(left._value.AsSingle(), right._value.AsSingle(), addend._value.AsSingle()).As<float, TReal>())
            : new(Vector128.FusedMultiplyAdd(left._value.AsDouble(), right._value.AsDouble(), addend._value.AsDouble()).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Max(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(Vector128.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Equal(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(Vector128.Equals(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> LessThan(SimdVector128<TReal> left, SimdVector128<TReal> right) => new(Vector128.LessThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Select(SimdVector128<TReal> mask, SimdVector128<TReal> whenSet, SimdVector128<TReal> otherwise) =>
        new(Vector128.ConditionalSelect(mask._value, whenSet._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(SimdVector128<TReal> value)
    {
        double sum = Real.ToDouble(value._value.GetElement(0)) + Real.ToDouble(value._value.GetElement(1));
        return typeof(TReal) == typeof(float) ? sum + (Real.ToDouble(value._value.GetElement(2)) + Real.ToDouble(value._value.GetElement(3))) : sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MaxOfLanes(SimdVector128<TReal> value)
    {
        double a = Real.ToDouble(value._value.GetElement(0)), b = Real.ToDouble(value._value.GetElement(1));
        double maximum = a > b ? a : b;
        if (typeof(TReal) == typeof(double))
            return maximum;
        double c = Real.ToDouble(value._value.GetElement(2)), d = Real.ToDouble(value._value.GetElement(3));
        double other = c > d ? c : d;
        return maximum > other ? maximum : other;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MaskBits(SimdVector128<TReal> mask) => mask._value.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> AddBits(SimdVector128<TReal> left, SimdVector128<TReal> right) =>
        typeof(TReal) == typeof(float)
            ? new((left._value.AsUInt32() + right._value.AsUInt32()).As<uint, TReal>())
            : new((left._value.AsUInt64() + right._value.AsUInt64()).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> GreaterBits(SimdVector128<TReal> left, SimdVector128<TReal> right) =>
        typeof(TReal) == typeof(float)
            ? new(Vector128.GreaterThan(left._value.AsInt32(), right._value.AsInt32()).As<int, TReal>())
            : new(Vector128.GreaterThan(left._value.AsInt64(), right._value.AsInt64()).As<long, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Neighbour(SimdVector128<TReal> value, int step)
    {
        if (typeof(TReal) == typeof(float))
        {
            Vector128<int> lanes = value._value.AsInt32();
            lanes = step switch
            {
                1 => Vector128.Shuffle(lanes, Vector128.Create(1, 2, 3, 0)),
                2 => Vector128.Shuffle(lanes, Vector128.Create(2, 3, 0, 1)),
                3 => Vector128.Shuffle(lanes, Vector128.Create(3, 0, 1, 2)),
                _ => Vector128.Shuffle(lanes, Vector128.Create(1, 0, 3, 2)),
            };
            return new(lanes.As<int, TReal>());
        }

        throw new System.NotSupportedException("Two lanes have no four.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> ShiftLeftBits(SimdVector128<TReal> value, int count) =>
        typeof(TReal) == typeof(float)
            ? new((value._value.AsUInt32() << count).As<uint, TReal>())
            : new((value._value.AsUInt64() << count).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> ShiftRightBits(SimdVector128<TReal> value, int count) =>
        typeof(TReal) == typeof(float)
            ? new((value._value.AsUInt32() >>> count).As<uint, TReal>())
            : new((value._value.AsUInt64() >>> count).As<ulong, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadWords(ushort* source, out SimdVector128<TReal> first, out SimdVector128<TReal> second)
    {
        Vector128<ushort> words = Vector128.Load(source);
        first = new(Vector128.WidenLower(words).As<uint, TReal>());
        second = new(Vector128.WidenUpper(words).As<uint, TReal>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWords(ushort* destination, SimdVector128<TReal> first, SimdVector128<TReal> second) =>
        Vector128.Narrow(first._value.AsUInt32(), second._value.AsUInt32()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreDoubles(double* destination, SimdVector128<TReal> value)
    {
        if (typeof(TReal) == typeof(double))
        {
            value._value.AsDouble().Store(destination);
            return;
        }

        Vector128.WidenLower(value._value.AsSingle()).Store(destination);
        Vector128.WidenUpper(value._value.AsSingle()).Store(destination + Vector128<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StoreSelected(double* destination, int* places, SimdVector128<TReal> value, ulong bits, double origin, int first) =>
        SelectedLanes.Store<SimdVector128<TReal>, TReal>(destination, places, value, bits, origin, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePacked(TReal* destination, SimdVector128<TReal> value, SimdVector128<TReal> mask) =>
        SelectedLanes.Pack<SimdVector128<TReal>, TReal>(destination, value, MaskBits(mask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> LoadDoubles(double* source) =>
        typeof(TReal) == typeof(double)
            ? new(Vector128.Load(source).As<double, TReal>())
            : new(Vector128.Narrow(Vector128.Load(source), Vector128.Load(source + Vector128<double>.Count)).As<float, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, SimdVector128<TReal> value)
    {
        if (typeof(TReal) == typeof(double))
        {
            (Vector128.Load(sums) + value._value.AsDouble()).Store(sums);
            return;
        }

        (Vector128.Load(sums) + Vector128.WidenLower(value._value.AsSingle())).Store(sums);
        (Vector128.Load(sums + Vector128<double>.Count) + Vector128.WidenUpper(value._value.AsSingle())).Store(sums + Vector128<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Exp(SimdVector128<TReal> value) => new(Vector128.Exp(value._value.AsDouble()).As<double, TReal>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128<TReal> Log(SimdVector128<TReal> value) => new(Vector128.Log(value._value.AsDouble()).As<double, TReal>());
}
