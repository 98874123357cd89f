using System;

namespace Gibbs;

/// <summary>What is normalised, and what each step divides by.</summary>
public enum DoublyStochasticScheme
{
    /// <summary>Each row divided to its target, then each column: the iterations of Sinkhorn and Knopp, exact in the log domain: no entry is lost to the range of the arithmetic.</summary>
    Alternating = 0,

    /// <summary>
    /// As DeepSeek's manifold-constrained hyper-connections have it: softmax of the rows plus ε, columns divided by their sum plus ε, then <c>Iterations</c> − 1 times rows, then columns, each divided by its
    /// sum plus ε (Xie et al., 2025). For square matrices; takes no targets.
    /// </summary>
    DeepSeek = 1,
}

/// <summary>What the entries given are.</summary>
public enum DoublyStochasticInput
{
    /// <summary>Logits x: the matrix is exp(x/T); −∞ is a forbidden entry.</summary>
    Logits = 0,

    /// <summary>The matrix itself, entries at least 0.</summary>
    Positive = 1,
}

/// <summary>The scalars of a doubly-stochastic normalisation; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
/// <remarks>
/// <code>
/// Alternating   K = exp(x/T)                 v = 1,  k times:  u_i = a_i/Σ_j K_ij·v_j,  v_j = b_j/Σ_i K_ij·u_i                   P_ij = u_i·K_ij·v_j
/// DeepSeek      K = softmax of rows + ε      u = v = 1,  k times:  u_i ← u_i/(u_i·Σ_j K_ij·v_j + ε)  but for the first time,
///                                                                  v_j ← v_j/(v_j·Σ_i K_ij·u_i + ε)
/// </code>
/// Targets default to rows of sum a_i = 1 and columns of sum b_j = n/m. The last step is the columns': they have their targets to rounding, rows as nearly as the iterations allow.
/// </remarks>
public readonly record struct DoublyStochasticOptions
{
    private const int DefaultIterations = 20;
    private const double DefaultEpsilon = 1e-6;

    // Stored as differences from the defaults, so that default(DoublyStochasticOptions) is the documented default.
    private readonly int _iterationsOffset;
    private readonly long _temperatureBits;
    private readonly long _epsilonBits;

    /// <summary>n, the rows of a matrix; m is the width of the view over n. Default 0: square matrices.</summary>
    public int Rows { get; init; }

    /// <summary>k, full iterations, from 1 to 1000. Default 20.</summary>
    public int Iterations
    {
        get => _iterationsOffset + DefaultIterations;
        init => _iterationsOffset = value - DefaultIterations;
    }

    /// <summary>Default <see cref="DoublyStochasticScheme.Alternating"/>.</summary>
    public DoublyStochasticScheme Scheme { get; init; }

    /// <summary>Default <see cref="DoublyStochasticInput.Logits"/>.</summary>
    public DoublyStochasticInput Input { get; init; }

    /// <summary>T in [1e-30, 1e18], of logits. Default 1.</summary>
    public double Temperature
    {
        get => DefaultedScalar.Get(_temperatureBits, 1);
        init => _temperatureBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>ε of <see cref="DoublyStochasticScheme.DeepSeek"/>, in [1e-9, 1]. Default 1e-6.</summary>
    public double Epsilon
    {
        get => DefaultedScalar.Get(_epsilonBits, DefaultEpsilon);
        init => _epsilonBits = DefaultedScalar.Set(value, DefaultEpsilon);
    }

    /// <summary>
    /// s ≥ 0: logits are x + s·G with standard Gumbel noise G, a different one for every entry: Gumbel-Sinkhorn (Mena, Belanger, Linderman, Snoek, 2018). The noise is a function of seed, step, matrix and entry,
    /// the same on every path; it is made again for the gradient. Default 0: none.
    /// </summary>
    public double NoiseScale { get; init; }

    /// <summary>The noise's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>The noise's step: another one is other noise.</summary>
    public uint Step { get; init; }

    /// <summary>The number of the first matrix of the view, for batches that are computed in pieces. Default 0.</summary>
    public long MatrixOffset { get; init; }

    /// <summary>n and m for a view of a width; m is 0 where n does not divide it.</summary>
    internal (int Rows, int Columns) Shape(long width)
    {
        long rows = Rows == 0 ? (long)Math.Round(Math.Sqrt(width)) : Rows;
        bool fits = rows > 0 && width % rows == 0 && (Rows != 0 || rows * rows == width) && rows <= int.MaxValue && width / rows <= int.MaxValue;
        return fits ? ((int)rows, (int)(width / rows)) : (Rows, 0);
    }
}
