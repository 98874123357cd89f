using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent. Strides are in bytes.</summary>
internal unsafe struct RowEntropyJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public RowEntropyOptions Options;
    public long Rows;

    /// <summary>V; of ragged rows the longest.</summary>
    public int Columns;

    public T* Values;
    public nint Stride;

    /// <summary>Of ragged rows [N + 1], else null.</summary>
    public long* Offsets;

    public TReal* RowWeights;
    public TReal* Temperatures;
    public int* Actions32;
    public long* Actions64;
    public TReal* ActionWeights;

    public TReal* Entropies;
    public TReal* LogSumExp;
    public TReal* LogProbability;
    public T* Gradient;
    public nint GradientStride;
    public RowStatus* Status;

    /// <summary>Sums of the values of <see cref="RowsPerPartial"/> rows each; null where no value is wanted.</summary>
    public double* Partials;
    public long RowsPerPartial;

    /// <summary>What every row's gradient is multiplied by: 1/normaliser of a mean, else 1. 0 makes the gradient 0, NaN rows included.</summary>
    public double GradientScale;

    /// <summary>The gradient goes past the caches.</summary>
    public bool Streaming;

    public readonly bool HasActions => Actions32 != null || Actions64 != null;

    public readonly int Length(long row) => Offsets == null ? Columns : (int)(Offsets[row + 1] - Offsets[row]);

    public readonly T* ValuesRow(long row) => Offsets == null ? (T*)((byte*)Values + ((nint)row * Stride)) : Values + Offsets[row];

    public readonly T* GradientRow(long row) => Offsets == null ? (T*)((byte*)Gradient + ((nint)row * GradientStride)) : Gradient + Offsets[row];

    /// <summary>The row's action, which may lie outside it; −1 where there are none.</summary>
    public readonly long Action(long row) => Actions32 != null ? Actions32[row] : Actions64 != null ? Actions64[row] : -1;

    public readonly double RowWeight(long row) => RowWeights == null ? 1 : Real.ToDouble(RowWeights[row]);

    public readonly double ActionWeight(long row) => ActionWeights == null ? 0 : Real.ToDouble(ActionWeights[row]);
}
