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

/// <summary>A row map as the command line knows it: one entry of <see cref="ProjectionKinds"/>. What the map takes and gives is the library's to say.</summary>
internal sealed record ProjectionKind
{
    /// <param name="name">As on the command line.</param>
    /// <param name="summary">One line.</param>
    /// <param name="create">The map from its scalars.</param>
    /// <param name="words">Its scalars.</param>
    public ProjectionKind(string name, string summary, Func<WordValues, RowMap> create, params Word[] words)
    {
        Name = name;
        Summary = summary;
        Create = create;
        Words = words;
        Parameter = Array.Find(words, static word => word.PerRow);
        RowMap typical = create(WordValues.Typical);
        Parts = RowMapTable.Parts(typical);
        if (Parameter is null)
            Parts &= ~RowMapParts.RowParameters;
        SecondName = RowMapTable.SecondName(typical.Kind);
    }

    public string Name { get; }

    public string Summary { get; }

    public Func<WordValues, RowMap> Create { get; }

    public Word[] Words { get; }

    /// <summary>The one of the words that row parameters replace; null for none.</summary>
    public Word? Parameter { get; }

    /// <summary>The word that the second gradient is by.</summary>
    public string SecondName { get; }

    /// <summary>What the map takes and gives.</summary>
    public RowMapParts Parts { get; init; }

    /// <summary>The array that it cannot do without.</summary>
    public MapInputs Required { get; init; }

    /// <summary>It has no meaning without groups.</summary>
    public bool NeedsGroups { get; init; }

    public TrainingUse Training { get; init; }

    /// <summary>λ of a penalty where none is given: of the digits' network it costs little accuracy.</summary>
    public double Strength { get; init; }
}
