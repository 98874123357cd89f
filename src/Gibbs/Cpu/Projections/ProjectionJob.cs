namespace Gibbs.Cpu.Projections;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent. Strides are in bytes.</summary>
internal unsafe struct ProjectionJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public RowMap Map;
    public long Rows;
    public int Columns;

    public T* Input;
    public nint InputStride;
    public T* Point;
    public nint PointStride;
    public TReal* RowParameters;
    public TReal* ColumnParameters;
    public TReal* Weights;
    public TReal* Lower;
    public TReal* Upper;

    /// <summary>[Groups + 1]; null: groups of <see cref="RowMap.GroupSize"/>, or each entry by itself where that is 0.</summary>
    public int* GroupOffsets;
    public int Groups;
    public TReal* GroupWeights;
    public TReal* GroupScales;

    // Forward.
    public T* Output;
    public nint OutputStride;
    public TReal* Thresholds;
    public long* SupportSize;
    public TReal* Values;
    public byte* Mask;
    public nint MaskStride;
    public T* Compressed;
    public nint CompressedStride;
    public byte* Metadata;
    public nint MetadataStride;
    public RowStatus* Status;

    /// <summary>The output goes past the caches.</summary>
    public bool Streaming;

    // Sparse form: counts, then offsets; a second pass writes.
    public long* RowOffsets;
    public int* Indices;
    public T* SparseValues;
    public long Capacity;

    // Gradient.
    public T* Result;
    public nint ResultStride;
    public TReal* SavedThresholds;
    public T* Upstream;
    public nint UpstreamStride;
    public T* Gradient;
    public nint GradientStride;
    public TReal* ParameterGradient;
    public TReal* SecondGradient;
    public TReal* ColumnParameterGradient;

    public readonly T* InputRow(long row) => (T*)((byte*)Input + ((nint)row * InputStride));

    public readonly T* PointRow(long row) => (T*)((byte*)Point + ((nint)row * PointStride));

    /// <summary>Null where the output is not asked for.</summary>
    public readonly T* OutputRow(long row) => Output == null ? null : (T*)((byte*)Output + ((nint)row * OutputStride));

    public readonly byte* MaskRow(long row) => Mask == null ? null : Mask + ((nint)row * MaskStride);

    public readonly T* CompressedRow(long row) => Compressed == null ? null : (T*)((byte*)Compressed + ((nint)row * CompressedStride));

    public readonly byte* MetadataRow(long row) => Metadata == null ? null : Metadata + ((nint)row * MetadataStride);

    public readonly T* ResultRow(long row) => (T*)((byte*)Result + ((nint)row * ResultStride));

    public readonly T* UpstreamRow(long row) => (T*)((byte*)Upstream + ((nint)row * UpstreamStride));

    /// <summary>Null where only parameter gradients are asked for.</summary>
    public readonly T* GradientRow(long row) => Gradient == null ? null : (T*)((byte*)Gradient + ((nint)row * GradientStride));

    public readonly double Parameter(long row) => RowParameters == null ? Map.Parameter : Simd.Real.ToDouble(RowParameters[row]);

    public readonly int GroupCount => GroupOffsets != null ? Groups : Map.GroupSize == 0 ? Columns : (Columns + Map.GroupSize - 1) / Map.GroupSize;

    public readonly int GroupBegin(int group) => GroupOffsets != null ? GroupOffsets[group] : Map.GroupSize == 0 ? group : group * Map.GroupSize;

    public readonly int GroupEnd(int group) =>
        GroupOffsets != null ? GroupOffsets[group + 1] : Map.GroupSize == 0 ? group + 1 : System.Math.Min(Columns, (group + 1) * Map.GroupSize);

    public readonly double GroupWeight(int group) => GroupWeights == null ? 1 : Simd.Real.ToDouble(GroupWeights[group]);

    public readonly double GroupScale(int group) => GroupScales == null ? 1 : Simd.Real.ToDouble(GroupScales[group]);
}
