using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// The adjoint of the optimality conditions with the rows eliminated, on the columns of mass:
/// <code>S·μ = D_c·μ − Pᵀ·D_r⁻¹·P·μ        S_jk = b_j·(d^c_j·[j = k] − Σ_i e_ij·a_i·e_ik·b_k/d^r_i)        d^r = (P1/a)·(1 + ε/ρ_a)    d^c = (Pᵀ1/b)·(1 + ε/ρ_b)</code>
/// Symmetric, positive semidefinite; where both marginals are held the constant is its null vector. Products take two passes over the density.
/// </summary>
internal unsafe struct AdjointEquation<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    public PlanProblem<TReal, TCosts> Problem;

    /// <summary>Both marginals are held.</summary>
    public bool Singular;

    /// <summary>d^r [N] and d^c [M].</summary>
    public double* RowDiagonal;
    public double* ColumnDiagonal;

    /// <summary>Sums of passes.</summary>
    public double* RowSums;
    public double* ColumnSums;
    public TReal* RowWeights;
    public TReal* ColumnWeights;

    /// <summary>Σ_j e_ij·w_j to <see cref="RowSums"/>, w = <see cref="ColumnWeights"/>.</summary>
    public readonly void ByRows() => DensityRows<TReal, TVector, TCosts>.Of(Problem, ColumnWeights, 1, RowSums);

    /// <summary>Σ_i w_i·e_ij to <see cref="ColumnSums"/>, w = <see cref="RowWeights"/>.</summary>
    public readonly void ByColumns() => DensityColumns<TReal, TVector, TCosts>.Of(Problem, RowWeights, 1, ColumnSums);

    public readonly double A(long i) => Real.ToDouble(Problem.A[i]);

    public readonly double B(int j) => Real.ToDouble(Problem.B[j]);

    /// <summary>w_j, weights of the next pass by rows.</summary>
    public readonly void SetColumn(int j, double weight) => ColumnWeights[j] = Real.From<TReal>(weight);

    /// <summary>w_i, weights of the next pass by columns.</summary>
    public readonly void SetRow(long i, double weight) => RowWeights[i] = Real.From<TReal>(weight);

    /// <summary>S·x; 0 at columns of no mass.</summary>
    public readonly void Multiply(double* x, double* result)
    {
        for (int j = 0; j < Problem.Columns; j++)
            SetColumn(j, B(j) * x[j]);
        ByRows();
        for (long i = 0; i < Problem.Rows; i++)
            SetRow(i, RowDiagonal[i] == 0 ? 0 : A(i) * RowSums[i] / RowDiagonal[i]);
        ByColumns();
        for (int j = 0; j < Problem.Columns; j++)
            result[j] = B(j) * ((ColumnDiagonal[j] * x[j]) - ColumnSums[j]);
    }

    /// <summary>The diagonal of S, at least the rounding of what it is a difference of; 0 at columns of no mass.</summary>
    public readonly void Diagonal(double* result)
    {
        double rounding = typeof(TReal) == typeof(float) ? 1.2e-7 : 2.3e-16;
        for (long i = 0; i < Problem.Rows; i++)
            SetRow(i, RowDiagonal[i] == 0 ? 0 : A(i) / RowDiagonal[i]);
        DensityColumns<TReal, TVector, TCosts>.Of(Problem, RowWeights, 1, ColumnSums, new() { Squared = true });
        for (int j = 0; j < Problem.Columns; j++)
        {
            double own = B(j) * ColumnDiagonal[j], exact = B(j) * (ColumnDiagonal[j] - (B(j) * ColumnSums[j])), least = rounding * own;
            result[j] = exact > least ? exact : least;
        }
    }

    /// <summary>What a right side or residual has of the null space goes, in the shares of the masses.</summary>
    public readonly void Project(double* x)
    {
        if (!Singular)
            return;
        double sum = 0, mass = 0;
        for (int j = 0; j < Problem.Columns; j++)
        {
            sum += x[j];
            mass += B(j) * ColumnDiagonal[j];
        }

        for (int j = 0; j < Problem.Columns; j++)
            x[j] -= sum / mass * B(j) * ColumnDiagonal[j];
    }
}
