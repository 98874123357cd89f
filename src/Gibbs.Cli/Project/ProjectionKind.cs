using System;

namespace Gibbs.Cli.Project;

/// <summary>Arrays beside the rows that a map may take.</summary>
[Flags]
internal enum MapInputs
{
    None = 0,
    RowParameters = 1,
    ColumnParameters = 2,
    Weights = 4,
    Lower = 8,
    Upper = 16,
    GroupOffsets = 32,
    GroupWeights = 64,
    GroupScales = 128,
    Point = 256,
}

/// <summary>Arrays that a map may give, its gradients and its sparse form among them.</summary>
[Flags]
internal enum MapOutputs
{
    None = 0,
    Output = 1,
    Thresholds = 2,
    SupportSize = 4,
    Values = 8,
    Mask = 16,
    Compressed = 32,
    Metadata = 64,
    Status = 128,
    Gradient = 256,
    ParameterGradient = 512,
    SecondGradient = 1024,
    ColumnParameterGradient = 2048,
    CsrValues = 4096,
    CsrIndices = 8192,
    CsrOffsets = 16384,

    /// <summary>What every map gives.</summary>
    Common = Output | SupportSize | Status | Gradient,
    Gradients = Gradient | ParameterGradient | SecondGradient | ColumnParameterGradient,
    Csr = CsrValues | CsrIndices | CsrOffsets,
}

/// <summary>What a proximal step on weight matrices makes of a map in training.</summary>
internal enum TrainingUse
{
    None,

    /// <summary>A projection or a mask: applied as it is.</summary>
    Constraint,

    /// <summary>A proximal map: its row parameter is learning rate times strength.</summary>
    Penalty,
}

/// <summary>A row map as the command line knows it: one entry of <see cref="ProjectionKinds"/>.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Summary">One line.</param>
/// <param name="Create">The map from its scalars.</param>
internal sealed record ProjectionKind(string Name, string Summary, Func<WordValues, RowMap> Create)
{
    /// <summary>Its scalars.</summary>
    public Word[] Words { get; init; } = [];

    /// <summary>The one of them that row parameters replace; null for none.</summary>
    public Word? Parameter { get; init; }

    /// <summary>The arrays it takes, without row parameters.</summary>
    public MapInputs Inputs { get; init; }

    /// <summary>Those of them that it cannot do without.</summary>
    public MapInputs Required { get; init; }

    /// <summary>What it gives beyond <see cref="MapOutputs.Common"/>.</summary>
    public MapOutputs Outputs { get; init; }

    /// <summary>Its gradient needs the thresholds of the forward call.</summary>
    public bool SavesThresholds { get; init; }

    /// <summary>Its gradient needs the input.</summary>
    public bool SavesInput { get; init; }

    /// <summary>It has no meaning without groups.</summary>
    public bool NeedsGroups { get; init; }

    public TrainingUse Training { get; init; }

    public MapInputs AllInputs => Inputs | (Parameter is null ? MapInputs.None : MapInputs.RowParameters);

    public MapOutputs AllOutputs =>
        MapOutputs.Common | Outputs
        | (Parameter is null ? MapOutputs.None : MapOutputs.ParameterGradient)
        | ((Inputs & MapInputs.ColumnParameters) == 0 ? MapOutputs.None : MapOutputs.ColumnParameterGradient);
}
