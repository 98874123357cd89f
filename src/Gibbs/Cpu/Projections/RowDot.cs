using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// Σ (p·a_j)(q·b_j) in about twice the precision of the arithmetic type, p and q powers of two: products by a fused multiply-add, sums by <see cref="TwoSum"/>. Element j belongs to lane j mod <see cref="Lanes"/>,
/// lanes merge in order, so that a sum follows from the values alone.
/// </summary>
internal static unsafe class RowDot<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int LeftSlot = 13;
    private const int RightSlot = 14;

    /// <summary>Vectors shorter than all lanes are summed in order, in double.</summary>
    public static int Short => Lanes.Count<TReal>();

    public static TwoSum Of(T* a, T* b, int count, double p = 1, double q = 1)
    {
        if (count >= Short)
            return OfLanes(a, b, count, p, q);
        TwoSum sum = default;
        AddInOrder(ref sum, a, b, count, p, q);
        return sum;
    }

    /// <summary>p·⟨a, b⟩, also where products of large entries leave the arithmetic type's range.</summary>
    public static double Product(T* a, T* b, int count, double p = 1)
    {
        double sum = Of(a, b, count, p).Rounded;
        if (double.IsFinite(sum))
            return sum;
        double small = Math.ScaleB(1, typeof(TReal) == typeof(float) ? -64 : -512);
        return Of(a, b, count, p, small).Rounded / small;
    }

    [SkipLocalsInit]
    private static TwoSum OfLanes(T* a, T* b, int count, double p, double q)
    {
        int lanes = Lanes.Count<TReal>();
        TReal* sums = stackalloc TReal[64];
        TReal* rests = stackalloc TReal[64];
        new Span<TReal>(sums, lanes).Clear();
        new Span<TReal>(rests, lanes).Clear();
        int whole = count / lanes * lanes;
        if (typeof(T) == typeof(TReal))
        {
            Accumulate((TReal*)a, (TReal*)b, whole / lanes, sums, rests, p, q);
        }
        else
        {
            int segment = Lanes.SegmentLength<TReal>();
            TReal* widened = ProjectionScratch.Take<TReal>(LeftSlot, segment);
            TReal* right = a == b ? widened : ProjectionScratch.Take<TReal>(RightSlot, segment);
            for (int start = 0; start < whole; start += segment)
            {
                int length = Math.Min(segment, whole - start);
                RowSource<T, TReal, TVector>.Widen(a + start, widened, length);
                if (widened != right)
                    RowSource<T, TReal, TVector>.Widen(b + start, right, length);
                Accumulate(widened, right, length / lanes, sums, rests, p, q);
            }
        }

        TwoSum sum = default;
        int left = Merge(sums, rests);
        for (int lane = 0; lane < left; lane++)
        {
            sum.Add(Real.ToDouble(sums[lane]));
            sum.Rest += Real.ToDouble(rests[lane]);
        }

        AddInOrder(ref sum, a + whole, b + whole, count - whole, p, q);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddInOrder(ref TwoSum sum, T* a, T* b, int count, double p, double q)
    {
        if (typeof(TReal) == typeof(double))
        {
            for (int j = 0; j < count; j++)
                sum.AddProduct(Real.ToDouble(a[j]) * p, Real.ToDouble(b[j]) * q);
            return;
        }

        // Products of floats are exact in double, and so few of them need no more.
        double products = 0;
        for (int j = 0; j < count; j++)
            products += Real.ToDouble(a[j]) * p * (Real.ToDouble(b[j]) * q);
        sum.Add(products);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate(TReal* a, TReal* b, int blocks, TReal* sums, TReal* rests, double p, double q)
    {
        TVector scaleOfA = TVector.Constant(p), scaleOfB = TVector.Constant(q);
        int lanes = Lanes.Count<TReal>();

        // Through the first-level cache once for every four vectors of lanes.
        int piece = Lanes.SegmentLength<TReal>() / lanes;
        for (int start = 0; start < blocks; start += piece)
        {
            int end = Math.Min(blocks, start + piece);
            for (int lane = 0; lane < lanes; lane += 4 * TVector.Count)
            {
                TReal* s = sums + lane;
                TReal* r = rests + lane;
                TVector s0 = TVector.Load(s), s1 = TVector.Load(s + TVector.Count), s2 = TVector.Load(s + (2 * TVector.Count)), s3 = TVector.Load(s + (3 * TVector.Count));
                TVector r0 = TVector.Load(r), r1 = TVector.Load(r + TVector.Count), r2 = TVector.Load(r + (2 * TVector.Count)), r3 = TVector.Load(r + (3 * TVector.Count));
                for (int block = start; block < end; block++)
                {
                    TReal* x = a + ((nint)block * lanes) + lane;
                    TReal* y = b + ((nint)block * lanes) + lane;
                    Add(ref s0, ref r0, TVector.Load(x) * scaleOfA, TVector.Load(y) * scaleOfB);
                    Add(ref s1, ref r1, TVector.Load(x + TVector.Count) * scaleOfA, TVector.Load(y + TVector.Count) * scaleOfB);
                    Add(ref s2, ref r2, TVector.Load(x + (2 * TVector.Count)) * scaleOfA, TVector.Load(y + (2 * TVector.Count)) * scaleOfB);
                    Add(ref s3, ref r3, TVector.Load(x + (3 * TVector.Count)) * scaleOfA, TVector.Load(y + (3 * TVector.Count)) * scaleOfB);
                }

                TVector.Store(s, s0);
                TVector.Store(s + TVector.Count, s1);
                TVector.Store(s + (2 * TVector.Count), s2);
                TVector.Store(s + (3 * TVector.Count), s3);
                TVector.Store(r, r0);
                TVector.Store(r + TVector.Count, r1);
                TVector.Store(r + (2 * TVector.Count), r2);
                TVector.Store(r + (3 * TVector.Count), r3);
            }
        }
    }

    // Lanes in halves, l with l + half, down to 128 bits; the same tree for every width of vector. Returns how many are left.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Merge(TReal* sums, TReal* rests)
    {
        int half = Lanes.Count<TReal>();
        while (half > SimdVector128<TReal>.Count)
        {
            half /= 2;
            for (int lane = 0; lane < half; lane += SimdVector128<TReal>.Count)
            {
                SimdVector128<TReal> sum = SimdVector128<TReal>.Load(sums + lane), other = SimdVector128<TReal>.Load(sums + half + lane);
                SimdVector128<TReal> total = sum + other, added = total - sum;
                SimdVector128<TReal> rest = SimdVector128<TReal>.Load(rests + lane) + SimdVector128<TReal>.Load(rests + half + lane);
                SimdVector128<TReal>.Store(rests + lane, rest + ((sum - (total - added)) + (other - added)));
                SimdVector128<TReal>.Store(sums + lane, total);
            }
        }

        return half;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref TVector sum, ref TVector rest, TVector x, TVector y)
    {
        TVector product = x * y;
        TVector rounding = TVector.FusedMultiplyAdd(x, y, TVector.Constant(0) - product);
        TVector total = sum + product;
        TVector added = total - sum;
        rest = rest + (((sum - (total - added)) + (product - added)) + rounding);
        sum = total;
    }
}
