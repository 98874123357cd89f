using System;

namespace Gibbs;

/// <summary>
/// A map from a row x of V numbers to a row y: a projection, a proximal map, a mask or a soft sort, with its scalars. <see cref="Projection"/> applies it to every row of
/// a matrix on the CPU or on a device, and gives its gradient. A vector is a matrix of one row.
/// </summary>
/// <remarks>
/// <para>Each factory gives formula, cost and source. <i>Row parameter</i> names the scalar that <c>ProjectionInputs.RowParameters</c> may give per row. <i>Threshold</i> says what
/// <c>ProjectionOutputs.Thresholds</c> holds. <i>Gradient</i> says what it is computed from: the result y and the upstream gradient v always, the saved thresholds or the input
/// where named. Costs are per row; sorting happens only where it says so.</para>
/// <para>Ties go to the lower index. A NaN stays in its row. Arguments out of range throw here; what depends on the shape (k &gt; V) or on the type (1e39 with rows whose
/// arithmetic is fp32) throws where the map is applied; a row's own parameter out of range sets <see cref="RowStatus.InvalidParameter"/> and makes the row NaN.</para>
/// </remarks>
public readonly record struct RowMap
{
    private RowMap(RowMapKind kind) => Kind = kind;

    /// <summary>Which map.</summary>
    public RowMapKind Kind { get; }

    /// <summary>The scalar that row parameters replace: radius, α, total, threshold, step or ε, by kind.</summary>
    public double Parameter { get; private init; }

    /// <summary>The second scalar: cap, ridge, γ, a, δ, or the k of an envelope, by kind.</summary>
    public double Second { get; private init; }

    /// <summary>How many entries are kept: k, or the n of n:m.</summary>
    public int Count { get; private init; }

    /// <summary>Entries per group, the last group may be shorter; 0: each entry by itself, or groups by offsets.</summary>
    public int GroupSize { get; private init; }

    /// <summary>Isotonic, soft sort, soft rank: from the largest to the smallest.</summary>
    public bool Descending { get; private init; }

    /// <summary>Soft sort, soft rank, permutahedron.</summary>
    public SortRegulariser Regulariser { get; private init; }

    // --- the simplex and its relatives: −∞ entries are outside the support, a row of them gives zeros and AllMasked; +∞ entries share the mass and set PlusInfinity ---

    /// <summary>
    /// The projection onto the scaled simplex {y ≥ 0, Σy = r}: y_j = (x_j − τ)₊. Row parameter: radius. Threshold: τ. Gradient: on the support S, v_j − mean_S v; by the radius mean_S v.
    /// O(V) typical, at most O(V·log V): Newton's method from the left on the piecewise-linear Σ(x − τ)₊ = r (Michelot, 1986; Held, Wolfe and Crowder, 1974), finished exactly from the support.
    /// </summary>
    /// <param name="radius">r ≥ 0, finite.</param>
    public static RowMap Simplex(double radius = 1) => new(RowMapKind.Simplex) { Parameter = NotNegative(radius) };

    /// <summary>Sparsemax: the projection onto the probability simplex, <see cref="Simplex"/> of radius 1 (Martins and Astudillo, 2016).</summary>
    public static RowMap Sparsemax() => Simplex(1);

    /// <summary>
    /// α-entmax: argmax over the simplex of ⟨p, x⟩ + H_α(p), H_α(p) = (1 − Σp^α)/(α(α−1)): p_j = ((α−1)x_j − τ)₊^(1/(α−1)). α → 1 is softmax, continuously; 2 sparsemax. Row parameter: α.
    /// Threshold: τ of the formula. Gradient: s = p^(2−α) on the support, s_j(v_j − ⟨s, v⟩/Σs); by α: p_j/(β²(1+M))·[M₂(1 − β·l_j) − φ(−β·l_j)(1 + β·H)] with β = α−1, l = log p,
    /// φ(w) = e^w − 1 − w, M₂ = Σp·φ(−βl), H = −Σp·l, M = M₂ + βH. O(V) per step of a safeguarded Newton method; α = 1.5 and 2 in closed form per support.
    /// Peters, Niculae and Martins, 2019; the gradient by α: Correia, Niculae and Martins, 2019, rearranged without cancellation.
    /// </summary>
    /// <param name="alpha">α in (1, 8].</param>
    public static RowMap Entmax(double alpha = 1.5) => new(RowMapKind.Entmax) { Parameter = Alpha(alpha) };

    /// <summary>
    /// Normmax: argmax over the simplex of ⟨p, x⟩ − ‖p‖_α: with Σ(x_j − τ)₊^(α/(α−1)) = 1, w_j = (x_j − τ)₊^(1/(α−1)), p = w/Σw. Row parameter: α. Threshold: τ. Gradient: from p alone; by α too.
    /// O(V) per step of Newton's method. Blondel, Martins and Niculae, 2020.
    /// </summary>
    /// <param name="alpha">α in (1, 8].</param>
    public static RowMap Normmax(double alpha = 2) => new(RowMapKind.Normmax) { Parameter = Alpha(alpha) };

    /// <summary>
    /// The projection onto the capped simplex {0 ≤ y ≤ u, Σy = k}: y_j = clip(x_j − τ, 0, u); with u = 1 the k-subset polytope ("budget"). Row parameter: total. Threshold: τ. Gradient: on
    /// S = {0 &lt; y &lt; u}, v_j − mean_S v; by the total mean_S v. A total above u·(unmasked entries) makes the row NaN and <see cref="RowStatus.Infeasible"/>. O(V) per step of a safeguarded Newton
    /// method (Wang and Lu, 2015, for the set).
    /// </summary>
    /// <param name="total">k ≥ 0, finite.</param>
    /// <param name="cap">u &gt; 0, finite.</param>
    public static RowMap CappedSimplex(double total, double cap = 1) => new(RowMapKind.CappedSimplex) { Parameter = NotNegative(total), Second = Positive(cap) };

    /// <summary>
    /// The projection onto the section of a box {l ≤ y ≤ u, ⟨w, y⟩ = k}: y_j = clip(x_j − τ·w_j, l_j, u_j) (continuous quadratic knapsack). <c>Weights</c> w &gt; 0 (default 1), <c>Lower</c> l (default 0),
    /// <c>Upper</c> u (default +∞) are inputs. Row parameter: total. Threshold: τ. Gradient: on S = {l &lt; y &lt; u}, v_j − w_j·β, β = Σ_S w·v/Σ_S w²; by the total β. Totals out of reach:
    /// <see cref="RowStatus.Infeasible"/>, row NaN. O(V) per step of a safeguarded Newton method (Kiwiel, 2008).
    /// </summary>
    /// <param name="total">k, finite.</param>
    public static RowMap BoxSection(double total) => new(RowMapKind.BoxSection) { Parameter = Finite(total) };

    /// <summary>The projection onto {y ≥ 0, ⟨w, y⟩ = r}: <see cref="BoxSection"/> with its default bounds; <c>Weights</c> w is an input.</summary>
    /// <param name="radius">r ≥ 0, finite.</param>
    public static RowMap WeightedSimplex(double radius = 1) => BoxSection(NotNegative(radius));

    /// <summary>
    /// The k largest entries, projected onto the simplex {y ≥ 0, Σy = r}; zeros elsewhere: the Euclidean projection onto the k-sparse simplex. Row parameter: radius. Threshold: τ. Gradient: as
    /// <see cref="Simplex"/>. Radix selection, no sort. Kyrillidis, Becker, Cevher and Koch, 2013.
    /// </summary>
    /// <param name="k">k ≥ 1, at most V.</param>
    /// <param name="radius">r ≥ 0, finite.</param>
    public static RowMap SparseSimplex(int k, double radius = 1) => new(RowMapKind.SparseSimplex) { Count = AtLeastOne(k), Parameter = NotNegative(radius) };

    // --- balls: infinite entries make the row NaN and set PlusInfinity, but for L0Ball and LInfBall, which are defined there ---

    /// <summary>
    /// The projection onto the ℓ1 ball {Σ w_j|y_j| ≤ r}: y_j = sign(x_j)(|x_j| − τ·w_j)₊; a point inside, or on the sphere to rounding, comes back bit-identical. <c>Weights</c> w &gt; 0 (default 1).
    /// Row parameter: radius. Threshold: τ, 0 inside. Gradient: needs the thresholds; on S = {y ≠ 0}, v_j − s_j·w_j·β with s = sign(y), β = Σ_S s·w·v/Σ_S w²; by the radius β. O(V) per step of Newton's method
    /// from the left (Duchi, Shalev-Shwartz, Singer and Chandra, 2008, for the set).
    /// </summary>
    /// <param name="radius">r ≥ 0, finite.</param>
    public static RowMap L1Ball(double radius = 1) => new(RowMapKind.L1Ball) { Parameter = NotNegative(radius) };

    /// <summary>
    /// The projection onto the ℓ2 ball: y = x·min(1, r/‖x‖₂); a point inside comes back bit-identical; norms neither overflow nor underflow. Row parameter: radius. Threshold: the factor, 1 inside. Gradient: needs
    /// the thresholds; outside, factor·(v − y⟨y, v⟩/r²); by the radius ⟨y, v⟩/r. O(V).
    /// </summary>
    /// <param name="radius">r ≥ 0, finite.</param>
    public static RowMap L2Ball(double radius = 1) => new(RowMapKind.L2Ball) { Parameter = NotNegative(radius) };

    /// <summary>Max-norm: every row of a weight matrix to norm r at most; <see cref="L2Ball"/> by its other name (Srebro, Rennie and Jaakkola, 2005).</summary>
    /// <param name="radius">r ≥ 0, finite.</param>
    public static RowMap MaxNorm(double radius) => L2Ball(radius);

    /// <summary>ℓ2 clipping of gradients, g·min(1, c/‖g‖₂), per row (per example) or of a vector; <see cref="L2Ball"/> by its other name (Pascanu, Mikolov and Bengio, 2013).</summary>
    /// <param name="maximum">c ≥ 0, finite.</param>
    public static RowMap L2Clip(double maximum) => L2Ball(NotNegative(maximum));

    /// <summary>The projection onto the ℓ∞ ball: clip(x_j, −r, r). Row parameter: radius. Gradient: v_j where |y_j| &lt; r; by the radius Σ sign(y)·v where |y_j| = r. O(V).</summary>
    /// <param name="radius">r ≥ 0, finite.</param>
    public static RowMap LInfBall(double radius = 1) => new(RowMapKind.LInfBall) { Parameter = NotNegative(radius) };

    /// <summary>The projection onto {‖y‖₀ ≤ k}: the k largest |x|, the others 0; <c>Mask</c> is an output. Threshold: the least kept |x|. Gradient: v where y ≠ 0. Radix selection, no sort (Blumensath and Davies, 2009).</summary>
    /// <param name="k">k ≥ 1, at most V.</param>
    public static RowMap L0Ball(int k) => new(RowMapKind.L0Ball) { Count = AtLeastOne(k) };

    /// <summary>
    /// The projection onto the ℓ1,∞ ball {Σ_g max_{j∈g}|y_j| ≤ r}: y_j = sign(x_j)·min(|x_j|, m_g), with one θ for all groups: Σ_{j∈g}(|x_j| − m_g)₊ = θ, or m_g = 0 where ‖x_g‖₁ ≤ θ; Σm_g = r. A matrix is one row of
    /// V = rows·columns with groups of its columns. Row parameter: radius. Threshold: θ, 0 inside (bit-identical). Gradient: needs the thresholds. O(V) per step of a nested Newton method (Quattoni, Carreras, Collins and
    /// Darrell, 2009; Chu et al., 2020).
    /// </summary>
    /// <param name="radius">r ≥ 0, finite.</param>
    /// <param name="groupSize">Entries per group; 0: by <c>GroupOffsets</c>.</param>
    public static RowMap L1InfBall(double radius, int groupSize = 0) => new(RowMapKind.L1InfBall) { Parameter = NotNegative(radius), GroupSize = Group(groupSize) };

    // --- proximal maps: the parameter is step × penalty weight ---

    /// <summary>
    /// The proximal map of t·‖x‖₁: sign(x)(|x| − t)₊. Row parameter: threshold; <c>ColumnParameters</c> gives one per column. Gradient: v where y ≠ 0; by the threshold −Σ sign(y)·v. O(V). Donoho and Johnstone, 1994;
    /// learnt thresholds: Gregor and LeCun, 2010.
    /// </summary>
    /// <param name="threshold">t ≥ 0, finite.</param>
    public static RowMap SoftThreshold(double threshold) => new(RowMapKind.SoftThreshold) { Parameter = NotNegative(threshold) };

    /// <summary>Hard threshold: x where |x| &gt; t, else 0; the proximal map of λ·‖x‖₀ with t = √(2λ). Row or column parameter: threshold. Gradient: v where y ≠ 0; by the threshold 0. O(V). Blumensath and Davies, 2008.</summary>
    /// <param name="threshold">t ≥ 0, finite.</param>
    public static RowMap HardThreshold(double threshold) => new(RowMapKind.HardThreshold) { Parameter = NotNegative(threshold) };

    /// <summary>The proximal map of t·‖x‖₁ + (ρ/2)‖x‖²: sign(x)(|x| − t)₊/(1 + ρ). Row or column parameter: t. Gradient: by t and ρ too. O(V). Zou and Hastie, 2005.</summary>
    /// <param name="threshold">t ≥ 0, finite.</param>
    /// <param name="ridge">ρ ≥ 0, finite.</param>
    public static RowMap ElasticNet(double threshold, double ridge) => new(RowMapKind.ElasticNet) { Parameter = NotNegative(threshold), Second = NotNegative(ridge) };

    /// <summary>
    /// The proximal map of the minimax concave penalty, step 1: 0 for |x| ≤ t, sign(x)(|x| − t)·γ/(γ−1) for |x| ≤ γt, else x (firm threshold). Row or column parameter: t. Gradient: by t and γ too, from y alone.
    /// O(V). Zhang, 2010; Gao and Bruce, 1997.
    /// </summary>
    /// <param name="threshold">t ≥ 0, finite.</param>
    /// <param name="gamma">γ &gt; 1, finite.</param>
    public static RowMap Mcp(double threshold, double gamma = 3) => new(RowMapKind.Mcp) { Parameter = NotNegative(threshold), Second = Above(gamma, 1) };

    /// <summary>
    /// The proximal map of the smoothly clipped absolute deviation, step 1: soft threshold for |x| ≤ 2t, ((a−1)x − sign(x)·a·t)/(a−2) for |x| ≤ a·t, else x. Row or column parameter: t. Gradient: by t and a too,
    /// from y alone. O(V). Fan and Li, 2001.
    /// </summary>
    /// <param name="threshold">t ≥ 0, finite.</param>
    /// <param name="a">a &gt; 2, finite.</param>
    public static RowMap Scad(double threshold, double a = 3.7) => new(RowMapKind.Scad) { Parameter = NotNegative(threshold), Second = Above(a, 2) };

    /// <summary>
    /// The proximal map of step·Huber_δ (½x² for |x| ≤ δ, δ|x| − ½δ² beyond): x/(1 + step) for |x| ≤ δ(1 + step), else x − step·δ·sign(x). Row or column parameter: step. Gradient: by step and δ too, from y alone.
    /// O(V). Huber, 1964.
    /// </summary>
    /// <param name="step">step ≥ 0, finite.</param>
    /// <param name="delta">δ &gt; 0, finite.</param>
    public static RowMap Huber(double step, double delta = 1) => new(RowMapKind.Huber) { Parameter = NotNegative(step), Second = Positive(delta) };

    /// <summary>
    /// The proximal map of t·Σ_g w_g‖x_g‖₂: x_g·(1 − t·w_g/‖x_g‖)₊. <c>GroupWeights</c> w &gt; 0 (default 1). Row parameter: t. Gradient: from y alone: with n = ‖y_g‖ + t·w_g and u = y_g/‖y_g‖, (‖y_g‖/n)(v − u⟨u, v⟩) + u⟨u, v⟩; by t,
    /// −Σ w_g⟨u, v⟩. O(V). Yuan and Lin, 2006.
    /// </summary>
    /// <param name="threshold">t ≥ 0, finite.</param>
    /// <param name="groupSize">Entries per group; 0: by <c>GroupOffsets</c>, or each entry by itself where there are none.</param>
    public static RowMap GroupLasso(double threshold, int groupSize = 0) => new(RowMapKind.GroupLasso) { Parameter = NotNegative(threshold), GroupSize = Group(groupSize) };

    /// <summary>
    /// The proximal map of t·max_g‖x_g‖₁, the dual norm of ℓ1,∞, by Moreau: x − <see cref="L1InfBall"/>(x, t). Row parameter: t. Threshold: θ of that projection. Gradient: needs thresholds and input.
    /// </summary>
    /// <param name="threshold">t ≥ 0, finite.</param>
    /// <param name="groupSize">Entries per group; 0: by <c>GroupOffsets</c>.</param>
    public static RowMap LInf1Prox(double threshold, int groupSize = 0) => new(RowMapKind.LInf1Prox) { Parameter = NotNegative(threshold), GroupSize = Group(groupSize) };

    /// <summary>
    /// The proximal map of (step/2)·‖x‖², ‖·‖ the k-support norm (Argyriou, Foygel and Srebro, 2012; also known as k-overlap): <see cref="GroupEnvelope"/> with every entry a group. k = 1: of (step/2)‖x‖₁²; k = V: x/(1 + step).
    /// </summary>
    /// <param name="k">k ≥ 1, at most V.</param>
    /// <param name="step">step ≥ 0, finite.</param>
    public static RowMap KSupport(int k, double step) => new(RowMapKind.GroupEnvelope) { Count = AtLeastOne(k), Second = k, Parameter = NotNegative(step) };

    /// <summary>
    /// The proximal map of step·S, S the weighted group sparse envelope S(x) = ½·min{Σ_g d_g‖x_g‖²/u_g : 0 ≤ u ≤ 1, Σ w_g·u_g ≤ k}: y_g = x_g·u_g/(u_g + step·d_g), u_g = clip(c·‖x_g‖·√(d_g/w_g) − step·d_g, 0, 1), Σ w_g·u_g = k
    /// (u = 1 where Σw ≤ k). <c>GroupWeights</c> w, <c>GroupScales</c> d (&gt; 0, default 1); <c>Values</c> gives S(x). Row parameter: step. Threshold: 1/c, 0 where u = 1 throughout. Gradient: needs the thresholds; by step and k too.
    /// O(V) and O(groups) per step of a safeguarded Newton method. Refael, Arbel and Huleihel, 2022 (arXiv 2212.12921); Beck and Refael, 2022.
    /// </summary>
    /// <param name="k">k &gt; 0, finite; in units of the group weights.</param>
    /// <param name="step">step ≥ 0, finite.</param>
    /// <param name="groupSize">Entries per group; 0: by <c>GroupOffsets</c>, or each entry by itself where there are none.</param>
    public static RowMap GroupEnvelope(double k, double step, int groupSize = 0) =>
        new(RowMapKind.GroupEnvelope) { Second = Positive(k), Parameter = NotNegative(step), GroupSize = Group(groupSize) };

    // --- masks ---

    /// <summary>
    /// N:M sparsity: of every m consecutive entries the n largest by magnitude, the others 0 (2:4 among them); a last group that is shorter keeps n too. <c>Mask</c>, <c>Compressed</c> and <c>Metadata</c> are outputs; −0 counts as 0; a NaN
    /// counts as the largest and stays where it is. Gradient: v where y ≠ 0. O(V·m), no sort. Mishra et al., 2021.
    /// </summary>
    /// <param name="n">n in [1, m].</param>
    /// <param name="m">m in [1, 64].</param>
    public static RowMap NOfM(int n, int m)
    {
        if (m is < 1 or > 64)
            throw new ArgumentOutOfRangeException(nameof(m), m, $"m is {m}; it must be in [1, 64].");
        if (n < 1 || n > m)
            throw new ArgumentOutOfRangeException(nameof(n), n, $"n is {n}; it must be in [1, m], and m is {m}.");
        return new(RowMapKind.NOfM) { Count = n, GroupSize = m };
    }

    // --- order ---

    /// <summary>
    /// Isotonic regression: argmin ½Σ w_j(y_j − x_j)² with y_1 ≤ … ≤ y_V (≥ where descending): y is the weighted mean of its block of pooled neighbours. <c>Weights</c> w &gt; 0 (default 1). Gradient: w_j·Σv/Σw over the block,
    /// from y alone. O(V) on the CPU (pool adjacent violators; Ayer et al., 1955), O(log² V) deep on the device.
    /// </summary>
    /// <param name="descending">y_1 ≥ … ≥ y_V.</param>
    public static RowMap Isotonic(bool descending = false) => new(RowMapKind.Isotonic) { Descending = descending };

    /// <summary>
    /// Soft sort: the projection of ρ/ε, ρ = (V, …, 1), onto the permutahedron of x: the sorted x as ε → 0, its mean everywhere as ε → ∞. Row parameter: ε. Gradient: needs the input; ties in x go by index. One sort and one isotonic
    /// regression: O(V·log V). Blondel, Teboul, Berthet and Djolonga, 2020.
    /// </summary>
    /// <param name="epsilon">ε &gt; 0, finite.</param>
    /// <param name="descending">From the largest down.</param>
    /// <param name="regulariser">Quadratic, or entropic (log domain: sorts x as logarithms).</param>
    public static RowMap SoftSort(double epsilon, bool descending = false, SortRegulariser regulariser = SortRegulariser.Quadratic) =>
        new(RowMapKind.SoftSort) { Parameter = Positive(epsilon), Descending = descending, Regulariser = Known(regulariser) };

    /// <summary>
    /// Soft rank: the projection of x/ε (−x/ε where descending) onto the permutahedron of (1, …, V): the ranks 1 to V as ε → 0, (V+1)/2 as ε → ∞. Row parameter: ε. Gradient: needs the input. One sort and one isotonic
    /// regression: O(V·log V). Blondel, Teboul, Berthet and Djolonga, 2020. Entropic: the exponential of the projection of x/ε in the log domain onto the permutahedron of log(1, …, V).
    /// </summary>
    /// <param name="epsilon">ε &gt; 0, finite.</param>
    /// <param name="descending">Rank 1 is the largest.</param>
    /// <param name="regulariser">Quadratic or entropic.</param>
    public static RowMap SoftRank(double epsilon, bool descending = false, SortRegulariser regulariser = SortRegulariser.Quadratic) =>
        new(RowMapKind.SoftRank) { Parameter = Positive(epsilon), Descending = descending, Regulariser = Known(regulariser) };

    /// <summary>
    /// The projection onto the permutahedron of <c>Weights</c> w, the convex hull of its permutations: with σ sorting x downwards, y_σ = x_σ − v, v = argmin over v_1 ≥ … ≥ v_V of ½‖v − (x_σ − w↓)‖². Entropic: of
    /// Σ e^(x_σ − v) + Σ e^(w↓)·v, the log-domain projection onto the permutahedron of e^w. Gradient: needs the input. One sort and one isotonic regression: O(V·log V). Blondel, Teboul, Berthet and Djolonga, 2020.
    /// </summary>
    /// <param name="regulariser">Quadratic or entropic.</param>
    public static RowMap Permutahedron(SortRegulariser regulariser = SortRegulariser.Quadratic) => new(RowMapKind.Permutahedron) { Regulariser = Known(regulariser) };

    // --- norms ---

    /// <summary>
    /// Renormalisation to the sphere: r·x/‖x‖₂; a zero row stays zero and sets <see cref="RowStatus.ZeroNorm"/>. Row parameter: radius. Threshold: the factor r/‖x‖. Gradient: needs the thresholds; factor·(v − y⟨y, v⟩/r²). O(V).
    /// </summary>
    /// <param name="radius">r &gt; 0, finite.</param>
    public static RowMap Sphere(double radius = 1) => new(RowMapKind.Sphere) { Parameter = Positive(radius) };

    /// <summary>
    /// The projection of gradients x onto the tangent space of the sphere at <c>Point</c> w: x − w⟨w, x⟩/⟨w, w⟩; at w = 0 it is x, with <see cref="RowStatus.ZeroNorm"/>. Gradient: the same map of v (w is a constant). O(V).
    /// </summary>
    public static RowMap Tangent() => new(RowMapKind.Tangent);

    private static double Finite(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) ? value : throw Out(name, value, "finite");

    private static double NotNegative(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value >= 0 ? value : throw Out(name, value, "finite and at least 0");

    private static double Positive(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value > 0 ? value : throw Out(name, value, "positive and finite");

    private static double Above(double value, double bound, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value > bound ? value : throw Out(name, value, $"finite and greater than {bound}");

    private static double Alpha(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string name = "") =>
        value is > 1 and <= 8 ? value : throw Out(name, value, "in (1, 8]");

    private static int AtLeastOne(int value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 1 ? value : throw Out(name, value, "at least 1");

    private static int Group(int value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 ? value : throw Out(name, value, "at least 1, or 0 for none");

    private static SortRegulariser Known(SortRegulariser value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string name = "") =>
        value is SortRegulariser.Quadratic or SortRegulariser.Entropic ? value : throw Out(name, (int)value, "Quadratic (0) or Entropic (1)");

    private static ArgumentOutOfRangeException Out(string name, double value, string rule) =>
        new(name, value, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}; it must be {rule}."));
}
