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

/// <summary>dz_j = p_j·(a + b·x_j) + g + (d or f)·c_j + [unmasked: g′ + h·(ẑ_j − center)], elementwise; entries of the target and the argmax are rewritten by the row pass.</summary>
internal static unsafe class SegmentGradient<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>Blocks of destination = gradient of the blocks of segment, which may be the same memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write<TForm>(Segment<TReal> segment, Segment<TReal> columns, Segment<TReal> destination, in RowScale scale, in GradientCoefficients<TReal> coefficients, bool streaming)
        where TForm : struct, IGradientForm
    {
        TVector k = TVector.Create(Real.Coefficient<TReal>(scale.K));
        TVector kLow = TVector.Create(Real.From<TReal>(scale.KLow));
        TVector lowest = TVector.Create(Real.Coefficient<TReal>(TForm.IsAffine ? scale.LowestLifted : scale.Lowest));
        TVector m = TVector.Create(coefficients.Maximum);
        TVector a = TVector.Create(coefficients.Softmax);
        TVector b = TVector.Create(coefficients.SoftmaxOffset);
        TVector g = TVector.Create(coefficients.Constant);
        for (int block = 0; block < segment.Blocks; block++)
        {
            TReal* p = segment.Block(block);
            TReal* q = destination.Block(block);
            TReal* c = TForm.IsFull ? columns.Block(block) : null;
            if (streaming && block < destination.BodyBlocks)
            {
                for (int j = 0; j < Lanes.Count<TReal>(); j += 2 * TVector.Count)
                {
                    TVector first = Entry<TForm>(p + j, c + j, k, kLow, lowest, m, a, b, g, coefficients);
                    TVector second = Entry<TForm>(p + j + TVector.Count, c + j + TVector.Count, k, kLow, lowest, m, a, b, g, coefficients);
                    TVector.StoreStreaming(q + j, first);
                    TVector.StoreStreaming(q + j + TVector.Count, second);
                }
            }
            else
            {
                for (int j = 0; j < Lanes.Count<TReal>(); j += 2 * TVector.Count)
                {
                    TVector first = Entry<TForm>(p + j, c + j, k, kLow, lowest, m, a, b, g, coefficients);
                    TVector second = Entry<TForm>(p + j + TVector.Count, c + j + TVector.Count, k, kLow, lowest, m, a, b, g, coefficients);
                    TVector.Store(q + j, first);
                    TVector.Store(q + j + TVector.Count, second);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Entry<TForm>(
        TReal* p, TReal* c, TVector k, TVector kLow, TVector lowest, TVector m, TVector a, TVector b, TVector g, in GradientCoefficients<TReal> coefficients)
        where TForm : struct, IGradientForm
    {
        TVector u = TVector.Load(p);
        TVector d = TVector.Max(lowest, u - m);
        if (!TForm.IsAffine)
            return Exponential.OfProduct<TVector, TReal>(d, k, kLow) * a;

        // Lifted: p_j·x_j may be a normal number where p_j is not.
        TVector e = Exponential.OfProduct<TVector, TReal>(d, k, kLow, Exponential.Lift<TReal>());
        TVector lowered = TVector.Create(Real.From<TReal>(typeof(TReal) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 60)));
        TVector value = TVector.FusedMultiplyAdd(e * TVector.FusedMultiplyAdd(d, b, a), lowered, g);
        if (TForm.IsFull)
        {
            value = TVector.FusedMultiplyAdd(TVector.Load(c), TVector.Create(coefficients.Columns), value);
            TVector distance = TVector.FusedMultiplyAdd(u, TVector.Create(coefficients.InverseTemperature), TVector.Create(coefficients.MinusCenter));
            TVector unmasked = value + TVector.FusedMultiplyAdd(distance, TVector.Create(coefficients.Unmasked), TVector.Create(coefficients.UnmaskedConstant));
            TVector masked = TVector.Equal(u, TVector.Create(Real.From<TReal>(double.NegativeInfinity)));
            value = TVector.Select(masked, value, unmasked);
        }

        return value;
    }
}
