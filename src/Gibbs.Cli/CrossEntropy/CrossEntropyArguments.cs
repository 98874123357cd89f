using System;

namespace Gibbs.Cli.CrossEntropy;

/// <summary>The outputs of <c>gibbs cross-entropy</c> that are arrays.</summary>
[Flags]
internal enum ArrayOutputs
{
    None = 0,
    Losses = 1,
    Gradient = 2,
    LogSumExp = 4,
    Entropy = 8,
    LogProbability = 16,
    Argmax = 32,
    Rank = 64,
    Status = 128,
}

/// <summary>What the command line of <c>gibbs cross-entropy</c> said; paths of what was not given are null.</summary>
internal sealed record CrossEntropyArguments
{
    public required string Logits { get; init; }

    public string? Targets { get; init; }

    public string? SoftTargets { get; init; }

    public string? ClassWeights { get; init; }

    public string? RowWeights { get; init; }

    public string? RowTemperatures { get; init; }

    public required CrossEntropyOptions Options { get; init; }

    public required DeviceRequest Device { get; init; }

    public ElementType? Type { get; init; }

    public bool Json { get; init; }

    /// <summary>The files to write, in the order of <see cref="ArrayOutputs"/>.</summary>
    public required (ArrayOutputs Output, string Path)[] Files { get; init; }

    public ArrayOutputs Wanted
    {
        get
        {
            ArrayOutputs wanted = ArrayOutputs.None;
            foreach ((ArrayOutputs output, _) in Files)
                wanted |= output;
            return wanted;
        }
    }

    public bool HasTargets => Targets is not null || SoftTargets is not null;
}
