using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent. Strides are in bytes.</summary>
internal unsafe struct DivergenceJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public DivergenceOptions Options;
    public long Rows;
    public int Columns;

    public T* Student;
    public nint StudentStride;

    /// <summary>Dense: logits or probabilities.</summary>
    public T* Teacher;
    public nint TeacherStride;

    /// <summary>Sparse: listed classes and their log-probabilities.</summary>
    public int Listed;
    public int* Ids32;
    public long* Ids64;
    public nint IdsStride;
    public TReal* LogProbabilities;
    public nint LogProbabilitiesStride;

    public TReal* RowWeights;
    public TReal* Divergences;
    public T* StudentGradient;
    public nint StudentGradientStride;
    public T* TeacherGradient;
    public nint TeacherGradientStride;
    public RowStatus* Status;

    /// <summary>Sums of the values of <see cref="RowsPerPartial"/> rows each; null where no sum is wanted.</summary>
    public double* Partials;
    public long RowsPerPartial;

    /// <summary>Factor of every value: the weight, over V where that is asked for.</summary>
    public double Scale;

    /// <summary>What gradients are multiplied by besides: 1/normaliser of a mean, else 1. 0 makes them 0, NaN rows included.</summary>
    public double GradientScale;

    /// <summary>Gradients go past the caches.</summary>
    public bool Streaming;

    public readonly bool IsProbabilities => Options.TeacherInput == TeacherInput.Probabilities;

    public readonly T* StudentRow(long row) => (T*)((byte*)Student + ((nint)row * StudentStride));

    public readonly T* TeacherRow(long row) => (T*)((byte*)Teacher + ((nint)row * TeacherStride));

    public readonly TReal* LogProbabilitiesRow(long row) => (TReal*)((byte*)LogProbabilities + ((nint)row * LogProbabilitiesStride));

    public readonly long Id(long row, int place) =>
        Ids32 != null ? ((int*)((byte*)Ids32 + ((nint)row * IdsStride)))[place] : ((long*)((byte*)Ids64 + ((nint)row * IdsStride)))[place];

    public readonly T* StudentGradientRow(long row) => (T*)((byte*)StudentGradient + ((nint)row * StudentGradientStride));

    public readonly T* TeacherGradientRow(long row) => (T*)((byte*)TeacherGradient + ((nint)row * TeacherGradientStride));

    public readonly double RowWeight(long row) => RowWeights == null ? 1 : Real.ToDouble(RowWeights[row]);

    /// <summary>What a row's gradient is multiplied by, before its side's 1/T.</summary>
    public readonly double GradientFactor(double rowWeight) => rowWeight * Scale * GradientScale;
}
