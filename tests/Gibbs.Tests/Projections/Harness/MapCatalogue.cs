using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>Every map with its options drawn at random: what conformance, bits and gradients run over.</summary>
internal static class MapCatalogue
{
    /// <summary>The names that tests are made with; some kinds come in several forms.</summary>
    public static readonly string[] Names =
    [
        "simplex", "sparse-simplex", "entmax-1.5", "entmax", "normmax", "capped-simplex", "box-section", "weighted-simplex", "l1-ball", "weighted-l1-ball", "l2-ball", "linf-ball", "l0-ball", "sphere", "tangent",
        "soft-threshold", "hard-threshold", "elastic-net", "mcp", "scad", "huber", "group-lasso", "l1inf-ball", "linf1-prox", "k-support", "envelope", "n-of-m", "isotonic", "soft-sort", "soft-rank", "permutahedron",
        "soft-sort-entropic", "soft-rank-entropic", "permutahedron-entropic",
    ];

    /// <summary>Those with a row parameter.</summary>
    public static IEnumerable<string> WithParameter => Names.Where(name => name is not ("tangent" or "l0-ball" or "n-of-m" or "isotonic" or "permutahedron" or "permutahedron-entropic"));

    /// <summary>The map with other scalars.</summary>
    public static RowMap With(RowMap map, double parameter, double second) => map.Kind switch
    {
        RowMapKind.Simplex => RowMap.Simplex(parameter),
        RowMapKind.SparseSimplex => RowMap.SparseSimplex(map.Count, parameter),
        RowMapKind.Entmax => RowMap.Entmax(parameter),
        RowMapKind.Normmax => RowMap.Normmax(parameter),
        RowMapKind.CappedSimplex => RowMap.CappedSimplex(parameter, second),
        RowMapKind.BoxSection => RowMap.BoxSection(parameter),
        RowMapKind.L1Ball => RowMap.L1Ball(parameter),
        RowMapKind.L2Ball => RowMap.L2Ball(parameter),
        RowMapKind.LInfBall => RowMap.LInfBall(parameter),
        RowMapKind.Sphere => RowMap.Sphere(parameter),
        RowMapKind.SoftThreshold => RowMap.SoftThreshold(parameter),
        RowMapKind.HardThreshold => RowMap.HardThreshold(parameter),
        RowMapKind.ElasticNet => RowMap.ElasticNet(parameter, second),
        RowMapKind.Mcp => RowMap.Mcp(parameter, second),
        RowMapKind.Scad => RowMap.Scad(parameter, second),
        RowMapKind.Huber => RowMap.Huber(parameter, second),
        RowMapKind.GroupLasso => RowMap.GroupLasso(parameter, map.GroupSize),
        RowMapKind.L1InfBall => RowMap.L1InfBall(parameter, map.GroupSize),
        RowMapKind.LInf1Prox => RowMap.LInf1Prox(parameter, map.GroupSize),
        RowMapKind.GroupEnvelope => RowMap.GroupEnvelope(second, parameter, map.GroupSize),
        RowMapKind.SoftSort => RowMap.SoftSort(parameter, map.Descending, map.Regulariser),
        RowMapKind.SoftRank => RowMap.SoftRank(parameter, map.Descending, map.Regulariser),
        _ => map,
    };

