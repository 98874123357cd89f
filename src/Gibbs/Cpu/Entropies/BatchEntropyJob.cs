namespace Gibbs.Cpu.Entropies;

/// <summary>What a chunk of rows adds to its segment beside the sums of its columns.</summary>
internal struct ChunkSums
{
    /// <summary>Σ of the weights with which rows enter p̄, and of the rows' own weights.</summary>
    public double MarginalWeight, RowWeight;

    /// <summary>Σ r·H(p_i) and Σ r·Σ −ν·p·log p.</summary>
    public double Conditional, ClassEntropy;

    /// <summary>Rows that count.</summary>
    public long Rows;

    /// <summary>The first of InvalidParameter, NotANumber, PlusInfinity that a row which counts has; else Ok.</summary>
    public RowStatus Status;

    public void Add(in ChunkSums other)
    {
        MarginalWeight += other.MarginalWeight;
        RowWeight += other.RowWeight;
        Conditional += other.Conditional;
        ClassEntropy += other.ClassEntropy;
        Rows += other.Rows;
        Status = Worse(Status, other.Status);
    }

    /// <summary>The one that takes precedence.</summary>
    public static RowStatus Worse(RowStatus a, RowStatus b) => Rank(a) >= Rank(b) ? a : b;

    private static int Rank(RowStatus status) => status switch
    {
        RowStatus.InvalidParameter => 3,
        RowStatus.NotANumber => 2,
        RowStatus.PlusInfinity => 1,
        _ => 0,
    };
}

/// <summary>What the gradient of a segment's rows is made of, beside dF/dp̄.</summary>
internal struct SegmentState
{
    public double Value;

    /// <summary>1 / Σ weights; 0 where no row counts.</summary>
    public double InverseMarginalWeight, InverseRowWeight;

    public RowStatus Status;

    public readonly bool Counts => Status != RowStatus.AllMasked;
}

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent. Strides are in bytes.</summary>
internal unsafe struct BatchEntropyJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Rows of a chunk: the sums of a segment are a tree over chunks that follows from its own rows alone.</summary>
    public const int ChunkRows = 64;

    public BatchEntropyOptions Options;
    public long Rows;
    public int Columns;
    public long Segments;
    public long* Offsets;

    public T* Logits;
    public nint LogitsStride;
    public TReal* RowWeights;
    public TReal* Priors;
    public nint PriorStride;
    public int* ClassGroups;

    public TReal* Values;
    public TReal* Marginals;
    public nint MarginalStride;
    public TReal* Entropies;
    public T* Gradient;
    public nint GradientStride;
    public RowStatus* Status;
    public RowStatus* SegmentStatus;

    /// <summary>Columns in whole blocks of lanes: the stride of <see cref="Partials"/>, <see cref="Slopes"/> and the length of <see cref="ClassWeights"/>.</summary>
    public int Padded;

    /// <summary>ν padded with 0; null where the class-weighted entropy has no part.</summary>
    public TReal* ClassWeights;

    /// <summary>Σ weight·p by column, of each chunk.</summary>
    public double* Partials;
    public ChunkSums* Sums;

    /// <summary>dF/dp̄ of each segment while it is evaluated.</summary>
    public double* PartialSlopes;

    /// <summary>dF/dp̄ less its mean under p̄, of each segment.</summary>
    public TReal* Slopes;
    public SegmentState* States;

    /// <summary>What every segment's gradient is multiplied by.</summary>
    public double GradientScale;

    public readonly T* LogitsRow(long row) => (T*)((byte*)Logits + ((nint)row * LogitsStride));

    public readonly T* GradientRow(long row) => (T*)((byte*)Gradient + ((nint)row * GradientStride));

    public readonly TReal* PriorRow(long segment) => Priors == null ? null : (TReal*)((byte*)Priors + ((nint)segment * PriorStride));

    public readonly TReal* MarginalRow(long segment) => (TReal*)((byte*)Marginals + ((nint)segment * MarginalStride));

    /// <summary>The chunks of a segment begin here: room for a chunk that is not full between any two.</summary>
    public readonly long FirstChunk(long segment) => (Offsets[segment] / ChunkRows) + segment;

    public readonly long ChunkCount => (Rows / ChunkRows) + Segments;

    /// <summary>The segment of a chunk, and its rows; there may be none.</summary>
    public readonly void Find(long chunk, out long segment, out long begin, out long end)
    {
        long low = 0, high = Segments - 1;
        while (low < high)
        {
            long middle = (low + high + 1) / 2;
            if (FirstChunk(middle) <= chunk)
                low = middle;
            else
                high = middle - 1;
        }

        segment = low;
        begin = System.Math.Min(Offsets[low] + ((chunk - FirstChunk(low)) * ChunkRows), Offsets[low + 1]);
        end = System.Math.Min(begin + ChunkRows, Offsets[low + 1]);
    }
}
