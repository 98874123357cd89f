using System.Collections.Generic;

namespace Gibbs.Cli.Project;

/// <summary>What the command line of <c>gibbs project KIND</c> said.</summary>
internal sealed record ProjectArguments
{
    public required ProjectionKind Kind { get; init; }

    public required RowMap Map { get; init; }

    public required string Input { get; init; }

    public string? Upstream { get; init; }

    /// <summary>The files of further inputs.</summary>
    public required IReadOnlyDictionary<MapInputs, string> Inputs { get; init; }

    /// <summary>The files to write.</summary>
    public required IReadOnlyDictionary<MapOutputs, string> Outputs { get; init; }

    public required DeviceRequest Device { get; init; }

    public ElementType? Type { get; init; }

    public bool Json { get; init; }

    public MapOutputs Wanted
    {
        get
        {
            MapOutputs wanted = MapOutputs.None;
            foreach (MapOutputs output in Outputs.Keys)
                wanted |= output;
            return wanted;
        }
    }

    /// <summary>The file of an input; null where it is not given.</summary>
    public string? File(MapInputs input) => Inputs.GetValueOrDefault(input);
}