    /// <summary>Map and shared arrays, for rows of some columns; numbers as fp32 holds them, in all types.</summary>
    public static ProjectionCase Draw(string name, ElementType type, int rows, int columns, Random random)
    {
        double Real(double value) => (float)value;
        double Uniform(double low, double high) => Real(low + (random.NextDouble() * (high - low)));
        double Pick(params ReadOnlySpan<double> values) => Real(values[random.Next(values.Length)]);
        double[] Array(int length, double low, double high)
        {
            double[] values = new double[length];
            for (int i = 0; i < length; i++)
                values[i] = Uniform(low, high);
            return values;
        }
        bool Maybe() => random.Next(2) == 0;
        double radius = random.Next(8) == 0 ? Pick(0, 1e-3, 100, 1e4) : Uniform(0.2, 3), threshold = random.Next(8) == 0 ? Pick(0, 1e-4, 50) : Uniform(0.05, 2);
        int count = 1 + random.Next(random.Next(3) == 0 ? columns : Math.Min(columns, 8)), size = random.Next(4) switch { 0 => 0, 1 => 1 + random.Next(columns), _ => 1 + random.Next(Math.Min(columns, 9)) };
        SortRegulariser entropic = SortRegulariser.Entropic;
        double epsilon = random.Next(6) == 0 ? Pick(0.0137, 31.7) : Uniform(0.11, 4.3);
        ProjectionCase blank = new() { Type = type, Map = RowMap.Sparsemax(), Rows = rows, Columns = columns, Input = [] };
        switch (name)
        {
            case "simplex":
                return blank with { Map = RowMap.Simplex(radius) };
            case "sparse-simplex":
                return blank with { Map = RowMap.SparseSimplex(count, radius) };
            case "entmax-1.5":
                return blank with { Map = RowMap.Entmax(1.5) };
            case "entmax":
                return blank with { Map = RowMap.Entmax(Pick(1.015625, 1.0001, 1.1, 1.3, 1.7, 2, 2.5, 3, 4, 8)) };
            case "normmax":
                return blank with { Map = RowMap.Normmax(Pick(1.0625, 1.3, 1.5, 2, 3, 5, 8)) };
            case "capped-simplex":
                double cap = random.Next(3) == 0 ? Uniform(0.2, 3) : 1;
                return blank with { Map = RowMap.CappedSimplex(random.Next(6) == 0 ? 0 : Real(cap * columns * random.NextDouble() * (Maybe() ? 0.1 : 0.9)), cap) };
            case "box-section":
                double[] w = Maybe() ? Array(columns, 0.2, 3) : [], lower = Maybe() ? Array(columns, -1, 1) : new double[columns], upper = new double[columns];
                double least = 0, most = 0;
                for (int j = 0; j < columns; j++)
                {
                    upper[j] = random.Next(6) == 0 ? double.PositiveInfinity : Real(lower[j] + (random.Next(6) == 0 ? 0 : 2 * random.NextDouble()));
                    least += (w.Length == 0 ? 1 : w[j]) * lower[j];
                    most += (w.Length == 0 ? 1 : w[j]) * (double.IsInfinity(upper[j]) ? lower[j] + 3 : upper[j]);
                }
                // Not at the very edge, where rounding decides what is feasible.
                double total = random.Next(8) == 0 || most - least < 1e-3 ? least - 1 : least + ((most - least) * (0.02 + (0.96 * random.NextDouble())));
                return blank with { Map = RowMap.BoxSection(Real(total)), Weights = w.Length == 0 ? null : w, Lower = lower, Upper = upper };
            case "weighted-simplex":
                return blank with { Map = RowMap.WeightedSimplex(radius), Weights = Maybe() ? Array(columns, 0.1, 4) : null };
            case "l1-ball":
                return blank with { Map = RowMap.L1Ball(Real(radius * (Maybe() ? 1 : columns))) };
            case "weighted-l1-ball":
                return blank with { Map = RowMap.L1Ball(Real(radius * (Maybe() ? 1 : columns))), Weights = Array(columns, 0.1, 4) };
            case "l2-ball":
                return blank with { Map = RowMap.L2Ball(Real(radius * (Maybe() ? 1 : Math.Sqrt(columns)))) };
            case "linf-ball":
                return blank with { Map = RowMap.LInfBall(radius) };
            case "l0-ball":
                return blank with { Map = RowMap.L0Ball(count) };
            case "sphere":
                return blank with { Map = RowMap.Sphere(radius == 0 ? 1 : radius) };
            case "tangent":
                double[] point = new double[rows * columns];
                for (int k = 0; k < point.Length; k++)
                    point[k] = type.Round((random.NextDouble() * 2) - 1);
                return blank with { Map = RowMap.Tangent(), Point = point };
            case "soft-threshold":
                return blank with { Map = RowMap.SoftThreshold(threshold), ColumnParameters = Columns() };
            case "hard-threshold":
                return blank with { Map = RowMap.HardThreshold(threshold), ColumnParameters = Columns() };
            case "elastic-net":
                return blank with { Map = RowMap.ElasticNet(threshold, Pick(0, 0.1, 2.5)), ColumnParameters = Columns() };
            case "mcp":
                return blank with { Map = RowMap.Mcp(threshold, Pick(1.01, 1.5, 3, 20)), ColumnParameters = Columns() };
            case "scad":
                return blank with { Map = RowMap.Scad(threshold, Pick(2.1, 3, 3.7, 20)), ColumnParameters = Columns() };
            case "huber":
                return blank with { Map = RowMap.Huber(threshold, Pick(0.1, 1, 5)), ColumnParameters = Columns() };
            case "group-lasso":
                return Grouped(blank with { Map = RowMap.GroupLasso(threshold, size) }, true, false);
            case "l1inf-ball":
                return Grouped(blank with { Map = RowMap.L1InfBall(radius, size) }, false, false);
            case "linf1-prox":
                return Grouped(blank with { Map = RowMap.LInf1Prox(radius, size) }, false, false);
            case "k-support":
                return blank with { Map = RowMap.KSupport(count, threshold) };
            case "envelope":
                return Grouped(blank with { Map = RowMap.GroupEnvelope(Uniform(0.3, 6), threshold, size) }, true, true);
            case "n-of-m":
                int m = random.Next(3) == 0 ? 1 + random.Next(64) : 4;
                return blank with { Map = RowMap.NOfM(m == 4 ? 2 : 1 + random.Next(m), m) };
            case "isotonic":
                return blank with { Map = RowMap.Isotonic(Maybe()), Weights = Maybe() ? Array(columns, 0.1, 4) : null };
            case "soft-sort":
                return blank with { Map = RowMap.SoftSort(epsilon, Maybe()) };
            case "soft-rank":
                return blank with { Map = RowMap.SoftRank(epsilon, Maybe()) };
            case "permutahedron":
                return blank with { Map = RowMap.Permutahedron(), Weights = Array(columns, -2, 2) };
            case "soft-sort-entropic":
                return blank with { Map = RowMap.SoftSort(epsilon, Maybe(), entropic) };
            case "soft-rank-entropic":
                return blank with { Map = RowMap.SoftRank(epsilon, Maybe(), entropic) };
            case "permutahedron-entropic":
                return blank with { Map = RowMap.Permutahedron(entropic), Weights = Array(columns, -2, 2) };
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "no such map");
        }

        double[]? Columns() => random.Next(3) == 0 ? Array(columns, 0, 2) : null;

        ProjectionCase Grouped(ProjectionCase c, bool weights, bool scales)
        {
            int groups = c.Map.GroupSize == 0 ? 0 : (columns + c.Map.GroupSize - 1) / c.Map.GroupSize;
            if (c.Map.GroupSize == 0)
            {
                // Groups of any size, empty ones too.
                List<int> offsets = [0];
                while (offsets[^1] < columns)
                    offsets.Add(Math.Min(columns, offsets[^1] + random.Next(Math.Max(2, Math.Min(columns, 12)))));
                groups = offsets.Count - 1;
                c = c with { GroupOffsets = [.. offsets] };
            }
            return c with { GroupWeights = weights && Maybe() ? Array(groups, 0.2, 3) : null, GroupScales = scales && Maybe() ? Array(groups, 0.2, 3) : null };
        }
    }
}
