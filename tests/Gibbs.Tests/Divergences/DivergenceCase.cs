using System;
using System.Globalization;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Divergences;

/// <summary>A batch of pairs of rows and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record DivergenceCase
{
    public string Name { get; init; } = "";

    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] Student { get; init; }

    /// <summary>Dense: logits or probabilities. Sparse: log-probabilities [N, Listed].</summary>
    public required double[] Teacher { get; init; }

    /// <summary>Listed classes per row; 0 for a dense teacher.</summary>
    public int Listed { get; init; }

    public long[] Ids { get; init; } = [];

    public bool Int64 { get; init; } = true;

    public double[]? RowWeights { get; init; }

    public DivergenceOptions Options { get; init; } = new() { Reduction = Reduction.None };

    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public int Regime { get; init; }

    public bool OwnWorkspace { get; init; }

    public bool IsSparse => Listed > 0;

    public int TeacherColumns => IsSparse ? Listed : Columns;

    public double RowWeight(int row) => RowWeights is null ? 1 : RowWeights[row];

    public double Scale => Options.Weight / (Options.PerElement ? Columns : 1);

    /// <summary>Reduction none unless the options say otherwise.</summary>
    public static DivergenceCase Of(ElementType type, int rows, int columns, Func<int, int, double> student, Func<int, int, double> teacher, DivergenceOptions options = default) => new()
    {
        Type = type,
        Rows = rows,
        Columns = columns,
        Student = Cases.Fill(type, rows, columns, student),
        Teacher = Cases.Fill(type, rows, columns, teacher),
        Options = options with { Reduction = Reduction.None },
    };

    public DivergenceCase Row(int i) => this with
    {
        Rows = 1,
        Student = Student[(i * Columns)..((i + 1) * Columns)],
        Teacher = Teacher[(i * TeacherColumns)..((i + 1) * TeacherColumns)],
        Ids = IsSparse ? Ids[(i * Listed)..((i + 1) * Listed)] : [],
        RowWeights = RowWeights is null ? null : [RowWeights[i]],
    };

    public string Describe()
    {
        static string List(double[] values) => string.Join(", ", values.Take(40).Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        return $"{Name}: {Type} [{Rows}, {Columns}] {Options}\n  student {List(Student)}\n  teacher {List(Teacher)}\n  ids {string.Join(", ", Ids.Take(40))}, row weights {List(RowWeights ?? [])}";
    }
}
