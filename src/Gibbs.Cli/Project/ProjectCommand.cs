using System;
using System.Collections.Generic;
using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Project;

/// <summary><c>gibbs project KIND</c>: a row map on .npy files. This file is its options; <see cref="ProjectRun{T, TReal, TKernels}"/> the work.</summary>
internal static class ProjectCommand
{
    private static readonly (MapInputs Input, RowMapParts Part, string Option, string Description)[] Inputs =
    [
        (MapInputs.RowParameters, RowMapParts.RowParameters, "--row-parameters", "[N], in place of --{0}: one per row."),
        (MapInputs.ColumnParameters, RowMapParts.ColumnParameters, "--column-parameters", "[V], in place of --{0}: one per column."),
        (MapInputs.Weights, RowMapParts.Weights, "--weights", "w [V]."),
        (MapInputs.Lower, RowMapParts.Bounds, "--lower", "Lower bounds [V]; without it 0."),
        (MapInputs.Upper, RowMapParts.Bounds, "--upper", "Upper bounds [V]; without it +infinity."),
        (MapInputs.GroupOffsets, RowMapParts.Groups, "--group-offsets", "[groups + 1], integers from 0 to V: group g is [offset g, offset g + 1). In place of --group-size."),
        (MapInputs.GroupWeights, RowMapParts.GroupWeights, "--group-weights", "w [groups], positive; without it 1."),
        (MapInputs.GroupScales, RowMapParts.GroupScales, "--group-scales", "d [groups], positive; without it 1."),
        (MapInputs.Point, RowMapParts.Point, "--point", "w [N, V]: the points of the sphere."),
    ];

    // RowMapParts.None: what every map gives.
    private static readonly (MapOutputs Output, RowMapParts Part, string Option, string Description)[] Outputs =
    [
        (MapOutputs.Output, RowMapParts.None, "--output", "Write y [N, V]."),
        (MapOutputs.Thresholds, RowMapParts.Thresholds, "--thresholds", "Write the threshold of every row [N]."),
        (MapOutputs.SupportSize, RowMapParts.None, "--support-size", "Write how many entries of every row of y are not 0 [N]."),
        (MapOutputs.Values, RowMapParts.Values, "--values", "Write the value of the envelope of every row [N]."),
        (MapOutputs.Mask, RowMapParts.Mask, "--mask", "Write 1 where an entry is kept, else 0 [N, V]."),
        (MapOutputs.Compressed, RowMapParts.Compressed, "--compressed", "Write the kept values in order of index [N, V/m·n]."),
        (MapOutputs.Metadata, RowMapParts.Compressed, "--metadata", "Write the index in its group of each kept value [N, V/m·n]."),
        (MapOutputs.Status, RowMapParts.None, "--status", "Write the status of every row [N]: 0 ok, 4 NaN, 5 infinity, 6 all −infinity, 8 infeasible, 9 norm 0."),
        (MapOutputs.CsrValues, RowMapParts.Sparse, "--csr-values", "Write the entries of y that are not 0, row by row; with the two that follow."),
        (MapOutputs.CsrIndices, RowMapParts.Sparse, "--csr-indices", "Write their columns, int32."),
        (MapOutputs.CsrOffsets, RowMapParts.Sparse, "--csr-offsets", "Write where each row of them begins [N + 1], int64."),
        (MapOutputs.Gradient, RowMapParts.None, "--gradient", "Write the gradient of the input [N, V]: Σ_j v_j·dy_j/dx. Needs --upstream."),
        (MapOutputs.ParameterGradient, RowMapParts.RowParameters, "--parameter-gradient", "Write the gradient of --{0} of every row [N]. Needs --upstream."),
        (MapOutputs.SecondGradient, RowMapParts.SecondGradient, "--second-gradient", "Write the gradient of --{1} of every row [N]. Needs --upstream."),
        (MapOutputs.ColumnParameterGradient, RowMapParts.ColumnParameters, "--column-parameter-gradient", "Write the gradient of the column parameters [V]. Needs --upstream."),
    ];

    public static Command Create()
    {
        Command command = new(
            "project",
            "Project rows [N, V] of a .npy file, or apply a proximal map, a mask or a soft sort to them; with gradients.");
        foreach (ProjectionKind kind in ProjectionKinds.All)
            command.Add(Create(kind));
        return command;
    }

