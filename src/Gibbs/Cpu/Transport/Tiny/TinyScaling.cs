using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>
/// Iterations in scaling form for a group of matrices, a vector lane each:
/// <code>
/// Alternating   K_ij = exp(x_ij/T − r_i − c_j)    v = e^(c_j),  u_i = a_i/Σ_j K_ij·v_j,  v_j = b_j/Σ_i K_ij·u_i
/// DeepSeek      K = softmax of rows + ε            u_i ← u_i/(u_i·Σ_j K_ij·v_j + ε),  v_j ← v_j/(v_j·Σ_i K_ij·u_i + ε)
/// </code>
/// r and c make every row and column of K have a greatest entry of 1: a K_ij that underflows is then below rounding for as long as u and v stay between <see cref="Least"/> and its inverse, which is watched; a lane
/// that leaves that range is not trusted. One exponential per entry and call, none per iteration.
/// </summary>
internal static unsafe class TinyScaling<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    // Scalings are looked at after as many iterations, and after the last.
    private const int CheckEvery = 4;

    /// <summary>The least scaling that is trusted; its square times the number of entries is above what underflows, relative to a sum.</summary>
    public static double Least => typeof(TReal) == typeof(float) ? 9.094947017729282e-13 : 3.872591914849318e-121;

    private static int Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVector.Count;
    }

    /// <summary>Entries in lines without a target take no part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mask(in TinyJob job, in TinyScratch<TReal> s)
    {
        TVector absent = TVector.Constant(job.Positive ? 0 : double.NegativeInfinity), zero = default;
        for (int i = 0; i < job.Rows; i++)
        {
            TVector row = TVector.Equal(Load(s.A, i), zero);
            for (int j = 0; j < job.Columns; j++)
            {
                TVector idle = row | TVector.Equal(Load(s.B, j), zero);
                Store(s.X, (i * job.Columns) + j, TVector.Select(idle, absent, Load(s.X, (i * job.Columns) + j)));
            }
        }
    }

    /// <summary>K and the first v from the values. Returns the lanes in which that could be done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TVector Kernel(in TinyJob job, in TinyScratch<TReal> s)
    {
        int n = job.Rows, m = job.Columns;
        TVector empty = TVector.Constant(job.Positive ? 0 : double.NegativeInfinity), neutral = TVector.Constant(job.Positive ? 1 : 0);
        TVector good = TVector.FromBits(ulong.MaxValue);
        for (int i = 0; i < n; i++)
        {
            TVector largest = empty;
            for (int j = 0; j < m; j++)
                largest = TVector.Max(Load(s.X, (i * m) + j), largest);
            TVector some = TVector.LessThan(empty, largest);
            Store(s.RowAnchors, i, TVector.Select(some, largest, neutral));
            if (job.Damped)
                good &= some;
        }

        if (job.Damped)
        {
            Softmax(job, s);
            return good;
        }

        // A column of the matrix itself whose greatest entry is this small may have lost others.
        TVector leastColumn = TVector.Constant(job.Positive ? Least : double.NegativeInfinity), zero = default;
        TVector k = TVector.Constant(job.Scale.K), kLow = TVector.Constant(job.Scale.KLow), lowest = TVector.Constant(job.Scale.Lowest);
        for (int j = 0; j < m; j++)
        {
            TVector largest = empty;
            for (int i = 0; i < n; i++)
                largest = TVector.Max(Anchored(job, Load(s.X, (i * m) + j), Load(s.RowAnchors, i)), largest);
            good &= TVector.LessThan(leastColumn, largest) | TVector.Equal(Load(s.B, j), zero);
            TVector anchor = TVector.Select(TVector.LessThan(empty, largest), largest, neutral);
            Store(s.ColumnAnchors, j, anchor);
            TVector first = job.Positive ? largest : Exponential.OfProduct<TVector, TReal>(TVector.Max(lowest, largest), k, kLow);
            Store(s.V0, j, TVector.Select(TVector.Equal(Load(s.B, j), zero), zero, first));
            for (int i = 0; i < n; i++)
            {
                TVector d = Anchored(job, Anchored(job, Load(s.X, (i * m) + j), Load(s.RowAnchors, i)), anchor);
                Store(s.K, (i * m) + j, job.Positive ? d : Exponential.OfProduct<TVector, TReal>(TVector.Max(lowest, d), k, kLow));
            }
        }

        return good;
    }

    /// <summary>All iterations: u and v, and their history where it is wanted. Returns the lanes whose scalings stayed in range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TVector Iterate(in TinyJob job, in TinyScratch<TReal> s, TVector good)
    {
        int n = job.Rows, m = job.Columns, last = job.Options.Iterations - 1;
        TVector one = TVector.Constant(1), largest = TVector.Constant(1 / Least);
        for (int i = 0; i < n; i++)
            Store(s.U, i, one);
        for (int j = 0; j < m; j++)
            Store(s.V, j, job.Damped ? one : Load(s.V0, j));
        for (int t = 0; t <= last; t++)
        {
            if (m == 4)
                TinyStep<TReal, TVector>.Four(job, s, first: t == 0);
            else
                TinyStep<TReal, TVector>.Any(job, s, first: t == 0);
            if (t % CheckEvery == CheckEvery - 1 || t == last)
            {
                for (int i = 0; i < n; i++)
                    good &= TVector.LessThan(Load(s.LeastRows, i), Load(s.U, i)) & TVector.LessThan(Load(s.U, i), largest);
                for (int j = 0; j < m; j++)
                    good &= TVector.LessThan(Load(s.LeastColumns, j), Load(s.V, j)) & TVector.LessThan(Load(s.V, j), largest);
            }

            if (job.Upstream != null)
            {
                TReal* slot = s.History + ((nint)t * (n + m) * Lanes);
                for (int i = 0; i < n; i++)
                    Store(slot, i, Load(s.U, i));
                for (int j = 0; j < m; j++)
                    Store(slot, n + j, Load(s.V, j));
            }
        }

        return good;
    }

    /// <summary>P, over the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plan(in TinyJob job, in TinyScratch<TReal> s)
    {
        for (int i = 0; i < job.Rows; i++)
        {
            TVector u = Load(s.U, i);
            for (int j = 0; j < job.Columns; j++)
                Store(s.K, (i * job.Columns) + j, Load(s.K, (i * job.Columns) + j) * u * Load(s.V, j));
        }
    }

    /// <summary>Σ|P1 − a| + Σ|Pᵀ1 − b| of P as <see cref="Plan"/> leaves it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TVector MarginalError(in TinyJob job, in TinyScratch<TReal> s)
    {
        int n = job.Rows, m = job.Columns;
        TVector error = default;
        for (int i = 0; i < n; i++)
        {
            TVector sum = default;
            for (int j = 0; j < m; j++)
                sum += Load(s.K, (i * m) + j);
            error += Magnitude(sum - Load(s.A, i));
        }

        for (int j = 0; j < m; j++)
        {
            TVector sum = default;
            for (int i = 0; i < n; i++)
                sum += Load(s.K, (i * m) + j);
            error += Magnitude(sum - Load(s.B, j));
        }

        return error;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(TReal* values, int index) => TVector.Load(values + ((nint)index * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TReal* values, int index, TVector value) => TVector.Store(values + ((nint)index * Lanes), value);

    // K = softmax + ε; X becomes the softmax, and of the matrix itself the row anchor the row's sum.
    private static void Softmax(in TinyJob job, in TinyScratch<TReal> s)
    {
        TVector k = TVector.Constant(job.Scale.K), kLow = TVector.Constant(job.Scale.KLow), lowest = TVector.Constant(job.Scale.Lowest), epsilon = TVector.Constant(job.Options.Epsilon);
        for (int i = 0; i < job.Rows; i++)
        {
            TVector anchor = Load(s.RowAnchors, i), sum = default;
            for (int j = 0; j < job.Columns; j++)
            {
                int e = (i * job.Columns) + j;
                TVector d = Anchored(job, Load(s.X, e), anchor);
                TVector term = job.Positive ? d : Exponential.OfProduct<TVector, TReal>(TVector.Max(lowest, d), k, kLow);
                sum += term;
                Store(s.X, e, term);
            }

            for (int j = 0; j < job.Columns; j++)
            {
                int e = (i * job.Columns) + j;
                TVector p = Load(s.X, e) / sum;
                Store(s.X, e, p);
                Store(s.K, e, p + epsilon);
            }

            if (job.Positive)
                Store(s.RowAnchors, i, anchor * sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Anchored(in TinyJob job, TVector value, TVector anchor) => job.Positive ? value / anchor : value - anchor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Magnitude(TVector value) => TVector.Max(value, default(TVector) - value);
}
