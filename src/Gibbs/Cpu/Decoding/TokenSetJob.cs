using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent. Strides are in bytes.</summary>
internal unsafe struct TokenSetJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public TokenSetOptions Options;
    public long Rows;
    public int Columns;

    public T* Logits;
    public nint LogitsStride;
    public TReal* RowWeights;
    public TReal* Temperatures;
    public int* Actions32;
    public long* Actions64;

    public TReal* Entropies;
    public TReal* FullEntropies;
    public int* Counts;
    public TReal* Thresholds;
    public byte* Mask;
    public nint MaskStride;
    public T* LogProbabilities;
    public nint LogProbabilitiesStride;
    public TReal* ActionLogProbability;
    public long* Samples;
    public TReal* SampleLogProbability;
    public T* Gradient;
    public nint GradientStride;
    public RowStatus* Status;

    /// <summary>Sums of the values of <see cref="RowsPerPartial"/> rows each; null where none is wanted.</summary>
    public double* Partials;
    public long RowsPerPartial;

    /// <summary>What every row's gradient is multiplied by: 1/normaliser of a mean, else 1. 0 makes the gradient 0, NaN rows included.</summary>
    public double GradientScale;

    /// <summary>Matrices go past the caches.</summary>
    public bool Streaming;

    public readonly bool Draws => Samples != null || SampleLogProbability != null;

    /// <summary>Outputs that go over the tokens of the set one by one.</summary>
    public readonly bool NeedsTokens => Mask != null || LogProbabilities != null || Gradient != null || Draws;

    public readonly bool HasActions => Actions32 != null || Actions64 != null;

    public readonly long Action(long row) => Actions32 != null ? Actions32[row] : Actions64 != null ? Actions64[row] : 0;

    public readonly double RowWeight(long row) => RowWeights == null ? 1 : Real.ToDouble(RowWeights[row]);

    public readonly double Temperature(long row) => Temperatures == null ? Options.Temperature : Real.ToDouble(Temperatures[row]);

    public readonly T* LogitsRow(long row) => (T*)((byte*)Logits + ((nint)row * LogitsStride));

    public readonly byte* MaskRow(long row) => Mask + ((nint)row * MaskStride);

    public readonly T* LogProbabilitiesRow(long row) => (T*)((byte*)LogProbabilities + ((nint)row * LogProbabilitiesStride));

    public readonly T* GradientRow(long row) => (T*)((byte*)Gradient + ((nint)row * GradientStride));
}
