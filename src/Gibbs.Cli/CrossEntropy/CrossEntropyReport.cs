using System;
using System.Collections.Generic;
using System.Globalization;

namespace Gibbs.Cli.CrossEntropy;

/// <summary>What <c>gibbs cross-entropy</c> tells: lines for people, or one line of JSON.</summary>
internal sealed class CrossEntropyReport
{
    private static readonly RowStatus[] Statuses = Enum.GetValues<RowStatus>();

    private readonly CrossEntropyArguments _arguments;
    private readonly ExecutionDevice _device;
    private readonly ElementType _type;
    private readonly int _rows;
    private readonly int _columns;
    private readonly CrossEntropyResult _result;
    private readonly double _milliseconds;
    private readonly int[] _counts = new int[Statuses.Length];
    private readonly int[] _first = new int[Statuses.Length];

    public CrossEntropyReport(
        CrossEntropyArguments arguments,
        ExecutionDevice device,
        ElementType type,
        int rows,
        int columns,
        CrossEntropyResult result,
        double milliseconds,
        ReadOnlySpan<RowStatus> statuses)
    {
        _arguments = arguments;
        _device = device;
        _type = type;
        _rows = rows;
        _columns = columns;
        _result = result;
        _milliseconds = milliseconds;
        for (int row = 0; row < statuses.Length; row++)
        {
            if (_counts[(int)statuses[row]]++ == 0)
                _first[(int)statuses[row]] = row;
        }
    }

    private bool HasLoss => _arguments.HasTargets && _arguments.Options.Reduction != Reduction.None;

    /// <summary>A row temperature is an argument, as <c>--temperature</c> is: a wrong one fails.</summary>
    public void FailOnWrongTemperature()
    {
        if (_counts[(int)RowStatus.InvalidTemperature] > 0)
            throw new Failure($"{_arguments.RowTemperatures}: row {_first[(int)RowStatus.InvalidTemperature]}: the temperature must be finite and positive");
    }

    public void Write()
    {
        string? warning = Warning();
        if (_arguments.Json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("operation", "cross-entropy");
                if (HasLoss)
                    writer.WriteReal("loss", _result.Loss);
                else
                    writer.WriteNull("loss");
                writer.WriteReal("normaliser", _result.Normaliser);
                writer.WriteNumber("validRows", _result.ValidRows);
                writer.WriteStartObject("statuses");
                foreach (RowStatus status in Statuses)
                    writer.WriteNumber(status.ToString(), _counts[(int)status]);
                writer.WriteEndObject();
                writer.WriteString("reduction", _arguments.Options.Reduction.ToString().ToLowerInvariant());
                writer.WriteNumber("rows", _rows);
                writer.WriteNumber("columns", _columns);
                writer.WriteShape("shape", _rows, _columns);
                writer.WriteString("type", _type.ToString().ToLowerInvariant());
                writer.WriteString("device", _device.Name);
                writer.WriteNumber("milliseconds", Math.Round(_milliseconds, 6));
                if (warning is not null)
                    writer.WriteString("warning", warning);
            });
            return;
        }

        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.WriteLine(string.Create(culture, $"logits      {_rows} x {_columns} {_type.ToString().ToLowerInvariant()}"));
        if (HasLoss)
            Console.WriteLine(string.Create(culture, $"loss        {_result.Loss:R} ({_arguments.Options.Reduction.ToString().ToLowerInvariant()})"));
        if (_arguments.HasTargets)
            Console.WriteLine(string.Create(culture, $"normaliser  {_result.Normaliser:R}, {_result.ValidRows} valid rows"));
        List<string> counts = [];
        foreach (RowStatus status in Statuses)
        {
            if (_counts[(int)status] > 0)
                counts.Add(string.Create(culture, $"{_counts[(int)status]} {status}"));
        }

        Console.WriteLine($"statuses    {(counts.Count == 0 ? "none" : string.Join(", ", counts))}");
        Console.WriteLine($"device      {_device.Name} ({_device.Description}), {_device.Reason}");
        Console.WriteLine(string.Create(culture, $"time        {_milliseconds:0.000} ms, the operation alone"));
        Console.Out.Flush();
        if (warning is not null)
            Console.Error.WriteLine($"gibbs: warning: {warning}");
    }

    // One line, null where all is well.
    private string? Warning()
    {
        List<string> parts = [];
        void Add(RowStatus status, string what)
        {
            int count = _counts[(int)status];
            if (count > 0)
                parts.Add($"{count} row{(count == 1 ? string.Empty : "s")} with {what} (first: row {_first[(int)status]})");
        }

        Add(RowStatus.NotANumber, "a NaN logit");
        Add(RowStatus.PlusInfinity, "a +infinity logit");
        Add(RowStatus.AllMasked, "every logit -infinity");
        if (HasLoss && !double.IsFinite(_result.Loss))
            parts.Add(double.IsNaN(_result.Loss) ? "the loss is NaN" : $"the loss is {(_result.Loss > 0 ? "+" : "-")}infinity");
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }
}
