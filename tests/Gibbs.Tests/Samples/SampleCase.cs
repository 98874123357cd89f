using System;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Samples;

/// <summary>A call: options, and points that the storage type holds exactly.</summary>
internal sealed record SampleCase(ElementType Type, SampleEntropyOptions Options, double[][] Points, double[][] Others, double[][] Conditions)
{
    public bool HasOthers => Options.Kind >= SampleEntropyKind.NearestNeighbour;

    public bool HasOthersGradient => Options.Kind >= SampleEntropyKind.CauchySchwarzDivergence;

    public bool HasConditions => Options.Kind == SampleEntropyKind.ConditionalCauchySchwarz;

    public bool HasRowValues => Options.Kind <= SampleEntropyKind.NearestNeighbour;

    /// <summary>Normal points; others near them, conditions that they depend on.</summary>
    public static SampleCase Draw(ElementType type, SampleEntropyOptions options, int rows, int columns, int otherRows, int seed, double spread = 1)
    {
        Random random = new(seed);
        bool paired = options.Kind is SampleEntropyKind.CauchySchwarzInformation or SampleEntropyKind.ConditionalCauchySchwarz;
        int otherColumns = options.Kind == SampleEntropyKind.CauchySchwarzInformation ? Math.Max(1, columns - 1) : columns;
        double[][] points = Cloud(type, random, rows, columns, spread);
        double[][] others = options.Kind < SampleEntropyKind.NearestNeighbour ? [] : Cloud(type, random, paired ? rows : otherRows, otherColumns, spread);
        for (int i = 0; paired && i < rows; i++)
        {
            for (int k = 0; k < otherColumns; k++)
                others[i][k] = type.Round((0.7 * points[i][k]) + (0.5 * others[i][k]));
        }
        double[][] conditions = options.Kind == SampleEntropyKind.ConditionalCauchySchwarz ? Cloud(type, random, rows, columns + 1, spread) : [];
        return new(type, options, points, others, conditions);
    }

    public static double[][] Cloud(ElementType type, Random random, int rows, int columns, double spread, double centre = 0) =>
        [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => type.Round(centre + (spread * Normal(random)))).ToArray())];

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public override string ToString() => $"{Options.Kind} {Type} [{Points.Length}, {(Points.Length == 0 ? 0 : Points[0].Length)}] others {Others.Length}, {Options}";
}

/// <summary>What a call gives; what the kind has not is empty.</summary>
internal sealed record SampleRun(double Value, double[][] Gradient, double[][] OthersGradient, double[][] ConditionsGradient, double[] RowValues, long[] Nearest);
