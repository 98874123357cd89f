using System;
using System.Collections.Generic;
using System.Globalization;

namespace Gibbs.Cli.Project;

/// <summary>What <c>gibbs project</c> tells: lines for people, or one line of JSON.</summary>
internal sealed class ProjectReport(
    ProjectArguments arguments, ExecutionDevice device, ElementType type, int[] shape, long[] supportSize, RowStatus[] statuses, double milliseconds, double? gradientMilliseconds)
{
    private readonly StatusCounts _statuses = new(statuses);
    private readonly int _columns = shape[^1];

    /// <summary>A row's own parameter is an argument, as the scalar is: a wrong one fails.</summary>
    public void FailOnWrongParameter()
    {
        if (_statuses.First(RowStatus.InvalidParameter) is not { } row)
            return;
        if (arguments.File(MapInputs.RowParameters) is { } path)
            throw new Failure($"{path}: row {row}: is no valid {arguments.Kind.Parameter!.Name}: {arguments.Kind.Parameter.Description.TrimEnd('.')}");
        throw new Failure($"{arguments.Input}: row {row}: a parameter is out of range");
    }

    public void Write()
    {
        long support = 0;
        foreach (long size in supportSize)
            support += size;
        double zeros = 1 - ((double)support / ((double)supportSize.Length * _columns));
        string? warning = Warning();
        if (arguments.Json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("operation", "project");
                writer.WriteString("kind", arguments.Kind.Name);
                writer.WriteReal("zeros", zeros);
                writer.WriteNumber("support", support);
                _statuses.Write(writer);
                writer.WriteNumber("rows", supportSize.Length);
                writer.WriteNumber("columns", _columns);
                writer.WriteShape("shape", shape);
                writer.WriteString("type", type.ToString().ToLowerInvariant());
                writer.WriteString("device", device.Name);
                writer.WriteNumber("milliseconds", Math.Round(milliseconds, 6));
                if (gradientMilliseconds is { } gradient)
                    writer.WriteNumber("gradientMilliseconds", Math.Round(gradient, 6));
                if (warning is not null)
                    writer.WriteString("warning", warning);
            });
            return;
        }

        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.WriteLine($"input       {string.Join(" x ", Array.ConvertAll(shape, extent => extent.ToString(culture)))} {type.ToString().ToLowerInvariant()}");
        Console.WriteLine($"map         {arguments.Kind.Name}: {arguments.Kind.Summary}");
        Console.WriteLine(supportSize.Length == 0 ? "zeros       none" : string.Create(culture, $"zeros       {100 * zeros:0.00} % ({support} entries are not 0)"));
        Console.WriteLine($"statuses    {_statuses.Text}");
        Console.WriteLine($"device      {device.Name} ({device.Description}), {device.Reason}");
        string ofGradient = gradientMilliseconds is { } time ? string.Create(culture, $"; its gradient {time:0.000} ms") : string.Empty;
        Console.WriteLine(string.Create(culture, $"time        {milliseconds:0.000} ms, the operation alone{ofGradient}"));
        Console.Out.Flush();
        if (warning is not null)
            Console.Error.WriteLine($"gibbs: warning: {warning}");
    }

    // One line, null where all is well.
    private string? Warning()
    {
        List<string> parts = [];
        _statuses.Warn(
            parts,
            (RowStatus.NotANumber, "a NaN"),
            (RowStatus.PlusInfinity, "an infinity"),
            (RowStatus.AllMasked, "every entry -infinity"),
            (RowStatus.Infeasible, "no point that satisfies the constraints"),
            (RowStatus.ZeroNorm, "norm 0"));
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }
}
