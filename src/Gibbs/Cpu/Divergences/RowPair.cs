using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>
/// Two rows as masses and log ratios, in the thread's scratch: exp(x_j) of either side, u_j = log(p_j/q_j) less a constant, and where asked for the teacher's log mass, x_j = (z_j − max z)/T. Where both temperatures
/// are equal u comes from z_student − z_teacher, whose rounding is carried along, so that nearly equal rows keep their difference. Arrays are whole blocks, padded with no mass.
/// </summary>
/// <typeparam name="TReal">The arithmetic type.</typeparam>
internal unsafe struct RowPair<TReal>
    where TReal : unmanaged
{
    /// <summary>p_j·Σ exp x of the student; of the teacher q_j times its own sum.</summary>
    public TReal* Student;
    public TReal* Teacher;

    /// <summary>u_j; log p_j − log q_j = u_j + <see cref="Constant"/>, far off where one side is masked, anything finite where both are.</summary>
    public TReal* Ratio;

    /// <summary>log q_j + <see cref="TeacherLogSum"/>, far below where masked; also memory for a result of as many entries. Null where neither is needed.</summary>
    public TReal* LogTeacher;

    public double Constant;
    public double StudentExcess;
    public double TeacherSum;
    public double StudentLogSum;
    public double TeacherLogSum;
    public double StudentMaximum;
    public double TeacherMaximum;

    /// <summary>A class with mass of the teacher, masked by the student; and the reverse.</summary>
    public bool StudentLacks;
    public bool TeacherLacks;

    /// <summary>1/Σ exp x of the student.</summary>
    public readonly double StudentScale => 1 / (1 + StudentExcess);

    /// <summary>What <see cref="Teacher"/> is multiplied by to be q: 1 of given probabilities.</summary>
    public double TeacherScale;
}

