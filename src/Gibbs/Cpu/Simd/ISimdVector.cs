namespace Gibbs.Cpu.Simd;

/// <summary>
/// What kernels need of a vector of reals: one generic kernel serves every width, and a test can force each. All operations are lane-wise and correctly rounded,
/// so a lane's bits do not depend on the width. Masks are vectors whose lanes are all ones or all zeros.
/// </summary>
/// <typeparam name="TSelf">The vector.</typeparam>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal unsafe interface ISimdVector<TSelf, TReal>
    where TSelf : unmanaged, ISimdVector<TSelf, TReal>
    where TReal : unmanaged
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    static abstract TSelf Create(TReal value);

    /// <summary>All lanes hold the value, rounded to the real type.</summary>
    static abstract TSelf Constant(double value);

    /// <summary>All lanes hold these bits; the upper half is ignored for float.</summary>
    static abstract TSelf FromBits(ulong bits);

    static abstract TSelf Load(TReal* source);

    static abstract void Store(TReal* destination, TSelf value);

    /// <summary>Past the caches; the destination is aligned to the vector's size.</summary>
    static abstract void StoreStreaming(TReal* destination, TSelf value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    /// <summary>left·right + addend, rounded once on every machine.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>left &gt; right ? left : right: a NaN on the right stays, one on the left is dropped.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    static abstract TSelf Equal(TSelf left, TSelf right);

    static abstract TSelf LessThan(TSelf left, TSelf right);

    static abstract TSelf Select(TSelf mask, TSelf whenSet, TSelf otherwise);

    /// <summary>Lanes merged in halves: l with l + Count/2, then l + Count/4, down to 128 bits; those in double, pairwise.</summary>
    static abstract double SumOfLanes(TSelf value);

    /// <summary>The largest lane; any of them where there is a NaN.</summary>
    static abstract double MaxOfLanes(TSelf value);

    /// <summary>A bit per lane.</summary>
    static abstract ulong MaskBits(TSelf mask);

    /// <summary>Lane bits as unsigned integers of the lane's size, added modulo its range.</summary>
    static abstract TSelf AddBits(TSelf left, TSelf right);

    /// <summary>Lane bits as signed integers of the lane's size.</summary>
    static abstract TSelf GreaterBits(TSelf left, TSelf right);

    /// <summary>Lane j of every four gets lane (j + step) mod 4, or its pair j ^ 1 for step 0; for four lanes or more. The step is a constant.</summary>
    static abstract TSelf Neighbour(TSelf value, int step);

    static abstract TSelf ShiftLeftBits(TSelf value, int count);

    static abstract TSelf ShiftRightBits(TSelf value, int count);

    /// <summary>2·Count 16-bit words, zero-extended to the bits of two vectors of float.</summary>
    static abstract void LoadWords(ushort* source, out TSelf first, out TSelf second);

    /// <summary>The low 16 bits of the lanes of two vectors of float.</summary>
    static abstract void StoreWords(ushort* destination, TSelf first, TSelf second);

    /// <summary>The lanes as doubles, exactly.</summary>
    static abstract void StoreDoubles(double* destination, TSelf value);

    /// <summary>The lanes that have a bit, less an origin, as doubles one after the other, and their places from first on; may write Count entries whatever the bits. Returns how many.</summary>
    static abstract int StoreSelected(double* destination, int* places, TSelf value, ulong bits, double origin, int first);

    /// <summary>The lanes that a mask has, one after the other; writes Count entries, those beyond undefined.</summary>
    static abstract void StorePacked(TReal* destination, TSelf value, TSelf mask);

    /// <summary>Count doubles, rounded to the real type.</summary>
    static abstract TSelf LoadDoubles(double* source);

    /// <summary>sums[l] += lane l, in double.</summary>
    static abstract void AddTo(double* sums, TSelf value);

    /// <summary>e^x of doubles, to a unit or two in the last place.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>log x of doubles, to a unit or two in the last place.</summary>
    static abstract TSelf Log(TSelf value);
}
