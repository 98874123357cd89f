namespace Gibbs.Cli.Project;

/// <summary>Every row map of the library under the name that the command line has for it. A new map is one entry.</summary>
internal static class ProjectionKinds
{
    public static ProjectionKind[] All { get; } =
    [
        // The simplex and its relatives.
        new("sparsemax", "projection onto the probability simplex: (x - τ)+, sum 1", static _ => RowMap.Sparsemax()),
        new("simplex", "projection onto {y >= 0, Σy = radius}", static words => RowMap.Simplex(words.Real(Word.Radius)), Word.Radius),
        new("entmax", "α-entmax: ((α-1)x - τ)+^(1/(α-1)), sum 1", static words => RowMap.Entmax(words.Real(Word.EntmaxAlpha)), Word.EntmaxAlpha),
        new("normmax", "argmax of <p, x> - ‖p‖_α over the simplex", static words => RowMap.Normmax(words.Real(Word.NormmaxAlpha)), Word.NormmaxAlpha),
        new(
            "capped-simplex",
            "projection onto {0 <= y <= cap, Σy = total} (budget)",
            static words => RowMap.CappedSimplex(words.Real(Word.Total), words.Real(Word.Cap)),
            Word.Total,
            Word.Cap),
        new("box-section", "projection onto {lower <= y <= upper, <weights, y> = total}", static words => RowMap.BoxSection(words.Real(Word.Total)), Word.Total),
        new("weighted-simplex", "projection onto {y >= 0, <weights, y> = radius}", static words => RowMap.WeightedSimplex(words.Real(Word.Radius)), Word.Radius)
        {
            Parts = RowMapTable.Parts(RowMapKind.BoxSection) & ~RowMapParts.Bounds,
            Required = MapInputs.Weights,
        },
        new(
            "sparse-simplex",
            "projection of the k largest entries onto {y >= 0, Σy = radius}",
            static words => RowMap.SparseSimplex(words.Integer(Word.K), words.Real(Word.Radius)),
            Word.K,
            Word.Radius),

        // Balls.
        new("l1-ball", "projection onto {Σ weights·|y| <= radius}", static words => RowMap.L1Ball(words.Real(Word.Radius)), Word.Radius)
        {
            Training = TrainingUse.Constraint,
        },
        new("l2-ball", "projection onto {‖y‖₂ <= radius}", static words => RowMap.L2Ball(words.Real(Word.Radius)), Word.Radius)
        {
            Training = TrainingUse.Constraint,
        },
        new("max-norm", "rows of a weight matrix to norm radius at most", static words => RowMap.MaxNorm(words.Real(Word.RequiredRadius)), Word.RequiredRadius)
        {
            Training = TrainingUse.Constraint,
        },
        new("l2-clip", "rows of gradients to norm maximum at most", static words => RowMap.L2Clip(words.Real(Word.Maximum)), Word.Maximum),
        new("linf-ball", "clip(x, -radius, radius)", static words => RowMap.LInfBall(words.Real(Word.Radius)), Word.Radius)
        {
            Training = TrainingUse.Constraint,
        },
        new("l0-ball", "the k largest |x|, the others 0", static words => RowMap.L0Ball(words.Integer(Word.K)), Word.K)
        {
            Training = TrainingUse.Constraint,
        },
        new(
            "l1inf-ball",
            "projection onto {Σ over groups of max|y| <= radius}",
            static words => RowMap.L1InfBall(words.Real(Word.RequiredRadius), words.Integer(Word.GroupSize)),
            Word.RequiredRadius,
            Word.GroupSize)
        {
            NeedsGroups = true,
            Training = TrainingUse.Constraint,
        },

        // Proximal maps.
        new("soft-threshold", "prox of t‖x‖₁: sign(x)(|x| - t)+", static words => RowMap.SoftThreshold(words.Real(Word.Threshold)), Word.Threshold)
        {
            Training = TrainingUse.Penalty,
            Strength = 0.02,
        },
        new("hard-threshold", "x where |x| > t, else 0", static words => RowMap.HardThreshold(words.Real(Word.Threshold)), Word.Threshold)
        {
            Training = TrainingUse.Constraint,
        },
        new(
            "elastic-net",
            "prox of t‖x‖₁ + (ridge/2)‖x‖²: sign(x)(|x| - t)+/(1 + ridge)",
            static words => RowMap.ElasticNet(words.Real(Word.Threshold), words.Real(Word.Ridge)),
            Word.Threshold,
            Word.Ridge)
        {
            Training = TrainingUse.Penalty,
            Strength = 0.02,
        },
        new("mcp", "prox of the minimax concave penalty (firm threshold)", static words => RowMap.Mcp(words.Real(Word.Threshold), words.Real(Word.Gamma)), Word.Threshold, Word.Gamma)
        {
            Training = TrainingUse.Penalty,
            Strength = 0.05,
        },
        new("scad", "prox of the smoothly clipped absolute deviation", static words => RowMap.Scad(words.Real(Word.Threshold), words.Real(Word.A)), Word.Threshold, Word.A),
        new("huber", "prox of step times the Huber function", static words => RowMap.Huber(words.Real(Word.Step), words.Real(Word.Delta)), Word.Step, Word.Delta)
        {
            Training = TrainingUse.Penalty,
            Strength = 0.1,
        },
        new(
            "group-lasso",
            "prox of t Σ w_g‖x_g‖₂: x_g(1 - t·w_g/‖x_g‖)+",
            static words => RowMap.GroupLasso(words.Real(Word.Threshold), words.Integer(Word.GroupSize)),
            Word.Threshold,
            Word.GroupSize)
        {
            NeedsGroups = true,
            Training = TrainingUse.Penalty,
            Strength = 0.2,
        },
        new(
            "linf1-prox",
            "prox of t times the largest ‖x_g‖₁ over groups",
            static words => RowMap.LInf1Prox(words.Real(Word.Threshold), words.Integer(Word.GroupSize)),
            Word.Threshold,
            Word.GroupSize)
        {
            NeedsGroups = true,
            Training = TrainingUse.Penalty,
            Strength = 0.02,
        },
        new(
            "k-support",
            "prox of (step/2)‖x‖², ‖·‖ the k-support norm",
            static words => RowMap.KSupport(words.Integer(Word.SupportK), words.Real(Word.Step)),
            Word.SupportK,
            Word.Step)
        {
            Training = TrainingUse.Penalty,
            Strength = 0.1,
        },
        new(
            "group-envelope",
            "prox of step times the (weighted group) sparse envelope",
            static words => RowMap.GroupEnvelope(words.Real(Word.EnvelopeK), words.Real(Word.Step), words.Integer(Word.GroupSize)),
            Word.EnvelopeK,
            Word.Step,
            Word.GroupSize)
        {
            Training = TrainingUse.Penalty,
            Strength = 0.1,
        },

        // Masks.
        new("n-of-m", "the n largest |x| of every m consecutive entries (2:4)", static words => RowMap.NOfM(words.Integer(Word.N), words.Integer(Word.M)), Word.N, Word.M)
        {
            Training = TrainingUse.Constraint,
        },

        // Order.
        new("isotonic", "isotonic regression: weighted least squares under y_1 <= y_2 <= ...", static words => RowMap.Isotonic(words.Flag(Word.Descending)), Word.Descending),
        new(
            "soft-sort",
            "the sorted row, softly",
            static words => RowMap.SoftSort(words.Real(Word.Epsilon), words.Flag(Word.Descending), Regulariser(words)),
            Word.Epsilon,
            Word.Descending,
            Word.Entropic),
        new(
            "soft-rank",
            "the ranks 1 to V, softly",
            static words => RowMap.SoftRank(words.Real(Word.Epsilon), words.Flag(Word.Descending), Regulariser(words)),
            Word.Epsilon,
            Word.Descending,
            Word.Entropic),
        new("permutahedron", "projection onto the convex hull of the permutations of weights", static words => RowMap.Permutahedron(Regulariser(words)), Word.Entropic)
        {
            Required = MapInputs.Weights,
        },

        // Norms.
        new("sphere", "renormalisation: radius·x/‖x‖₂", static words => RowMap.Sphere(words.Real(Word.Radius)), Word.Radius)
        {
            Training = TrainingUse.Constraint,
        },
        new("tangent", "projection onto the tangent space of the sphere at a point", static _ => RowMap.Tangent())
        {
            Required = MapInputs.Point,
        },
    ];

    private static SortRegulariser Regulariser(WordValues words) => words.Flag(Word.Entropic) ? SortRegulariser.Entropic : SortRegulariser.Quadratic;
}
