namespace Gibbs.Cli.Project;

internal enum WordKind
{
    Real,
    Integer,
    Flag,
}

/// <summary>A scalar of a row map as a word of the command line; the library judges its range.</summary>
/// <param name="Name">Without the hyphens.</param>
/// <param name="Kind">What follows it.</param>
/// <param name="Default">Where it is not given; NaN: it has to be.</param>
/// <param name="Typical">What benchmarks take, and what stands in where an array replaces the scalar: in its range.</param>
/// <param name="Description">For help.</param>
/// <param name="PerRow">Whether it is the scalar that <see cref="ProjectionInputs{T, TReal}.RowParameters"/> replace.</param>
internal sealed record Word(string Name, WordKind Kind, double Default, double Typical, string Description, bool PerRow = false)
{
    public static readonly Word Radius = Optional("radius", 1, "r: the size of the set, at least 0.", perRow: true);
    public static readonly Word RequiredRadius = Needed("radius", 1, "r: the size of the set, at least 0.", perRow: true);
    public static readonly Word EntmaxAlpha = Optional("alpha", 1.5, "α in (1, 8]: near 1 softmax, 2 sparsemax.", perRow: true);
    public static readonly Word NormmaxAlpha = Optional("alpha", 2, "α in (1, 8].", perRow: true);
    public static readonly Word Total = Needed("total", 1, "k: what the entries sum to.", perRow: true);
    public static readonly Word Cap = Optional("cap", 1, "u: what an entry is at most.");
    public static readonly Word Maximum = Needed("maximum", 1, "c: the norm of a row is at most this.", perRow: true);
    public static readonly Word K = new("k", WordKind.Integer, double.NaN, 16, "How many entries are kept.");
    public static readonly Word SupportK = new("k", WordKind.Integer, double.NaN, 16, "k of the norm, from 1 to V.");
    public static readonly Word EnvelopeK = Needed("k", 16, "k: what the group weights of the support sum to, positive.");
    public static readonly Word Threshold = Needed("threshold", 1, "t: step times penalty, at least 0.", perRow: true);
    public static readonly Word Ridge = Needed("ridge", 1, "ρ of the term (ρ/2)‖x‖², at least 0.");
    public static readonly Word Gamma = Optional("gamma", 3, "γ > 1: entries above γ·t stay as they are.");
    public static readonly Word A = Optional("a", 3.7, "a > 2: entries above a·t stay as they are.");
    public static readonly Word Step = Needed("step", 1, "The step of the proximal map, at least 0.", perRow: true);
    public static readonly Word Delta = Optional("delta", 1, "δ > 0: where the square becomes linear.");
    public static readonly Word GroupSize = new("group-size", WordKind.Integer, 0, 8, "Entries per group; the last may be shorter.");
    public static readonly Word N = new("n", WordKind.Integer, double.NaN, 2, "How many of every m stay.");
    public static readonly Word M = new("m", WordKind.Integer, double.NaN, 4, "Consecutive entries that compete, at most 64.");
    public static readonly Word Epsilon = Needed("epsilon", 1, "ε > 0: how soft.", perRow: true);
    public static readonly Word Descending = new("descending", WordKind.Flag, 0, 0, "From the largest down.");
    public static readonly Word Entropic = new("entropic", WordKind.Flag, 0, 0, "Entropic regularisation, in the log domain, in place of quadratic.");

    public bool IsRequired => double.IsNaN(Default);

    private static Word Needed(string name, double typical, string description, bool perRow = false) =>
        new(name, WordKind.Real, double.NaN, typical, description, perRow);

    private static Word Optional(string name, double initial, string description, bool perRow = false) =>
        new(name, WordKind.Real, initial, initial, description, perRow);
}
