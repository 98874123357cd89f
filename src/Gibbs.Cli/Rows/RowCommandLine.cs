using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Losses;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Rows;

/// <summary>What every command over the rows of a matrix is told.</summary>
/// <param name="Operation">The command's name.</param>
/// <param name="Value">What its reduced number is called.</param>
/// <param name="Device">Where to run.</param>
/// <param name="Reduction">How rows are reduced.</param>
/// <param name="Normaliser">The divisor of the mean, where given.</param>
/// <param name="StatusFile">Where the rows' statuses go.</param>
/// <param name="Json">One line of JSON.</param>
internal sealed record RowCommandLine(string Operation, string Value, ExecutionDevice Device, Reduction Reduction, double? Normaliser, string? StatusFile, bool Json);

/// <summary>The options that every command over the rows of a matrix has.</summary>
internal sealed class RowOptions
{
    private readonly ReductionOptions _reduction = new(withTargets: false);
    private readonly Option<string?> _status = CommonOptions.File(
        "--status", "Write the status of every row [N], uint8: 0 ok, 3 wrong temperature, 4 NaN, 5 +infinity, 6 all −infinity, 10 disjoint supports, 11 no probabilities, 12 empty set.");

    private readonly Option<DeviceRequest> _device = CommonOptions.Device();
    private readonly Option<ElementType?> _type = CommonOptions.Type("Convert the matrices to this type on load. Default: the file's.");
    private readonly Option<bool> _json = CommonOptions.Json();

    public void AddTo(Command command)
    {
        _reduction.AddTo(command);
        foreach (Option option in new Option[] { _status, _device, _type, _json })
            command.Add(option);
    }

    /// <summary>Opens the device, reads the matrix and hands both to the work of the type.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="operation">The command's name.</param>
    /// <param name="value">What its reduced number is called.</param>
    /// <param name="path">The matrix [N, V].</param>
    /// <param name="what">Its role, for messages.</param>
    /// <param name="work">Makes the work from what was read.</param>
    public void Run(ParseResult parsed, string operation, string value, string path, string what, System.Func<RowCommandLine, NpyArray, ITypedWork<int>> work)
    {
        (Reduction reduction, double? normaliser) = _reduction.ReadReduction(parsed);
        using ExecutionDevice device = ExecutionDevice.Open(parsed.GetValue(_device));
        NpyArray matrix = NpyReader.Read(path);
        matrix.ExpectRank(2, what);
        if (matrix.Shape[1] == 0)
            throw new Failure($"{path}: {what} have shape {NpyArray.ShapeText(matrix.Shape)}: V must be at least 1");
        RowCommandLine line = new(operation, value, device, reduction, normaliser, parsed.GetValue(_status), parsed.GetValue(_json));
        work(line, matrix).Run(parsed.GetValue(_type) ?? ElementTypes.Of(matrix, what));
    }
}
