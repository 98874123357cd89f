using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>
/// KL(q‖p) and its gradient p − q of rows that differ, as a student's and a teacher's do: the value is −Σ q·d, and nothing cancels beyond what the result can bear. Masks, bad entries, extreme temperatures and nearly
/// equal rows are left to the careful path. Half the arithmetic of that: both rows are read for their maxima, for their exponentials and Σ e_q·(x_p − x_q), and the exponentials for the gradient.
/// </summary>
internal static unsafe class DistillationRow<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    // Below it −Σ q·d is known no better than to its terms.
    private const double LeastValue = 1.0 / 16;

    // The largest p − q over the largest of p and q (or q − p: their sums are the same): below it p − q is known no better than p and q are.
    private const double LeastDifference = 0.1;

    // A row as whole blocks: in place, but for a last one in scratch.
    private struct Side
    {
        public TReal* Source;
        public TReal* Masses;

        // The row that is read next, this one again where there is none: fetched meanwhile.
        public byte* Next;
        public double Maximum;
        public double Sum;
        public TVector K;
        public TVector KLow;
        public TVector Lowest;
        public TVector Inverse;
        public RowScale Scale;
    }

    private static double Padding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TReal) == typeof(float) ? -1e30 : -1e300;
    }

    /// <summary>Whether the row was done here; then its divergence, and its gradient where it is wanted. Otherwise nothing was written.</summary>
    /// <param name="job">The call, on logits.</param>
    /// <param name="row">The row.</param>
    /// <param name="arrays">Scratch: two arrays, a stride apart.</param>
    /// <param name="stride">That.</param>
    /// <param name="hasNext">Whether this thread reads the next row then.</param>
    /// <param name="gradient">Whether the gradient is wanted.</param>
    /// <param name="factor">What it is multiplied by.</param>
    /// <param name="value">KL(q‖p).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Run(in DivergenceJob<T, TReal> job, long row, TReal* arrays, int stride, bool hasNext, bool gradient, double factor, out double value)
    {
        value = 0;
        int columns = job.Columns, lanes = Lanes.Count<TReal>(), blocks = (columns + lanes - 1) / lanes, inPlace = typeof(T) == typeof(TReal) ? columns / lanes : blocks;
        bool equal = job.Options.StudentTemperature == job.Options.TeacherTemperature;
        if (!Begin(job.StudentRow(row), columns, blocks, inPlace, job.Options.StudentTemperature, arrays, out Side student)
            || !Begin(job.TeacherRow(row), columns, blocks, inPlace, job.Options.TeacherTemperature, arrays + stride, out Side teacher))
            return false;
        student.Next = (byte*)job.StudentRow(hasNext ? row + 1 : row);
        teacher.Next = (byte*)job.TeacherRow(hasNext ? row + 1 : row);

        double moment = 0, shift = student.Maximum - teacher.Maximum;
        int length = Lanes.SegmentLength<TReal>() / lanes;
        for (int first = 0; first < blocks; first += length)
        {
            int end = Math.Min(blocks, first + length);
            moment += equal
                ? Exponentials<Common>(ref student, ref teacher, shift, first, end, inPlace)
                : Exponentials<Own>(ref student, ref teacher, shift, first, end, inPlace);
        }

        double studentScale = 1 / student.Sum, teacherScale = 1 / teacher.Sum;
        double lost = equal ? (shift - Real.ToDouble(Real.From<TReal>(shift))) * student.Scale.InverseTemperature : 0;
        value = Math.Log(student.Sum / teacher.Sum) + lost - (moment * (equal ? student.Scale.InverseTemperature : 1) * teacherScale);
        if (!(value > LeastValue && double.IsFinite(value)))
            return false;
        if (!gradient)
            return true;

        double least = LeastDifference * Math.Max(studentScale, teacherScale);
        T* result = job.StudentGradientRow(row);
        if (job.StudentGradient == job.Student || job.StudentGradient == job.Teacher)
        {
            // The careful path would find its rows overwritten.
            if (!(Largest(student.Masses, teacher.Masses, studentScale, teacherScale, blocks) >= least))
                return false;
        }

        return Difference(student.Masses, teacher.Masses, studentScale * factor, teacherScale * factor, result, columns, job.Streaming && job.StudentGradient != job.Student) >= least * Math.Abs(factor);
    }

    private static bool Begin(T* z, int columns, int blocks, int inPlace, double temperature, TReal* masses, out Side side)
    {
        side = default;
        side.Scale = RowScale.Of<TReal>(temperature);
        side.Masses = masses;
        side.Source = (TReal*)z;
        int start = inPlace * Lanes.Count<TReal>();
        if (typeof(T) != typeof(TReal))
        {
            RowSource<T, TReal, TVector>.Widen(z, masses, columns);
            side.Source = masses;
        }
        else
        {
            Unsafe.CopyBlockUnaligned(masses + start, z + start, (uint)((columns - start) * sizeof(TReal)));
        }

        new Span<TReal>(masses + columns, RowArrays.Padded<TReal>(columns) - columns).Fill(Real.From<TReal>(Padding));
        side.Maximum = Maximum(side.Source, masses, blocks, inPlace) + 0.0;
        side.K = TVector.Constant(side.Scale.K);
        side.KLow = TVector.Constant(side.Scale.KLow);
        side.Lowest = TVector.Constant(side.Scale.Lowest);
        side.Inverse = TVector.Constant(side.Scale.InverseTemperature);
        return side.Scale.Prescale == 1 && side.Maximum > Padding / 16 && side.Maximum < -Padding;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Maximum(TReal* source, TReal* scratch, int blocks, int inPlace)
    {
        int lanes = Lanes.Count<TReal>();
        TVector a = TVector.Constant(double.NegativeInfinity), b = a, c = a, d = a;
        for (int block = 0; block < blocks; block++)
        {
            TReal* p = (block < inPlace ? source : scratch) + ((nint)block * lanes);
            for (int j = 0; j < lanes; j += 4 * TVector.Count)
            {
                a = TVector.Max(a, TVector.Load(p + j));
                b = TVector.Max(b, TVector.Load(p + j + TVector.Count));
                c = TVector.Max(c, TVector.Load(p + j + (2 * TVector.Count)));
                d = TVector.Max(d, TVector.Load(p + j + (3 * TVector.Count)));
            }
        }

        return TVector.MaxOfLanes(TVector.Max(TVector.Max(a, b), TVector.Max(c, d)));
    }

    // Exponentials of blocks [first, end), at most a segment, their sums, and Σ e_q·u: u without its 1/T where that is common. Four accumulators at a time: wide vectors read the row in order.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Exponentials<TTemperatures>(ref Side student, ref Side teacher, double difference, int first, int end, int inPlace)
        where TTemperatures : struct, ITemperatures
    {
        int lanes = Lanes.Count<TReal>();
        TReal* sums = stackalloc TReal[3 * Lanes.Count<TReal>()];
        byte* next = student.Next, otherNext = teacher.Next;
        TReal* p = student.Masses, q = teacher.Masses;
        Constants c = new()
        {
            Maximum = TVector.Constant(student.Maximum),
            OtherMaximum = TVector.Constant(teacher.Maximum),
            Shift = TVector.Constant(difference),
            K = student.K,
            KLow = student.KLow,
            Lowest = student.Lowest,
            Inverse = student.Inverse,
            OtherK = teacher.K,
            OtherKLow = teacher.KLow,
            OtherLowest = teacher.Lowest,
            OtherInverse = teacher.Inverse,
        };
        for (int turn = 0; turn < lanes; turn += 4 * TVector.Count)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default, m0 = default, m1 = default, m2 = default, m3 = default;
            for (int block = first; block < end; block++)
            {
                nint at = ((nint)block * lanes) + turn;
                if (Sse.IsSupported)
                {
                    for (int line = 0; line < 4 * TVector.Count * sizeof(T); line += 64)
                    {
                        Sse.Prefetch1(next + (at * sizeof(T)) + line);
                        Sse.Prefetch1(otherNext + (at * sizeof(T)) + line);
                    }
                }

                TReal* a = (block < inPlace ? student.Source : p) + at, b = (block < inPlace ? teacher.Source : q) + at;
                Step<TTemperatures>(c, a, b, p + at, q + at, ref s0, ref t0, ref m0);
                Step<TTemperatures>(c, a + TVector.Count, b + TVector.Count, p + at + TVector.Count, q + at + TVector.Count, ref s1, ref t1, ref m1);
                Step<TTemperatures>(c, a + (2 * TVector.Count), b + (2 * TVector.Count), p + at + (2 * TVector.Count), q + at + (2 * TVector.Count), ref s2, ref t2, ref m2);
                Step<TTemperatures>(c, a + (3 * TVector.Count), b + (3 * TVector.Count), p + at + (3 * TVector.Count), q + at + (3 * TVector.Count), ref s3, ref t3, ref m3);
            }

            Spread(sums + turn, s0, s1, s2, s3);
            Spread(sums + lanes + turn, t0, t1, t2, t3);
            Spread(sums + (2 * lanes) + turn, m0, m1, m2, m3);
        }

        student.Sum += LaneSum.Of(sums);
        teacher.Sum += LaneSum.Of(sums + lanes);
        return LaneSum.Of(sums + (2 * lanes));
    }

    private struct Constants
    {
        public TVector Maximum;
        public TVector OtherMaximum;
        public TVector Shift;
        public TVector K;
        public TVector KLow;
        public TVector Lowest;
        public TVector Inverse;
        public TVector OtherK;
        public TVector OtherKLow;
        public TVector OtherLowest;
        public TVector OtherInverse;
    }

    private interface ITemperatures
    {
        static abstract bool Common { get; }
    }

    private readonly struct Common : ITemperatures
    {
        static bool ITemperatures.Common => true;
    }

    private readonly struct Own : ITemperatures
    {
        static bool ITemperatures.Common => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TTemperatures>(in Constants c, TReal* student, TReal* teacher, TReal* p, TReal* q, ref TVector sum, ref TVector otherSum, ref TVector moment)
        where TTemperatures : struct, ITemperatures
    {
        TVector a = TVector.Load(student), b = TVector.Load(teacher);
        TVector x = a - c.Maximum, y = b - c.OtherMaximum;
        TVector e = Exponential.OfProduct<TVector, TReal>(TVector.Max(c.Lowest, x), c.K, c.KLow);
        TVector f = Exponential.OfProduct<TVector, TReal>(TVector.Max(c.OtherLowest, y), c.OtherK, c.OtherKLow);
        TVector u = TTemperatures.Common ? (a - b) - c.Shift : TVector.FusedMultiplyAdd(x, c.Inverse, default(TVector) - (y * c.OtherInverse));
        TVector.Store(p, e);
        TVector.Store(q, f);
        sum += e;
        otherSum += f;
        moment = TVector.FusedMultiplyAdd(f, u, moment);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(TReal* lanes, TVector a, TVector b, TVector c, TVector d)
    {
        TVector.Store(lanes, a);
        TVector.Store(lanes + TVector.Count, b);
        TVector.Store(lanes + (2 * TVector.Count), c);
        TVector.Store(lanes + (3 * TVector.Count), d);
    }

    // max p − q.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Largest(TReal* p, TReal* q, double studentScale, double teacherScale, int blocks)
    {
        TVector a = TVector.Constant(studentScale), b = TVector.Constant(-teacherScale), largest = default;
        for (nint at = 0; at < (nint)blocks * Lanes.Count<TReal>(); at += TVector.Count)
            largest = TVector.Max(largest, TVector.FusedMultiplyAdd(TVector.Load(q + at), b, TVector.Load(p + at) * a));

        return TVector.MaxOfLanes(largest);
    }

    // Of masses and scales with the factor in them (p − q)·factor to the result, and the largest of it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Difference(TReal* p, TReal* q, double studentScale, double teacherScale, T* result, int columns, bool streaming)
    {
        TVector a = TVector.Create(Real.Coefficient<TReal>(studentScale)), b = TVector.Create(Real.Coefficient<TReal>(-teacherScale)), largest = default;
        int head = 0, stop = 0;
        if (typeof(T) == typeof(TReal))
        {
            // Whole vectors straight to the result, from an aligned address on where they go past the caches.
            head = streaming ? Math.Min(columns, (int)(-(nint)result & ((TVector.Count * sizeof(TReal)) - 1)) / sizeof(TReal)) : 0;
            stop = head + ((columns - head) / TVector.Count * TVector.Count);
            TReal* to = (TReal*)result;
            if (streaming)
            {
                for (nint at = head; at < stop; at += TVector.Count)
                {
                    TVector value = TVector.FusedMultiplyAdd(TVector.Load(q + at), b, TVector.Load(p + at) * a);
                    largest = TVector.Max(largest, value);
                    TVector.StoreStreaming(to + at, value);
                }
            }
            else
            {
                for (nint at = head; at < stop; at += TVector.Count)
                {
                    TVector value = TVector.FusedMultiplyAdd(TVector.Load(q + at), b, TVector.Load(p + at) * a);
                    largest = TVector.Max(largest, value);
                    TVector.Store(to + at, value);
                }
            }
        }

        // What is left of the row, in place of its masses.
        largest = TVector.Max(largest, Part(p, q, a, b, 0, head));
        largest = TVector.Max(largest, Part(p, q, a, b, stop, columns));
        if (typeof(T) == typeof(TReal))
        {
            Unsafe.CopyBlockUnaligned(result, p, (uint)(head * sizeof(TReal)));
            Unsafe.CopyBlockUnaligned(result + stop, p + stop, (uint)((columns - stop) * sizeof(TReal)));
        }
        else
        {
            RowSource<T, TReal, TVector>.Narrow(p, result, columns);
        }

        return TVector.MaxOfLanes(largest);
    }

    // Entries [start, stop), written over p; reads and writes whole vectors, of which the scratch has room.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Part(TReal* p, TReal* q, TVector a, TVector b, int start, int stop)
    {
        TVector largest = default;
        TReal* whole = stackalloc TReal[2 * 16];
        int j = start;
        for (; j <= stop - TVector.Count; j += TVector.Count)
        {
            TVector value = TVector.FusedMultiplyAdd(TVector.Load(q + j), b, TVector.Load(p + j) * a);
            largest = TVector.Max(largest, value);
            TVector.Store(p + j, value);
        }

        if (j < stop)
        {
            // The scratch is padded to whole blocks, but entries behind stop are others' already.
            for (int l = 0; l < TVector.Count; l++)
            {
                whole[l] = j + l < stop ? p[j + l] : default;
                whole[16 + l] = j + l < stop ? q[j + l] : default;
            }

            TVector value = TVector.FusedMultiplyAdd(TVector.Load(whole + 16), b, TVector.Load(whole) * a);
            largest = TVector.Max(largest, value);
            TVector.Store(whole, value);
            Unsafe.CopyBlockUnaligned(p + j, whole, (uint)((stop - j) * sizeof(TReal)));
        }

        return largest;
    }
}
