using System;

namespace Gibbs.Tests.Harness;

/// <summary>Short ways to the cases that tests write by hand.</summary>
internal static class Cases
{
    /// <summary>Reduction none, everything asked for, int64 targets.</summary>
    public static CrossEntropyCase Hard(ElementType type, int columns, Func<int, int, double> logit, params long[] targets) => new()
    {
        Type = type,
        Rows = targets.Length,
        Columns = columns,
        Logits = Fill(type, targets.Length, columns, logit),
        TargetKind = TargetKind.Int64,
        Targets = targets,
        Options = new() { Reduction = Reduction.None },
    };

    public static CrossEntropyCase Soft(ElementType type, int rows, int columns, Func<int, int, double> logit, Func<int, int, double> target) => new()
    {
        Type = type,
        Rows = rows,
        Columns = columns,
        Logits = Fill(type, rows, columns, logit),
        TargetKind = TargetKind.Soft,
        SoftTargets = Fill(type, rows, columns, target),
        Options = new() { Reduction = Reduction.None },
    };

    public static double[] Fill(ElementType type, int rows, int columns, Func<int, int, double> value)
    {
        double[] values = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                values[(i * columns) + j] = type.Round(value(i, j));
        }
        return values;
    }

    /// <summary>A fixed irregular number in [−4, 4).</summary>
    public static double Noise(int i, int j)
    {
        uint h = unchecked(((uint)i * 0x9E3779B1u) ^ ((uint)j * 0x85EBCA77u) ^ 0x27D4EB2Fu);
        h = unchecked((h ^ (h >> 15)) * 0x2C1B3C6Du);
        h = unchecked((h ^ (h >> 12)) * 0x297A2D39u);
        return ((h ^ (h >> 15)) / 536870912.0) - 4;
    }

    public static double[] Reals(ElementType type, params ReadOnlySpan<double> values)
    {
        double[] rounded = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            rounded[i] = type.Real().Round(values[i]);
        return rounded;
    }
}
