using System.Linq;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>y = map(x) of one row: first what a bad row yields, then the map's own file.</summary>
internal static class ReferenceRowMap
{
    public static bool IsSimplexLike(RowMapKind kind) =>
        kind is RowMapKind.Simplex or RowMapKind.SparseSimplex or RowMapKind.Entmax or RowMapKind.Normmax or RowMapKind.CappedSimplex or RowMapKind.BoxSection;

    public static bool IsElementwise(RowMapKind kind) => kind == RowMapKind.LInfBall || HasColumnParameters(kind);

    public static bool HasColumnParameters(RowMapKind kind) => kind is >= RowMapKind.SoftThreshold and <= RowMapKind.Huber;

    public static bool IsMask(RowMapKind kind) => kind is RowMapKind.L0Ball or RowMapKind.NOfM;

    public static bool HasParameter(RowMapKind kind) =>
        kind is not (RowMapKind.L0Ball or RowMapKind.NOfM or RowMapKind.Isotonic or RowMapKind.Permutahedron or RowMapKind.Tangent);

    /// <summary>Whether <c>Thresholds</c> is documented for the map.</summary>
    public static bool HasThreshold(RowMapKind kind) => IsSimplexLike(kind) || kind is RowMapKind.L1Ball or RowMapKind.L2Ball or RowMapKind.L0Ball or RowMapKind.L1InfBall
        or RowMapKind.LInf1Prox or RowMapKind.GroupEnvelope or RowMapKind.Sphere;

    public static bool IsValid(RowMapKind kind, double parameter) => kind switch
    {
        RowMapKind.Entmax or RowMapKind.Normmax => parameter is > 1 and <= 8,
        RowMapKind.BoxSection => double.IsFinite(parameter),
        RowMapKind.SoftSort or RowMapKind.SoftRank or RowMapKind.Sphere => double.IsFinite(parameter) && parameter > 0,
        _ => !HasParameter(kind) || (double.IsFinite(parameter) && parameter >= 0),
    };

    public static MapResult Forward(MapRow row)
    {
        RowMapKind kind = row.Map.Kind;
        bool perEntry = IsElementwise(kind) || IsMask(kind);
        bool plus = row.X.Any(double.IsPositiveInfinity), minus = row.X.Any(double.IsNegativeInfinity);
        if (row.ColumnParameters is null && !IsValid(kind, row.Parameter))
            return new MapResult(row.Columns) { Status = RowStatus.InvalidParameter }.Fill(double.NaN);
        if (perEntry)
        {
            MapResult result = Own(row);
            result.Status = row.X.Any(double.IsNaN) ? RowStatus.NotANumber : plus || minus ? RowStatus.PlusInfinity : RowStatus.Ok;
            return result;
        }
        if (row.X.Any(double.IsNaN))
            return new MapResult(row.Columns) { Status = RowStatus.NotANumber }.Fill(double.NaN);
        if (!IsSimplexLike(kind))
            return plus || minus ? new MapResult(row.Columns) { Status = RowStatus.PlusInfinity }.Fill(double.NaN) : Own(row);
        if (plus && kind == RowMapKind.BoxSection)
            return new MapResult(row.Columns) { Status = RowStatus.PlusInfinity }.Fill(double.NaN);
        if (plus)
        {
            // The infinite entries share the mass.
            MapResult result = Own(row with { X = [.. row.X.Select(x => double.IsPositiveInfinity(x) ? 0 : double.NegativeInfinity)] });
            result.Status = RowStatus.PlusInfinity;
            result.ThresholdScale = double.NaN;
            return result;
        }
        if (row.X.All(double.IsNegativeInfinity))
        {
            MapResult masked = new(row.Columns) { Status = RowStatus.AllMasked };
            masked.SetThreshold(double.NegativeInfinity, 0);
            return masked;
        }
        return Own(row);
    }

    private static MapResult Own(MapRow row) => row.Map.Kind switch
    {
        RowMapKind.Simplex => SimplexReference.Project(row.X, row.Parameter),
        RowMapKind.SparseSimplex => TopReference.SparseSimplex(row),
        RowMapKind.Entmax => EntmaxReference.Map(row.X, row.Parameter),
        RowMapKind.Normmax => NormmaxReference.Map(row.X, row.Parameter),
        RowMapKind.CappedSimplex => BoxReference.CappedSimplex(row),
        RowMapKind.BoxSection => BoxReference.BoxSection(row),
        RowMapKind.L1Ball => BoxReference.L1Ball(row),
        RowMapKind.L2Ball => NormReference.L2Ball(row),
        RowMapKind.Sphere => NormReference.Sphere(row),
        RowMapKind.Tangent => NormReference.Tangent(row),
        RowMapKind.L0Ball => TopReference.L0Ball(row),
        RowMapKind.NOfM => TopReference.NOfM(row),
        RowMapKind.GroupLasso => GroupLassoReference.Prox(row),
        RowMapKind.L1InfBall => L1InfReference.Ball(row),
        RowMapKind.LInf1Prox => L1InfReference.DualProx(row),
        RowMapKind.GroupEnvelope => EnvelopeReference.Prox(row),
        RowMapKind.Isotonic => IsotonicReference.Regression(row),
        RowMapKind.SoftSort or RowMapKind.SoftRank or RowMapKind.Permutahedron => PermutahedronReference.Map(row),
        _ => ElementwiseReference.Map(row),
    };
}
