using System;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>Short ways to the cases that tests write by hand.</summary>
internal static class Maps
{
    /// <summary>One row, everything asked for.</summary>
    public static ProjectionCase Of(RowMap map, params double[] row) => Of(ElementType.Float64, map, row);

    public static ProjectionCase Of(ElementType type, RowMap map, params double[] row)
    {
        double[] rounded = [.. row];
        foreach (ref double value in rounded.AsSpan())
            value = type.Round(value);
        return new() { Type = type, Map = map, Rows = 1, Columns = row.Length, Input = rounded };
    }

    /// <summary>Rows by a function, rounded to the type.</summary>
    public static ProjectionCase Fill(ElementType type, RowMap map, int rows, int columns, Func<int, int, double> value) =>
        new() { Type = type, Map = map, Rows = rows, Columns = columns, Input = Cases.Fill(type, rows, columns, value) };
}