/// <summary>Reads two rows: their extremes, then what <see cref="RowPair{TReal}"/> holds.</summary>
internal static unsafe class RowPairReader<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private interface IFlag
    {
        static abstract bool Set { get; }
    }

    private readonly struct Yes : IFlag
    {
        static bool IFlag.Set => true;
    }

    private readonly struct No : IFlag
    {
        static bool IFlag.Set => false;
    }

    private struct Constants
    {
        public TVector StudentMaximum;
        public TVector TeacherMaximum;
        public TVector Shift;
        public RowScale StudentScale;
        public RowScale TeacherScale;
        public TReal* StudentSource;
        public TReal* TeacherSource;
        public int InPlace;
        public bool Probabilities;
        public bool EqualTemperatures;
    }

    /// <summary>The pair of rows, whose arrays are four from the given one on, a stride apart; anything where the status is not Ok.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowStatus Read(T* student, T* teacher, int columns, in DivergenceOptions options, TReal* arrays, int stride, bool needsLogTeacher, out RowPair<TReal> pair)
    {
        pair = default;
        pair.Student = arrays;
        pair.Teacher = arrays + stride;
        pair.Ratio = arrays + (2 * (nint)stride);
        pair.LogTeacher = needsLogTeacher ? arrays + (3 * (nint)stride) : null;
        int lanes = Lanes.Count<TReal>(), blocks = (columns + lanes - 1) / lanes;
        bool probabilities = options.TeacherInput == TeacherInput.Probabilities;

        Constants c = default;
        c.Probabilities = probabilities;
        c.EqualTemperatures = !probabilities && options.StudentTemperature == options.TeacherTemperature;
        c.InPlace = typeof(T) == typeof(TReal) ? columns / lanes : blocks;
        c.StudentSource = Source(student, columns, pair.Student, double.NegativeInfinity);
        c.TeacherSource = Source(teacher, columns, pair.Teacher, probabilities ? 0 : double.NegativeInfinity);
        Extremes(c.StudentSource, pair.Student, c.InPlace, blocks, columns, out double studentTop, out double studentBottom);
        Extremes(c.TeacherSource, pair.Teacher, c.InPlace, blocks, columns, out double teacherTop, out double teacherBottom);
        pair.StudentMaximum = studentTop + 0.0;
        pair.TeacherMaximum = probabilities ? 0 : teacherTop + 0.0;
        bool invalid = probabilities && (teacherTop > 1 || teacherBottom < 0);
        bool empty = double.IsNegativeInfinity(studentTop) || (probabilities ? teacherTop == 0 : double.IsNegativeInfinity(teacherTop));
        if (invalid || empty || double.IsPositiveInfinity(studentTop) || double.IsPositiveInfinity(teacherTop))
            return Irregular(student, teacher, columns, probabilities);

        c.StudentScale = RowScale.Of<TReal>(options.StudentTemperature);
        c.TeacherScale = RowScale.Of<TReal>(options.TeacherTemperature);
        double shift = (pair.StudentMaximum - pair.TeacherMaximum) * c.StudentScale.Prescale;
        c.StudentMaximum = TVector.Constant(pair.StudentMaximum * c.StudentScale.Prescale);
        c.TeacherMaximum = TVector.Constant(pair.TeacherMaximum * c.TeacherScale.Prescale);
        c.Shift = TVector.Constant(shift);
        double lost = c.EqualTemperatures ? shift - Real.ToDouble(Real.From<TReal>(shift)) : 0;

        // Masks, and offsets that leave the range of reals, take the careful form.
        double room = Real.Largest<TReal>() / 16;
        bool wide = (studentTop - studentBottom) * Math.Max(1, c.StudentScale.InverseTemperature) < room && Math.Abs(studentTop) < room
            && (probabilities ? teacherBottom > 0 : (teacherTop - teacherBottom) * Math.Max(1, c.TeacherScale.InverseTemperature) < room && Math.Abs(teacherTop) < room);

        int length = Lanes.SegmentLength<TReal>() / lanes;
        double studentSum = 0, teacherSum = 0;
        for (int first = 0; first < blocks; first += length)
        {
            int end = Math.Min(blocks, first + length);
            double s, t;

            // The padding of the last block is a mask.
            bool careful = !wide || end * lanes > columns;
            if (careful && needsLogTeacher)
                Segment<Yes, Yes>(c, ref pair, first, end, out s, out t);
            else if (careful)
                Segment<Yes, No>(c, ref pair, first, end, out s, out t);
            else if (needsLogTeacher)
                Segment<No, Yes>(c, ref pair, first, end, out s, out t);
            else
                Segment<No, No>(c, ref pair, first, end, out s, out t);
            studentSum += s;
            teacherSum += t;
        }

        if (double.IsNaN(studentSum) || double.IsNaN(teacherSum))
            return Irregular(student, teacher, columns, probabilities);
        pair.StudentExcess = Excess(pair.Student, blocks, studentSum);
        pair.StudentLogSum = Real.Log1P(pair.StudentExcess);
        pair.TeacherSum = teacherSum;
        pair.TeacherScale = 1;
        if (!probabilities)
        {
            double excess = Excess(pair.Teacher, blocks, teacherSum);
            pair.TeacherSum = 1 + excess;
            pair.TeacherScale = 1 / (1 + excess);
            pair.TeacherLogSum = Real.Log1P(excess);
        }

        pair.Constant = pair.TeacherLogSum - pair.StudentLogSum - (lost * c.StudentScale.InverseTemperature);
        return RowStatus.Ok;
    }

    /// <summary>The first class whose exponential is 1: one of the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Top(TReal* e, int columns)
    {
        TVector one = TVector.Constant(1);
        for (int j = 0; j < columns; j += TVector.Count)
        {
            ulong equal = TVector.MaskBits(TVector.Equal(TVector.Load(e + j), one));
            if (equal != 0)
                return j + System.Numerics.BitOperations.TrailingZeroCount(equal);
        }

        return 0;
    }

    // Σ e − 1, relative to itself: where the sum is small, entries at 1 are counted apart.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Excess(TReal* e, int blocks, double sum)
    {
        if (sum >= 8)
            return sum - 1;
        int lanes = Lanes.Count<TReal>(), length = Lanes.SegmentLength<TReal>() / lanes;
        TReal* sums = stackalloc TReal[2 * Lanes.Count<TReal>()];
        double rest = 0, ties = 0;
        TVector one = TVector.Constant(1);
        for (int first = 0; first < blocks; first += length)
        {
            int end = Math.Min(blocks, first + length);
            for (int turn = 0; turn < lanes; turn += TVector.Count)
            {
                TVector s = default, n = default;
                for (int block = first; block < end; block++)
                {
                    TVector value = TVector.Load(e + ((nint)block * lanes) + turn), tie = TVector.Equal(value, one);
                    s += TVector.Select(tie, default, value);
                    n += one & tie;
                }

                TVector.Store(sums + turn, s);
                TVector.Store(sums + lanes + turn, n);
            }

            rest += LaneSum.Of(sums);
            ties += LaneSum.Of(sums + lanes);
        }

        return rest + (ties - 1);
    }

    // Where whole blocks are read from: the row itself, or the array where it is widened first; the last block, padded, lies in the array.
    private static TReal* Source(T* z, int columns, TReal* array, double padding)
    {
        int start = 0;
        if (typeof(T) == typeof(TReal))
        {
            start = columns / Lanes.Count<TReal>() * Lanes.Count<TReal>();
            Unsafe.CopyBlockUnaligned(array + start, z + start, (uint)((columns - start) * sizeof(TReal)));
        }
        else
        {
            RowSource<T, TReal, TVector>.Widen(z, array, columns);
        }

        new Span<TReal>(array + columns, RowArrays.Padded<TReal>(columns) - columns).Fill(Real.From<TReal>(padding));
        return typeof(T) == typeof(TReal) ? (TReal*)z : array;
    }

    // The largest and the smallest entry; a NaN may be lost.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Extremes(TReal* source, TReal* array, int inPlace, int blocks, int columns, out double top, out double bottom)
    {
        int lanes = Lanes.Count<TReal>();
        TVector high = TVector.Constant(double.NegativeInfinity), high1 = high, low = high, low1 = high, zero = default;
        int whole = columns / lanes;
        for (int block = 0; block < whole; block++)
        {
            TReal* p = (block < inPlace ? source : array) + ((nint)block * lanes);
            for (int j = 0; j < lanes; j += 2 * TVector.Count)
            {
                TVector a = TVector.Load(p + j), b = TVector.Load(p + j + TVector.Count);
                high = TVector.Max(high, a);
                high1 = TVector.Max(high1, b);
                low = TVector.Max(low, zero - a);
                low1 = TVector.Max(low1, zero - b);
            }
        }

        top = TVector.MaxOfLanes(TVector.Max(high, high1));
        bottom = -TVector.MaxOfLanes(TVector.Max(low, low1));
        for (int j = whole * lanes; j < columns; j++)
        {
            double value = Real.ToDouble(array[j]);
            top = value > top ? value : top;
            bottom = value < bottom ? value : bottom;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Segment<TCareful, TLog>(in Constants given, ref RowPair<TReal> pair, int first, int end, out double studentSum, out double teacherSum)
        where TCareful : struct, IFlag
        where TLog : struct, IFlag
    {
        int lanes = Lanes.Count<TReal>();
        TReal* sums = stackalloc TReal[2 * Lanes.Count<TReal>()];
        Constants c = given;
        TReal* p = pair.Student, q = pair.Teacher, ratio = pair.Ratio, log = pair.LogTeacher;
        TVector zero = default, far = TVector.Constant(RatioMath<TVector, TReal>.Far), masked = TVector.Constant(double.NegativeInfinity);
        TVector studentPrescale = TVector.Constant(c.StudentScale.Prescale), teacherPrescale = TVector.Constant(c.TeacherScale.Prescale);
        TVector studentInverse = TVector.Constant(c.StudentScale.InverseTemperature), teacherInverse = TVector.Constant(c.TeacherScale.InverseTemperature);
        TVector studentK = TVector.Constant(c.StudentScale.K), studentKLow = TVector.Constant(c.StudentScale.KLow), studentLowest = TVector.Constant(c.StudentScale.Lowest);
        TVector teacherK = TVector.Constant(c.TeacherScale.K), teacherKLow = TVector.Constant(c.TeacherScale.KLow), teacherLowest = TVector.Constant(c.TeacherScale.Lowest);
        TVector studentLacks = default, teacherLacks = default;
        for (int turn = 0; turn < lanes; turn += TVector.Count)
        {
            TVector sum = default, otherSum = default;
            for (int block = first; block < end; block++)
            {
                nint at = ((nint)block * lanes) + turn;
                TVector a = TVector.Load((block < c.InPlace ? c.StudentSource : p) + at) * studentPrescale;
                TVector b = TVector.Load((block < c.InPlace ? c.TeacherSource : q) + at);
                TVector x = a - c.StudentMaximum, e = Exponentials(x, studentK, studentKLow, studentLowest);
                TVector otherMass, logMass, u;
                TVector otherMasked = TCareful.Set ? TVector.Equal(b, c.Probabilities ? zero : masked) : default;
                if (c.Probabilities)
                {
                    otherMass = b;
                    logMass = RatioMath<TVector, TReal>.Log(b);
                    u = (x * studentInverse) - logMass;
                }
                else
                {
                    b *= teacherPrescale;
                    TVector y = b - c.TeacherMaximum;
                    otherMass = Exponentials(y, teacherK, teacherKLow, teacherLowest);
                    logMass = y * teacherInverse;
                    if (c.EqualTemperatures)
                    {
                        // a − b = w + lost, exactly.
                        TVector w = a - b, part = w - a, lost = (a - (w - part)) - (b + part);
                        if (TCareful.Set)
                            lost = TVector.Select(TVector.Equal(lost, lost), lost, zero);
                        u = ((w - c.Shift) + lost) * studentInverse;
                    }
                    else
                    {
                        u = TVector.FusedMultiplyAdd(x, studentInverse, zero - logMass);
                    }
                }

                if (TCareful.Set)
                {
                    TVector ownMasked = TVector.Equal(a, masked);
                    studentLacks |= TVector.Select(otherMasked, zero, ownMasked);
                    teacherLacks |= TVector.Select(ownMasked, zero, otherMasked);
                    u = TVector.Select(TVector.Equal(u, u), u, zero);
                    u = TVector.Max(zero - far, TVector.Select(TVector.LessThan(far, u), far, u));
                    u = TVector.Select(otherMasked, TVector.Select(ownMasked, zero, far), TVector.Select(ownMasked, zero - far, u));
                    logMass = TVector.Select(otherMasked, zero - far, TVector.Max(zero - far, logMass));
                }

                TVector.Store(p + at, e);
                TVector.Store(q + at, otherMass);
                TVector.Store(ratio + at, u);
                if (TLog.Set)
                    TVector.Store(log + at, logMass);
                sum += e;
                otherSum += otherMass;
            }

            TVector.Store(sums + turn, sum);
            TVector.Store(sums + lanes + turn, otherSum);
        }

        pair.StudentLacks |= TVector.MaskBits(studentLacks) != 0;
        pair.TeacherLacks |= TVector.MaskBits(teacherLacks) != 0;
        studentSum = LaneSum.Of(sums);
        teacherSum = LaneSum.Of(sums + lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exponentials(TVector x, TVector k, TVector kLow, TVector lowest) =>
        TVector.Select(TVector.LessThan(x, lowest), default, Exponential.OfProduct<TVector, TReal>(x, k, kLow));

    // Upper statuses first.
    private static RowStatus Irregular(T* student, T* teacher, int columns, bool probabilities)
    {
        bool infinite = false, invalid = false;
        for (int j = 0; j < columns; j++)
        {
            double z = Real.ToDouble(student[j]), q = Real.ToDouble(teacher[j]);
            if (double.IsNaN(z) || double.IsNaN(q))
                return RowStatus.NotANumber;
            infinite |= double.IsPositiveInfinity(z) || (!probabilities && double.IsPositiveInfinity(q));
            invalid |= probabilities && q is < 0 or > 1;
        }

        return infinite ? RowStatus.PlusInfinity : invalid ? RowStatus.InvalidProbability : RowStatus.AllMasked;
    }
}
