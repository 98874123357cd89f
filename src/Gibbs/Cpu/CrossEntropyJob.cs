namespace Gibbs.Cpu;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent. Strides are in bytes.</summary>
internal unsafe struct CrossEntropyJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public CrossEntropyOptions Options;
    public long Rows;
    public int Columns;

    public T* Logits;
    public nint LogitsStride;
    public int* Targets32;
    public long* Targets64;
    public T* SoftTargets;
    public nint SoftTargetsStride;
    public TReal* ClassWeights;
    public TReal* RowWeights;
    public TReal* RowTemperatures;

    /// <summary>Gradient from saved statistics only.</summary>
    public RowStatistics<TReal>* SavedStatistics;
    public TReal* Upstream;
    public bool UpstreamPerRow;

    public TReal* Losses;
    public T* Gradient;
    public nint GradientStride;
    public TReal* LogSumExp;
    public TReal* Entropy;
    public TReal* LogProbability;
    public long* Argmax;
    public long* Rank;
    public RowStatus* Status;
    public RowStatistics<TReal>* Statistics;

    /// <summary>Sums of the losses of <see cref="RowsPerPartial"/> rows each; null where no loss is wanted.</summary>
    public double* Partials;
    public long RowsPerPartial;

    /// <summary>What every row's gradient is multiplied by: 1/normaliser of a mean, else 1. 0 makes the gradient 0, NaN rows included.</summary>
    public double GradientScale;

    /// <summary>The gradient goes past the caches.</summary>
    public bool Streaming;

    public readonly bool HasHardTargets => Targets32 != null || Targets64 != null;

    public readonly bool HasSoftTargets => SoftTargets != null;

    public readonly bool HasTargets => HasHardTargets || HasSoftTargets;

    /// <summary>The gradient is a·p_j + g, but for the target: of kept exponentials it takes a multiplication.</summary>
    public readonly bool KeepsExponentials =>
        Gradient != null && SavedStatistics == null && GradientScale != 0 && !HasColumnTerms && Options.EntropyWeight == 0 && Options.MaxSuppression == 0 && Options.LogitPenalty == 0;

    /// <summary>Column terms: soft targets, or the class weights that label smoothing sums.</summary>
    public readonly bool HasColumnTerms => HasSoftTargets || (Options.LabelSmoothing > 0 && ClassWeights != null);

    /// <summary>Sums over unmasked entries: uniform label smoothing, MaxSup, the logit penalty.</summary>
    public readonly bool NeedsUnmasked =>
        Options.MaxSuppression != 0 || ((Losses != null || Partials != null) && (Options.LogitPenalty != 0 || (Options.LabelSmoothing > 0 && !HasColumnTerms)));

    /// <summary>Σ p·x: entropy in any role.</summary>
    public readonly bool NeedsMoment => Entropy != null || Statistics != null || (HasTargets && Options.EntropyWeight != 0);

    public readonly bool NeedsArgmax => Argmax != null || Statistics != null || (Gradient != null && Options.MaxSuppression != 0);

    public readonly bool NeedsLoss => Losses != null || Partials != null;

    /// <summary>Outputs that also rows without a loss have.</summary>
    public readonly bool HasByProducts => LogSumExp != null || Entropy != null || Argmax != null || Statistics != null;

    public readonly long Target(long row) => Targets32 != null ? Targets32[row] : Targets64[row];
}
