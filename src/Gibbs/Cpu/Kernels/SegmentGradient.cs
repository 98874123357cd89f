using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>The row's coefficients as the gradient kernel takes them; every one already holds the row's scale.</summary>
internal readonly struct GradientCoefficients<TReal>
    where TReal : unmanaged
{
    /// <summary>max u.</summary>
    public TReal Maximum { get; init; }

    /// <summary>Of exp(d): a/Σexp.</summary>
    public TReal Softmax { get; init; }

    /// <summary>Of exp(d)·d: b/(T·Σexp).</summary>
    public TReal SoftmaxOffset { get; init; }

    /// <summary>g.</summary>
    public TReal Constant { get; init; }

    /// <summary>Of the column terms: d, f.</summary>
    public TReal Columns { get; init; }

    /// <summary>g of unmasked entries only.</summary>
    public TReal UnmaskedConstant { get; init; }

    /// <summary>h of unmasked entries: of u/T − center.</summary>
    public TReal Unmasked { get; init; }

    /// <summary>1/T.</summary>
    public TReal InverseTemperature { get; init; }

    /// <summary>−center.</summary>
    public TReal MinusCenter { get; init; }
}

/// <summary>Which coefficients are not 0; the kernel is compiled for each.</summary>
internal interface IGradientForm
{
    /// <summary>exp(d)·d and the constant.</summary>
    static abstract bool IsAffine { get; }

    /// <summary>Column terms and terms of unmasked entries.</summary>
    static abstract bool IsFull { get; }
}

/// <summary>a·p_j.</summary>
internal readonly struct SoftmaxForm : IGradientForm
{
    public static bool IsAffine => false;

    public static bool IsFull => false;
}

/// <summary>p_j·(a + b·x_j) + g.</summary>
internal readonly struct AffineForm : IGradientForm
{
    public static bool IsAffine => true;

    public static bool IsFull => false;
}

/// <summary>All terms.</summary>
internal readonly struct FullForm : IGradientForm
{
    public static bool IsAffine => true;

    public static bool IsFull => true;
}

/// <summary>How a gradient is written.</summary>
internal interface IGradientStore
{
    /// <summary>Past the caches.</summary>
    static abstract bool IsStreaming { get; }
}

/// <summary>Through the caches.</summary>
internal readonly struct CachedStore : IGradientStore
{
    public static bool IsStreaming => false;
}

/// <summary>Past the caches.</summary>
internal readonly struct StreamingStore : IGradientStore
{
    public static bool IsStreaming => true;
}

/// <summary>dz_j = p_j·(a + b·x_j) + g + (d or f)·c_j + [unmasked: g′ + h·(ẑ_j − center)], elementwise; entries of the target and the argmax are rewritten by the row pass.</summary>
internal static unsafe class SegmentGradient<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>Blocks of destination = gradient of the blocks of segment, which may be the same memory.</summary>
    /// <typeparam name="TForm">Which terms there are.</typeparam>
    /// <typeparam name="TStore">How the body is written; its blocks are aligned to a cache line where that is past the caches.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write<TForm, TStore>(Segment<TReal> segment, Segment<TReal> columns, Segment<TReal> destination, in RowScale scale, in GradientCoefficients<TReal> coefficients, Prefetch next)
        where TForm : struct, IGradientForm
        where TStore : struct, IGradientStore
    {
        TVector k = TVector.Constant(scale.K);
        TVector kLow = TVector.Constant(scale.KLow);
        TVector lowest = TVector.Constant(TForm.IsAffine ? scale.LowestLifted : scale.Lowest);
        TVector m = TVector.Create(coefficients.Maximum);
        TVector a = TVector.Create(coefficients.Softmax);
        TVector b = TVector.Create(coefficients.SoftmaxOffset);
        TVector g = TVector.Create(coefficients.Constant);

        // Lifted, for p_j·x_j may be a normal number where p_j is not; the lift comes off after the product, or before it where that would overflow.
        double lowered = typeof(TReal) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 60);
        bool large = Math.Max(Math.Abs(Real.ToDouble(coefficients.Softmax)), Math.Abs(scale.LowestLifted * Real.ToDouble(coefficients.SoftmaxOffset))) > Real.Largest<TReal>() * lowered / 4;
        TVector before = TVector.Constant(large ? lowered : 1);
        TVector after = TVector.Constant(large ? 1 : lowered);
        for (int block = 0; block < segment.Blocks; block++)
        {
            TReal* p = segment.Block(block);
            TReal* q = destination.Block(block);
            TReal* c = TForm.IsFull ? columns.Block(block) : p;
            next.Far(block);
            for (int j = 0; j < Lanes.Count<TReal>(); j += TVector.Count)
            {
                TVector u = TVector.Load(p + j);
                TVector d = TVector.Max(lowest, u - m);
                TVector value;
                if (TForm.IsAffine)
                {
                    TVector e = Exponential.OfProduct<TVector, TReal>(d, k, kLow, Exponential.Lift<TReal>()) * before;
                    value = TVector.FusedMultiplyAdd(e * TVector.FusedMultiplyAdd(d, b, a), after, g);
                    if (TForm.IsFull)
                        value = AddFull(value, u, TVector.Load(c + j), coefficients);
                }
                else
                {
                    value = Exponential.OfProduct<TVector, TReal>(d, k, kLow) * a;
                }

                if (TStore.IsStreaming && block < destination.BodyBlocks)
                    TVector.StoreStreaming(q + j, value);
                else
                    TVector.Store(q + j, value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddFull(TVector value, TVector u, TVector columns, in GradientCoefficients<TReal> coefficients)
    {
        value = TVector.FusedMultiplyAdd(columns, TVector.Create(coefficients.Columns), value);
        TVector distance = TVector.FusedMultiplyAdd(u, TVector.Create(coefficients.InverseTemperature), TVector.Create(coefficients.MinusCenter));
        TVector unmasked = value + TVector.FusedMultiplyAdd(distance, TVector.Create(coefficients.Unmasked), TVector.Create(coefficients.UnmaskedConstant));
        return TVector.Select(TVector.Equal(u, TVector.Constant(double.NegativeInfinity)), value, unmasked);
    }
}
