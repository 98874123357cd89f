using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;

namespace Gibbs.Cli;

/// <summary>How many rows have which status, and the first of each.</summary>
internal sealed class StatusCounts
{
    private static readonly RowStatus[] Statuses = Enum.GetValues<RowStatus>();

    private readonly int[] _counts = new int[Statuses.Length];
    private readonly int[] _first = new int[Statuses.Length];

    public StatusCounts(ReadOnlySpan<RowStatus> statuses)
    {
        for (int row = 0; row < statuses.Length; row++)
        {
            if (_counts[(int)statuses[row]]++ == 0)
                _first[(int)statuses[row]] = row;
        }
    }

    /// <summary>"3 Ok, 1 NotANumber"; "none" where there are no rows.</summary>
    public string Text
    {
        get
        {
            List<string> counts = [];
            foreach (RowStatus status in Statuses)
            {
                if (_counts[(int)status] > 0)
                    counts.Add(string.Create(CultureInfo.InvariantCulture, $"{_counts[(int)status]} {status}"));
            }

            return counts.Count == 0 ? "none" : string.Join(", ", counts);
        }
    }

    /// <summary>The first row of a status; null where there is none.</summary>
    public int? First(RowStatus status) => _counts[(int)status] > 0 ? _first[(int)status] : null;

    /// <summary>The object <c>statuses</c>: every status with its count.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("statuses");
        foreach (RowStatus status in Statuses)
            writer.WriteNumber(status.ToString(), _counts[(int)status]);
        writer.WriteEndObject();
    }

    /// <summary>A warning about the rows that have one of some statuses: "2 rows with a NaN (first: row 1)".</summary>
    /// <param name="parts">Receives it.</param>
    /// <param name="kinds">Statuses, and what such rows have.</param>
    public void Warn(List<string> parts, params ReadOnlySpan<(RowStatus Status, string With)> kinds)
    {
        foreach ((RowStatus status, string with) in kinds)
        {
            int count = _counts[(int)status];
            if (count > 0)
                parts.Add($"{count} row{(count == 1 ? string.Empty : "s")} with {with} (first: row {_first[(int)status]})");
        }
    }
}
