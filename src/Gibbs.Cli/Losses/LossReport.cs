using System;
using System.Collections.Generic;
using System.Globalization;

namespace Gibbs.Cli.Losses;

/// <summary>What a loss on .npy files tells: lines for people, or one line of JSON.</summary>
internal sealed record LossReport
{
    /// <summary>The command.</summary>
    public required string Operation { get; init; }

    /// <summary>What its number is called.</summary>
    public string Value { get; init; } = "loss";

    public required ExecutionDevice Device { get; init; }

    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required bool HasTargets { get; init; }

    public required Reduction Reduction { get; init; }

    public required CrossEntropyResult Result { get; init; }

    public required StatusCounts Statuses { get; init; }

    /// <summary>The operation alone.</summary>
    public required double Milliseconds { get; init; }

    private bool HasLoss => HasTargets && Reduction != Reduction.None;

    public void Write(bool json)
    {
        string? warning = Warning();
        if (json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("operation", Operation);
                if (HasLoss)
                    writer.WriteReal(Value, Result.Loss);
                else
                    writer.WriteNull(Value);
                writer.WriteReal("normaliser", Result.Normaliser);
                writer.WriteNumber("validRows", Result.ValidRows);
                Statuses.Write(writer);
                writer.WriteString("reduction", Reduction.ToString().ToLowerInvariant());
                writer.WriteNumber("rows", Rows);
                writer.WriteNumber("columns", Columns);
                writer.WriteShape("shape", Rows, Columns);
                writer.WriteString("type", Type.ToString().ToLowerInvariant());
                writer.WriteString("device", Device.Name);
                writer.WriteNumber("milliseconds", Math.Round(Milliseconds, 6));
                if (warning is not null)
                    writer.WriteString("warning", warning);
            });
            return;
        }

        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.WriteLine(string.Create(culture, $"logits      {Rows} x {Columns} {Type.ToString().ToLowerInvariant()}"));
        if (HasLoss)
            Console.WriteLine(string.Create(culture, $"{Value,-11} {Result.Loss:R} ({Reduction.ToString().ToLowerInvariant()})"));
        if (HasTargets)
            Console.WriteLine(string.Create(culture, $"normaliser  {Result.Normaliser:R}, {Result.ValidRows} valid rows"));
        Console.WriteLine($"statuses    {Statuses.Text}");
        Console.WriteLine($"device      {Device.Name} ({Device.Description}), {Device.Reason}");
        Console.WriteLine(string.Create(culture, $"time        {Milliseconds:0.000} ms, the operation alone"));
        Console.Out.Flush();
        if (warning is not null)
            Console.Error.WriteLine($"gibbs: warning: {warning}");
    }

    // One line, null where all is well.
    private string? Warning()
    {
        List<string> parts = [];
        Statuses.Warn(
            parts, (RowStatus.NotANumber, "a NaN logit"), (RowStatus.PlusInfinity, "a +infinity logit"), (RowStatus.AllMasked, "every logit -infinity"),
            (RowStatus.DisjointSupport, "mass where the other has none"), (RowStatus.InvalidProbability, "what is no probability"), (RowStatus.EmptySet, "no token kept"));
        if (HasLoss && !double.IsFinite(Result.Loss))
            parts.Add(double.IsNaN(Result.Loss) ? $"the {Value} is NaN" : $"the {Value} is {(Result.Loss > 0 ? "+" : "-")}infinity");
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }
}