    private static DetailedCommand Create(ProjectionKind kind)
    {
        DetailedCommand command = new(
            kind.Name,
            kind.Summary,
            "Files are in C order: float32, float64, float16. A 1-D input is one row. Matrices are written in the input's type (float32 for bfloat16), numbers per row or\n"
            + "column as float32 (float64 for float64 rows). Output files appear whole or not at all. Rows with NaN or infinities are a warning.");
        Option<string?> input = CommonOptions.File("--input", "x [N, V] or [V].");
        input.Required = true;
        Option<string?> upstream = CommonOptions.File("--upstream", "v, in the input's shape: the gradient that comes from above.");
        WordOptions words = new(kind.Words);
        command.Add(input);
        words.AddTo(command);
        string Describe(string text) => text.Replace("{0}", kind.Parameter?.Name, StringComparison.Ordinal).Replace("{1}", kind.SecondName, StringComparison.Ordinal);
        List<(MapInputs Input, Option<string?> Option)> inputs = [];
        foreach ((MapInputs which, RowMapParts part, string name, string description) in Inputs)
        {
            if ((kind.Parts & part) != 0)
                inputs.Add((which, CommonOptions.File(name, Describe(description))));
        }

        List<(MapOutputs Output, Option<string?> Option)> outputs = [];
        foreach ((MapOutputs which, RowMapParts part, string name, string description) in Outputs)
        {
            if (part == RowMapParts.None || (kind.Parts & part) != 0)
                outputs.Add((which, CommonOptions.File(name, Describe(description))));
        }

        inputs.ForEach(entry => command.Add(entry.Option));
        command.Add(upstream);
        outputs.ForEach(entry => command.Add(entry.Option));
        Option<DeviceRequest> device = CommonOptions.Device();
        Option<ElementType?> type = CommonOptions.Type("Convert the rows to this type on load. Default: the file's.");
        Option<bool> json = CommonOptions.Json();
        command.Add(device);
        command.Add(type);
        command.Add(json);
        command.SetAction(parsed =>
        {
            Dictionary<MapInputs, string> given = [];
            foreach ((MapInputs which, Option<string?> option) in inputs)
            {
                if (parsed.GetValue(option) is { } path)
                    given[which] = path;
            }

            Dictionary<MapOutputs, string> wanted = [];
            foreach ((MapOutputs which, Option<string?> option) in outputs)
            {
                if (parsed.GetValue(option) is { } path)
                    wanted[which] = path;
            }

            WordValues values = Check(kind, words.Read(parsed), given, wanted, parsed.GetValue(upstream) is not null);
            Run(new()
            {
                Kind = kind,
                Map = values.Create(kind),
                Input = parsed.GetRequiredValue(input)!,
                Upstream = parsed.GetValue(upstream),
                Inputs = given,
                Outputs = wanted,
                Device = parsed.GetValue(device),
                Type = parsed.GetValue(type),
                Json = parsed.GetValue(json),
            });
            return 0;
        });
        return command;
    }

    // What fits together, before any file is opened.
    private static WordValues Check(
        ProjectionKind kind, WordValues words, Dictionary<MapInputs, string> inputs, Dictionary<MapOutputs, string> outputs, bool hasUpstream)
    {
        MapOutputs wanted = MapOutputs.None;
        foreach (MapOutputs output in outputs.Keys)
            wanted |= output;
        if ((wanted & MapOutputs.Gradients) != 0 && !hasUpstream)
            throw new UsageFailure("--upstream is missing: gradients are products with it");
        if (hasUpstream && (wanted & MapOutputs.Gradients) == 0)
            throw new UsageFailure("--upstream needs an output: --gradient or another one");
        if ((wanted & MapOutputs.Csr) is not (MapOutputs.None or MapOutputs.Csr))
            throw new UsageFailure("--csr-values, --csr-indices and --csr-offsets go together");
        if ((wanted & MapOutputs.ColumnParameterGradient) != 0 && !inputs.ContainsKey(MapInputs.ColumnParameters))
            throw new UsageFailure("--column-parameter-gradient needs --column-parameters");
        foreach ((MapInputs which, _, string name, string description) in Inputs)
        {
            if ((kind.Required & which) != 0 && !inputs.ContainsKey(which))
                throw new UsageFailure($"{name} is missing: {description.TrimEnd('.')}");
        }

        if (kind.NeedsGroups && words.Has(Word.GroupSize) == inputs.ContainsKey(MapInputs.GroupOffsets))
            throw new UsageFailure(words.Has(Word.GroupSize) ? "--group-size and --group-offsets exclude each other" : "--group-size or --group-offsets is missing");
        bool perRow = inputs.ContainsKey(MapInputs.RowParameters);
        bool perColumn = inputs.ContainsKey(MapInputs.ColumnParameters);
        if (!perRow && !perColumn)
            return words;
        string option = perRow ? "--row-parameters" : "--column-parameters";
        if (perRow && perColumn)
            throw new UsageFailure("--row-parameters and --column-parameters exclude each other");
        return words.Has(kind.Parameter!) ? throw new UsageFailure($"--{kind.Parameter!.Name} and {option} exclude each other") : words.WithReplaced(kind.Parameter!);
    }

    private static void Run(ProjectArguments arguments)
    {
        using ExecutionDevice device = ExecutionDevice.Open(arguments.Device);
        NpyArray input = NpyReader.Read(arguments.Input);
        if (input.Shape.Length != 1)
            input.ExpectRank(2, "rows");
        if (input.Shape[^1] == 0)
            throw new Failure($"{arguments.Input}: rows have shape {NpyArray.ShapeText(input.Shape)}: V must be at least 1");
        new Typed(arguments, device, input).Run(arguments.Type ?? ElementTypes.Of(input, "rows"));
    }

    private sealed class Typed(ProjectArguments arguments, ExecutionDevice device, NpyArray input) : ITypedWork<int>
    {
        public int Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal>
        {
            new ProjectRun<T, TReal, TKernels>(arguments, device, type, input).Execute();
            return 0;
        }
    }
}
