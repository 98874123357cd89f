namespace Gibbs.Cpu.Projections;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent. Strides are in bytes.</summary>
internal unsafe struct FenchelYoungJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public FenchelYoungOptions Options;
    public long Rows;
    public int Columns;

    public T* Logits;
    public nint LogitsStride;
    public int* Targets32;
    public long* Targets64;
    public TReal* ClassWeights;
    public TReal* RowWeights;
    public TReal* Alphas;

    public TReal* Losses;
    public T* Gradient;
    public nint GradientStride;
    public T* Probabilities;
    public nint ProbabilitiesStride;
    public long* SupportSize;
    public RowStatus* Status;

    /// <summary>Sums of the losses of <see cref="RowsPerPartial"/> rows each; null where no loss is wanted.</summary>
    public double* Partials;
    public long RowsPerPartial;

    /// <summary>Σ w over the classes.</summary>
    public double ClassMass;

    /// <summary>What every row's gradient is multiplied by: 1/normaliser of a mean, else 1. 0 makes the gradient 0, NaN rows included.</summary>
    public double GradientScale;

    /// <summary>Matrices go past the caches.</summary>
    public bool Streaming;

    public readonly long Target(long row) => Targets32 != null ? Targets32[row] : Targets64[row];

    public readonly double ClassWeight(long column) => ClassWeights == null ? 1 : Simd.Real.ToDouble(ClassWeights[column]);

    public readonly T* LogitsRow(long row) => (T*)((byte*)Logits + ((nint)row * LogitsStride));

    public readonly T* GradientRow(long row) => (T*)((byte*)Gradient + ((nint)row * GradientStride));

    public readonly T* ProbabilitiesRow(long row) => (T*)((byte*)Probabilities + ((nint)row * ProbabilitiesStride));
}
