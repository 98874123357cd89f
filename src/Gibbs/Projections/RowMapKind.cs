namespace Gibbs;

/// <summary>Which map a <see cref="RowMap"/> is; the factories of <see cref="RowMap"/> document each.</summary>
public enum RowMapKind
{
    /// <summary>No map: <c>default(RowMap)</c>, refused by every operation.</summary>
    None = 0,

    /// <summary><see cref="RowMap.Simplex"/>, <see cref="RowMap.Sparsemax"/>.</summary>
    Simplex = 1,

    /// <summary><see cref="RowMap.Entmax"/>.</summary>
    Entmax = 2,

    /// <summary><see cref="RowMap.Normmax"/>.</summary>
    Normmax = 3,

    /// <summary><see cref="RowMap.CappedSimplex"/>.</summary>
    CappedSimplex = 4,

    /// <summary><see cref="RowMap.BoxSection"/>, <see cref="RowMap.WeightedSimplex"/>.</summary>
    BoxSection = 5,

    /// <summary><see cref="RowMap.L1Ball"/>.</summary>
    L1Ball = 6,

    /// <summary><see cref="RowMap.L2Ball"/>, <see cref="RowMap.MaxNorm"/>, <see cref="RowMap.L2Clip"/>.</summary>
    L2Ball = 7,

    /// <summary><see cref="RowMap.LInfBall"/>.</summary>
    LInfBall = 8,

    /// <summary><see cref="RowMap.SparseSimplex"/>.</summary>
    SparseSimplex = 9,

    /// <summary><see cref="RowMap.L0Ball"/>.</summary>
    L0Ball = 10,

    /// <summary><see cref="RowMap.SoftThreshold"/>.</summary>
    SoftThreshold = 11,

    /// <summary><see cref="RowMap.HardThreshold"/>.</summary>
    HardThreshold = 12,

    /// <summary><see cref="RowMap.ElasticNet"/>.</summary>
    ElasticNet = 13,

    /// <summary><see cref="RowMap.Mcp"/>.</summary>
    Mcp = 14,

    /// <summary><see cref="RowMap.Scad"/>.</summary>
    Scad = 15,

    /// <summary><see cref="RowMap.Huber"/>.</summary>
    Huber = 16,

    /// <summary><see cref="RowMap.GroupLasso"/>.</summary>
    GroupLasso = 17,

    /// <summary><see cref="RowMap.L1InfBall"/>.</summary>
    L1InfBall = 18,

    /// <summary><see cref="RowMap.LInf1Prox"/>.</summary>
    LInf1Prox = 19,

    /// <summary><see cref="RowMap.GroupEnvelope"/>, <see cref="RowMap.KSupport"/>.</summary>
    GroupEnvelope = 20,

    /// <summary><see cref="RowMap.NOfM"/>.</summary>
    NOfM = 21,

    /// <summary><see cref="RowMap.Isotonic"/>.</summary>
    Isotonic = 22,

    /// <summary><see cref="RowMap.SoftSort"/>.</summary>
    SoftSort = 23,

    /// <summary><see cref="RowMap.SoftRank"/>.</summary>
    SoftRank = 24,

    /// <summary><see cref="RowMap.Permutahedron"/>.</summary>
    Permutahedron = 25,

    /// <summary><see cref="RowMap.Sphere"/>.</summary>
    Sphere = 26,

    /// <summary><see cref="RowMap.Tangent"/>.</summary>
    Tangent = 27,
}

/// <summary>What a soft sort, a soft rank or a permutahedron projection is regularised by.</summary>
public enum SortRegulariser
{
    /// <summary>½‖y‖²: the Euclidean projection.</summary>
    Quadratic = 0,

    /// <summary>Σ y·(log y − 1): the Kullback-Leibler projection, in the log domain.</summary>
    Entropic = 1,
}
