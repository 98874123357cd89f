using System;

namespace Gibbs.Cli.Project;

/// <summary>Every row map of the library under the name that the command line has for it. A new map is one entry.</summary>
internal static class ProjectionKinds
{
    private const MapOutputs Tau = MapOutputs.Thresholds;

    public static ProjectionKind[] All { get; } =
    [
        // The simplex and its relatives.
        new("sparsemax", "onto the probability simplex: (x - τ)+ summing to 1", static _ => RowMap.Sparsemax()) { Outputs = Tau | MapOutputs.Csr },
        new("simplex", "onto the scaled simplex {y >= 0, Σy = radius}", static words => RowMap.Simplex(words.Real(Word.Radius)))
        {
            Words = [Word.Radius],
            Parameter = Word.Radius,
            Outputs = Tau | MapOutputs.Csr,
        },
        new("entmax", "α-entmax: ((α-1)x - τ)+^(1/(α-1)) summing to 1", static words => RowMap.Entmax(words.Real(Word.EntmaxAlpha)))
        {
            Words = [Word.EntmaxAlpha],
            Parameter = Word.EntmaxAlpha,
            Outputs = Tau | MapOutputs.Csr,
        },
        new("normmax", "argmax of <p, x> - ‖p‖_α over the simplex", static words => RowMap.Normmax(words.Real(Word.NormmaxAlpha)))
        {
            Words = [Word.NormmaxAlpha],
            Parameter = Word.NormmaxAlpha,
            Outputs = Tau,
        },
        new("capped-simplex", "onto {0 <= y <= cap, Σy = total} (budget)", static words => RowMap.CappedSimplex(words.Real(Word.Total), words.Real(Word.Cap)))
        {
            Words = [Word.Total, Word.Cap],
            Parameter = Word.Total,
            Outputs = Tau | MapOutputs.SecondGradient,
        },
        new("box-section", "onto {lower <= y <= upper, <weights, y> = total}", static words => RowMap.BoxSection(words.Real(Word.Total)))
        {
            Words = [Word.Total],
            Parameter = Word.Total,
            Inputs = MapInputs.Weights | MapInputs.Lower | MapInputs.Upper,
            Outputs = Tau,
        },
        new("weighted-simplex", "onto {y >= 0, <weights, y> = radius}", static words => RowMap.WeightedSimplex(words.Real(Word.Radius)))
        {
            Words = [Word.Radius],
            Parameter = Word.Radius,
            Inputs = MapInputs.Weights,
            Required = MapInputs.Weights,
            Outputs = Tau,
        },
        new("sparse-simplex", "the k largest entries onto the simplex of a radius", static words => RowMap.SparseSimplex(words.Integer(Word.K), words.Real(Word.Radius)))
        {
            Words = [Word.K, Word.Radius],
            Parameter = Word.Radius,
            Outputs = Tau | MapOutputs.Csr,
        },

        // Balls.
        new("l1-ball", "onto {Σ weights·|y| <= radius}", static words => RowMap.L1Ball(words.Real(Word.Radius)))
        {
            Words = [Word.Radius],
            Parameter = Word.Radius,
            Inputs = MapInputs.Weights,
            Outputs = Tau,
            SavesThresholds = true,
            Training = TrainingUse.Constraint,
        },
        L2Ball("l2-ball", "onto {‖y‖₂ <= radius}", Word.Radius, RowMap.L2Ball),
        L2Ball("max-norm", "rows of a weight matrix to norm radius at most", Word.RequiredRadius, RowMap.MaxNorm),
        L2Ball("l2-clip", "rows of gradients clipped to norm maximum", Word.Maximum, RowMap.L2Clip),
        new("linf-ball", "clip(x, -radius, radius)", static words => RowMap.LInfBall(words.Real(Word.Radius)))
        {
            Words = [Word.Radius],
            Parameter = Word.Radius,
            Training = TrainingUse.Constraint,
        },
        new("l0-ball", "the k largest |x|, the others 0", static words => RowMap.L0Ball(words.Integer(Word.K)))
        {
            Words = [Word.K],
            Outputs = Tau | MapOutputs.Mask,
            Training = TrainingUse.Constraint,
        },
        new("l1inf-ball", "onto {Σ over groups of max|y| <= radius}", static words => RowMap.L1InfBall(words.Real(Word.RequiredRadius), words.Integer(Word.GroupSize)))
        {
            Words = [Word.RequiredRadius, Word.GroupSize],
            Parameter = Word.RequiredRadius,
            Inputs = MapInputs.GroupOffsets,
            NeedsGroups = true,
            Outputs = Tau,
            SavesThresholds = true,
            Training = TrainingUse.Constraint,
        },

        // Proximal maps.
        Elementwise("soft-threshold", "sign(x)(|x| - t)+: of t‖x‖₁", static words => RowMap.SoftThreshold(words.Real(Word.Threshold))),
        Elementwise("hard-threshold", "x where |x| > t, else 0", static words => RowMap.HardThreshold(words.Real(Word.Threshold))),
        Elementwise("elastic-net", "sign(x)(|x| - t)+/(1 + ridge)", static words => RowMap.ElasticNet(words.Real(Word.Threshold), words.Real(Word.Ridge)), Word.Ridge),
        Elementwise("mcp", "of the minimax concave penalty (firm threshold)", static words => RowMap.Mcp(words.Real(Word.Threshold), words.Real(Word.Gamma)), Word.Gamma),
        Elementwise("scad", "of the smoothly clipped absolute deviation", static words => RowMap.Scad(words.Real(Word.Threshold), words.Real(Word.A)), Word.A),
        new("huber", "of step times the Huber function", static words => RowMap.Huber(words.Real(Word.Step), words.Real(Word.Delta)))
        {
            Words = [Word.Step, Word.Delta],
            Parameter = Word.Step,
            Inputs = MapInputs.ColumnParameters,
            Outputs = MapOutputs.SecondGradient,
        },
        new("group-lasso", "x_g(1 - t·w_g/‖x_g‖)+: of t Σ w_g‖x_g‖₂", static words => RowMap.GroupLasso(words.Real(Word.Threshold), words.Integer(Word.GroupSize)))
        {
            Words = [Word.Threshold, Word.GroupSize],
            Parameter = Word.Threshold,
            Inputs = MapInputs.GroupOffsets | MapInputs.GroupWeights,
            NeedsGroups = true,
            Training = TrainingUse.Penalty,
        },
        new("linf1-prox", "of t max over groups of ‖x_g‖₁", static words => RowMap.LInf1Prox(words.Real(Word.Threshold), words.Integer(Word.GroupSize)))
        {
            Words = [Word.Threshold, Word.GroupSize],
            Parameter = Word.Threshold,
            Inputs = MapInputs.GroupOffsets,
            NeedsGroups = true,
            Outputs = Tau,
            SavesThresholds = true,
            SavesInput = true,
            Training = TrainingUse.Penalty,
        },
        new("k-support", "of (step/2)‖x‖², the k-support norm", static words => RowMap.KSupport(words.Integer(Word.SupportK), words.Real(Word.Step)))
        {
            Words = [Word.SupportK, Word.Step],
            Parameter = Word.Step,
            Outputs = Tau | MapOutputs.Values | MapOutputs.SecondGradient,
            SavesThresholds = true,
            Training = TrainingUse.Penalty,
        },
        new("group-envelope", "of step times the (weighted group) sparse envelope", static words => RowMap.GroupEnvelope(words.Real(Word.EnvelopeK), words.Real(Word.Step), words.Integer(Word.GroupSize)))
        {
            Words = [Word.EnvelopeK, Word.Step, Word.GroupSize],
            Parameter = Word.Step,
            Inputs = MapInputs.GroupOffsets | MapInputs.GroupWeights | MapInputs.GroupScales,
            Outputs = Tau | MapOutputs.Values | MapOutputs.SecondGradient,
            SavesThresholds = true,
            Training = TrainingUse.Penalty,
        },

        // Masks.
        new("n-of-m", "the n largest |x| of every m consecutive entries (2:4)", static words => RowMap.NOfM(words.Integer(Word.N), words.Integer(Word.M)))
        {
            Words = [Word.N, Word.M],
            Outputs = MapOutputs.Mask | MapOutputs.Compressed | MapOutputs.Metadata,
            Training = TrainingUse.Constraint,
        },

        // Order.
        new("isotonic", "weighted least squares under y_1 <= y_2 <= ...", static words => RowMap.Isotonic(words.Flag(Word.Descending)))
        {
            Words = [Word.Descending],
            Inputs = MapInputs.Weights,
        },
        new("soft-sort", "the sorted row, softly", static words => RowMap.SoftSort(words.Real(Word.Epsilon), words.Flag(Word.Descending), Regulariser(words)))
        {
            Words = [Word.Epsilon, Word.Descending, Word.Entropic],
            Parameter = Word.Epsilon,
            SavesInput = true,
        },
        new("soft-rank", "the ranks 1 to V, softly", static words => RowMap.SoftRank(words.Real(Word.Epsilon), words.Flag(Word.Descending), Regulariser(words)))
        {
            Words = [Word.Epsilon, Word.Descending, Word.Entropic],
            Parameter = Word.Epsilon,
            SavesInput = true,
        },
        new("permutahedron", "onto the convex hull of the permutations of weights", static words => RowMap.Permutahedron(Regulariser(words)))
        {
            Words = [Word.Entropic],
            Inputs = MapInputs.Weights,
            Required = MapInputs.Weights,
            SavesInput = true,
        },

        // Norms.
        new("sphere", "radius·x/‖x‖₂", static words => RowMap.Sphere(words.Real(Word.Radius)))
        {
            Words = [Word.Radius],
            Parameter = Word.Radius,
            Outputs = Tau,
            SavesThresholds = true,
            Training = TrainingUse.Constraint,
        },
        new("tangent", "onto the tangent space of the sphere at a point", static _ => RowMap.Tangent())
        {
            Inputs = MapInputs.Point,
            Required = MapInputs.Point,
        },
    ];

    public static ProjectionKind? Find(string name) => Array.Find(All, kind => kind.Name == name);

    private static SortRegulariser Regulariser(WordValues words) => words.Flag(Word.Entropic) ? SortRegulariser.Entropic : SortRegulariser.Quadratic;

    private static ProjectionKind L2Ball(string name, string summary, Word radius, Func<double, RowMap> create) => new(name, summary, words => create(words.Real(radius)))
    {
        Words = [radius],
        Parameter = radius,
        Outputs = Tau,
        SavesThresholds = true,
        Training = TrainingUse.Constraint,
    };

    private static ProjectionKind Elementwise(string name, string summary, Func<WordValues, RowMap> create, Word? second = null) => new(name, summary, create)
    {
        Words = second is null ? [Word.Threshold] : [Word.Threshold, second],
        Parameter = Word.Threshold,
        Inputs = MapInputs.ColumnParameters,
        Outputs = second is null ? MapOutputs.None : MapOutputs.SecondGradient,
        Training = TrainingUse.Penalty,
    };
}
