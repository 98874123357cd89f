using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>What is written token by token: a row is first cut down to its set, x = −∞ and e = 0 outside; mask, log q = x − log Z and dH_S/dz = −q·(x − X/Z)/T are then elementwise.</summary>
internal static unsafe class TokenSetWriter<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Offsets that overflowed, of tokens that are not masked, become the lowest finite one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lift(T* z, TReal* x, int columns)
    {
        TVector masked = TVector.Constant(double.NegativeInfinity);
        TReal lowest = Real.From<TReal>(-Real.Largest<TReal>());
        int padded = RowArrays.Padded<TReal>(columns);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            for (ulong bits = TVector.MaskBits(TVector.Equal(TVector.Load(x + j), masked)); bits != 0; bits &= bits - 1)
            {
                int at = j + BitOperations.TrailingZeroCount(bits);
                if (at < columns && !double.IsNegativeInfinity(Real.ToDouble(z[at])))
                    x[at] = lowest;
            }
        }
    }

    /// <summary>x = −∞ and e = 0 of what a cut does not keep.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Restrict(T* z, TReal* x, TReal* e, int columns, in TokenCut cut)
    {
        TVector limit = TVector.Constant(cut.Offset), masked = TVector.Constant(double.NegativeInfinity), zero = default;
        TReal nothing = Real.From<TReal>(double.NegativeInfinity);
        int padded = RowArrays.Padded<TReal>(columns);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector offset = TVector.Load(x + j);
            TVector below = TVector.LessThan(offset, limit);
            TVector.Store(x + j, TVector.Select(below, masked, offset));
            TVector.Store(e + j, TVector.Select(below, zero, TVector.Load(e + j)));

            // At the threshold the logits decide, and then the indices.
            for (ulong bits = TVector.MaskBits(TVector.Equal(offset, limit)); bits != 0; bits &= bits - 1)
            {
                int at = j + BitOperations.TrailingZeroCount(bits);
                if (cut.Keeps(Real.ToDouble(z[at]), at))
                    continue;
                x[at] = nothing;
                e[at] = default;
            }
        }
    }

    /// <summary>Mask, log-probabilities and gradient of a row that is cut down; the logits may be overwritten.</summary>
    public static void Write(in TokenSetJob<T, TReal> job, long row, TReal* x, TReal* e, in TokenCut cut, double scale)
    {
        if (job.Mask != null)
            WriteMask(job.MaskRow(row), x, job.Columns);
        if (job.LogProbabilities != null)
        {
            LogProbabilityFormula formula = new() { X = x, LogSum = TVector.Constant(cut.Sums.LogSum) };
            _ = RowWriter<T, TReal, TVector>.Write(job.LogProbabilitiesRow(row), job.Columns, job.Streaming, false, ref formula);
        }

        if (job.Gradient == null)
            return;
        if (scale == 0)
        {
            new Span<T>(job.GradientRow(row), job.Columns).Clear();
            return;
        }

        GradientFormula gradient = new()
        {
            X = x,
            E = e,
            Mean = TVector.Constant(cut.Sums.MeanOffset),
            Factor = TVector.Create(Real.Coefficient<TReal>(-scale / cut.Sums.Sum)),
        };
        _ = RowWriter<T, TReal, TVector>.Write(job.GradientRow(row), job.Columns, job.Streaming && job.Gradient != job.Logits, false, ref gradient);
    }

    /// <summary>The same of a row without a set: log-probabilities −∞ or NaN, and the gradient 0 or NaN with them.</summary>
    public static void Fill(in TokenSetJob<T, TReal> job, long row, double nothing)
    {
        if (job.Mask != null)
            new Span<byte>(job.MaskRow(row), job.Columns).Clear();
        if (job.LogProbabilities != null)
            new Span<T>(job.LogProbabilitiesRow(row), job.Columns).Fill(Real.From<T>(nothing));
        if (job.Gradient != null)
            new Span<T>(job.GradientRow(row), job.Columns).Fill(Real.From<T>(double.IsNaN(nothing) && job.GradientScale != 0 ? double.NaN : 0));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteMask(byte* mask, TReal* x, int columns)
    {
        TVector masked = TVector.Constant(double.NegativeInfinity);
        for (int first = 0; first < columns; first += 32)
        {
            ulong bits = 0;
            for (int j = 0; j < 32; j += TVector.Count)
                bits |= TVector.MaskBits(TVector.LessThan(masked, TVector.Load(x + first + j))) << j;
            for (int j = first; j < Math.Min(columns, first + 32); j += 8, bits >>= 8)
            {
                // A bit per byte: bit i stays in byte i, and lifts the byte's highest.
                ulong bytes = (((((bits & 0xFF) * 0x0101010101010101) & 0x8040201008040201) + 0x7F7F7F7F7F7F7F7F) >> 7) & 0x0101010101010101;
                Unsafe.CopyBlockUnaligned(mask + j, &bytes, (uint)Math.Min(8, columns - j));
            }
        }
    }

    private struct LogProbabilityFormula : IRowFormula<TVector, TReal>
    {
        public TReal* X;
        public TVector LogSum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector At<TAccess>(TAccess access)
            where TAccess : struct, IRowAccess<TVector, TReal> => access.Load(X) - LogSum;
    }

    private struct GradientFormula : IRowFormula<TVector, TReal>
    {
        public TReal* X;
        public TReal* E;
        public TVector Mean;
        public TVector Factor;

        // Where e is 0 so is the gradient: x may be −∞.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector At<TAccess>(TAccess access)
            where TAccess : struct, IRowAccess<TVector, TReal>
        {
            TVector e = access.Load(E);
            return TVector.Select(TVector.Equal(e, default), default, e * ((access.Load(X) - Mean) * Factor));
        }
    }
}
