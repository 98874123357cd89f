namespace Gibbs.Tests.Harness;

/// <summary>A call as addresses in the device's memory; 0 means absent. Both public forms, on spans and on device views, are made from it.</summary>
internal sealed class RawCall
{
    public ElementType Type { get; set; }

    public long Rows { get; set; }

    public long Columns { get; set; }

    public nint Logits { get; set; }

    public long LogitsStride { get; set; }

    public TargetKind TargetKind { get; set; }

    public nint Targets { get; set; }

    public nint SoftTargets { get; set; }

    public long SoftStride { get; set; }

    public nint ClassWeights { get; set; }

    public nint RowWeights { get; set; }

    public nint RowTemperatures { get; set; }

    public nint Normaliser { get; set; }

    public bool OwnWorkspace { get; set; }

    public int Regime { get; set; }

    public CrossEntropyOptions Options { get; set; }

    public nint Losses { get; set; }

    public nint Loss { get; set; }

    public nint Gradient { get; set; }

    public long GradientStride { get; set; }

    public nint LogSumExp { get; set; }

    public nint Entropy { get; set; }

    public nint LogProbability { get; set; }

    public nint Argmax { get; set; }

    public nint Rank { get; set; }

    public nint Status { get; set; }

    public nint Statistics { get; set; }

    public nint ValidRows { get; set; }

    public nint NormaliserUsed { get; set; }

    /// <summary>The gradient form: statistics are read, and every row's gradient is multiplied by its upstream value.</summary>
    public bool FromStatistics { get; set; }

    public nint Upstream { get; set; }

    public long UpstreamLength { get; set; }
}
