using System;
using System.Collections.Generic;

namespace Gibbs.Cli.Losses;

/// <summary>The outputs of <c>gibbs fenchel-young</c> that are arrays.</summary>
[Flags]
internal enum LossOutputs
{
    None = 0,
    Losses = 1,
    Gradient = 2,
    Probabilities = 4,
    SupportSize = 8,
    Status = 16,
}

/// <summary>What the command line of <c>gibbs fenchel-young</c> said; paths of what was not given are null.</summary>
internal sealed record FenchelYoungArguments
{
    public required string Logits { get; init; }

    public required string Targets { get; init; }

    public string? ClassWeights { get; init; }

    public string? RowWeights { get; init; }

    public string? RowAlphas { get; init; }

    public required FenchelYoungOptions Options { get; init; }

    public required DeviceRequest Device { get; init; }

    public ElementType? Type { get; init; }

    public bool Json { get; init; }

    /// <summary>The files to write.</summary>
    public required IReadOnlyDictionary<LossOutputs, string> Files { get; init; }

    public LossOutputs Wanted
    {
        get
        {
            LossOutputs wanted = LossOutputs.None;
            foreach (LossOutputs output in Files.Keys)
                wanted |= output;
            return wanted;
        }
    }
}
