using Gibbs.Cpu.Kernels;

namespace Gibbs.Cpu.Epilogues;

/// <summary>What a loss may use of a row: its statistics and its target. Loss values need all sums; gradient coefficients only those that are saved.</summary>
internal readonly ref struct RowContext
{
    /// <summary>The scalars of the call.</summary>
    public readonly ref readonly CrossEntropyOptions Options;

    /// <summary>The statistics.</summary>
    public readonly ref readonly RowSummary Row;

    /// <summary>Of a row and its call.</summary>
    public RowContext(ref readonly CrossEntropyOptions options, ref readonly RowSummary row)
    {
        Options = ref options;
        Row = ref row;
    }

    /// <summary>V.</summary>
    public required int Columns { get; init; }

    /// <summary>lse of the effective logits.</summary>
    public required double LogSumExp { get; init; }

    /// <summary>The row has column terms: soft targets, or class weights under label smoothing.</summary>
    public required bool HasColumnTerms { get; init; }

    /// <summary>The target is a column; otherwise soft.</summary>
    public required bool HasTarget { get; init; }

    /// <summary>w_y.</summary>
    public required double TargetWeight { get; init; }

    /// <summary>x_y = ẑ_y − max ẑ.</summary>
    public required double TargetOffset { get; init; }

    /// <summary>The largest finite real of the arithmetic type, for slopes that would overflow.</summary>
    public required double LargestReal { get; init; }

    /// <summary>H.</summary>
    public double Entropy => Row.LogSum - Row.MeanOffset;

    /// <summary>ℓ = −log p_y ≥ 0.</summary>
    public double TargetLoss => Row.LogSum - TargetOffset;
}

/// <summary>
/// A row's loss before its weight, and the coefficients of its gradient with respect to the effective logits:
/// dẑ_j = p_j·(Softmax + SoftmaxOffset·x_j) + Target·(p_j − 1[j=y]) + Columns·c_j + Constant + [unmasked: UnmaskedConstant + Unmasked·(ẑ_j − center)] + Argmax·1[j=argmax].
/// </summary>
internal struct RowCoefficients
{
    public double Loss;
    public double Softmax;
    public double SoftmaxOffset;
    public double Target;
    public double Columns;
    public double Constant;
    public double UnmaskedConstant;
    public double Unmasked;
    public double Argmax;
}
