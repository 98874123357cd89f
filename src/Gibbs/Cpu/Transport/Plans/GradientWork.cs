using System;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Implicit differentiation of a plan whose costs have a type. In variables times their masses, λ̂ = a∘λ and μ̂ = b∘μ, atoms of no mass are as any other:
/// <code>
/// d^r_i·λ̂_i + a_i·Σ_j e_ij·μ̂_j = u_i = df_i + a_i·Σ_j b_j·e_ij·dP_ij/ε        d^c_j·μ̂_j + b_j·Σ_i e_ij·λ̂_i = v_j = dg_j + b_j·Σ_i a_i·e_ij·dP_ij/ε
/// </code>
/// A column without mass has μ̂_j = v_j/d^c_j; of the others the equation on μ is symmetric. Where both marginals are held, Σ b_j·g_j = 0 adds (Σdf − Σdg)·b_j/Σb to v, and the same times g_j/b_j to db.
/// </summary>
internal unsafe struct GradientWork<TReal> : IPlanWork<TReal>
    where TReal : unmanaged
{
    public SinkhornOptions Options;
    public ConjugateGradientOptions Solver;
    public UpstreamPlan<TReal> Upstream;
    public TReal* SourceUpstream;
    public TReal* TargetUpstream;
    public TReal* Cost;
    public nint CostStride;
    public TReal* SourceGradient;
    public TReal* TargetGradient;
    public PointCall<TReal> Points;
    public TransportGradientResult Result;

    public void Run<TVector, TCosts>(in PlanProblem<TReal, TCosts> problem)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal>
    {
        long rows = problem.Rows, columns = problem.Columns, padded = problem.Padded, partials = DensityColumns<TReal, TVector, TCosts>.Doubles(problem, 1);
        long doubles = (4 * rows) + (8 * columns) + partials, reals = (2 * rows) + (2 * padded);
        double* memory = (double*)NativeMemory.AlignedAlloc((nuint)((doubles * sizeof(double)) + (reals * sizeof(TReal)) + 64), 64);
        try
        {
            TReal* weights = (TReal*)(((nint)(memory + doubles) + 63) & ~(nint)63);
            new Span<TReal>(weights, (int)(2 * padded)).Clear();
            Arrays arrays = new()
            {
                U = memory + (2 * rows),
                RowUpstream = memory + (3 * rows),
                V = memory + (4 * rows) + columns,
                ColumnUpstream = memory + (4 * rows) + (2 * columns),
                Mu = memory + (4 * rows) + (3 * columns),
                Right = memory + (4 * rows) + (4 * columns),
                Scratch = memory + (4 * rows) + (5 * columns),
                MuHat = weights + padded,
                LambdaHat = weights + (2 * padded) + rows,
            };
            AdjointEquation<TReal, TVector, TCosts> equation = new()
            {
                Problem = problem,
                Singular = double.IsPositiveInfinity(Options.SourceRho) && double.IsPositiveInfinity(Options.TargetRho),
                RowDiagonal = memory,
                RowSums = memory + rows,
                ColumnDiagonal = memory + (4 * rows),
                ColumnSums = memory + (4 * rows) + (8 * columns),
                ColumnWeights = weights,
                RowWeights = weights + (2 * padded),
            };
            Prepare(equation, arrays, out double gauge);
            AdjointEnd end = problem.Columns <= AdjointCholesky<TReal, TVector, TCosts>.MostColumns && problem.Rows <= AdjointCholesky<TReal, TVector, TCosts>.MostRows
                ? AdjointCholesky<TReal, TVector, TCosts>.Run(equation, arrays.Mu, arrays.Right)
                : ConjugateGradients<TReal, TVector, TCosts>.Run(equation, arrays.Mu, arrays.Right, arrays.Scratch, Solver);
            Weights(equation, arrays, gauge);
            double epsilon = Costs(equation, arrays);
            Result = new TransportGradientResult(epsilon, end.Residual, end.Iterations, double.IsNaN(epsilon) ? TransportStatus.NonFinite : end.Status);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private struct Arrays
    {
        public double* U;
        public double* RowUpstream;
        public double* V;
        public double* ColumnUpstream;
        public double* Mu;
        public double* Right;
        public double* Scratch;
        public TReal* MuHat;
        public TReal* LambdaHat;
    }

    // Diagonals, u, v and the right side of the equation on μ.
    private readonly void Prepare<TVector, TCosts>(in AdjointEquation<TReal, TVector, TCosts> equation, in Arrays arrays, out double gauge)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal>
    {
        long rows = equation.Problem.Rows;
        int columns = equation.Problem.Columns;
        double epsilon = Options.Epsilon, balance = 0;
        DensityRows<TReal, TVector, TCosts>.Of(equation.Problem, equation.Problem.B, 1, equation.RowSums);
        for (long i = 0; i < rows; i++)
            equation.RowDiagonal[i] = equation.RowSums[i] * (1 + (epsilon / Options.SourceRho));
        DensityColumns<TReal, TVector, TCosts>.Of(equation.Problem, equation.Problem.A, 1, equation.ColumnSums);
        for (int j = 0; j < columns; j++)
            equation.ColumnDiagonal[j] = equation.ColumnSums[j] * (1 + (epsilon / Options.TargetRho));

        new Span<double>(equation.RowSums, (int)rows).Clear();
        if (Upstream.Plan != null)
            DensityRows<TReal, TVector, TCosts>.Of(equation.Problem, equation.Problem.B, 1, equation.RowSums, new() { Upstream = Upstream });
        for (long i = 0; i < rows; i++)
        {
            double df = SourceUpstream == null ? 0 : Real.ToDouble(SourceUpstream[i]);
            balance += df;
            arrays.RowUpstream[i] = equation.RowSums[i];
            arrays.U[i] = df + (equation.A(i) * equation.RowSums[i] / epsilon);
        }

        new Span<double>(equation.ColumnSums, columns).Clear();
        if (Upstream.Plan != null)
            DensityColumns<TReal, TVector, TCosts>.Of(equation.Problem, equation.Problem.A, 1, equation.ColumnSums, new() { Upstream = Upstream });
        for (int j = 0; j < columns; j++)
        {
            double dg = TargetUpstream == null ? 0 : Real.ToDouble(TargetUpstream[j]);
            balance -= dg;
            arrays.ColumnUpstream[j] = equation.ColumnSums[j];
            arrays.V[j] = dg + (equation.B(j) * equation.ColumnSums[j] / epsilon);
        }

        gauge = equation.Singular ? balance / equation.Problem.TargetMass : 0;
        for (int j = 0; j < columns; j++)
        {
            arrays.V[j] += gauge * equation.B(j);
            equation.SetColumn(j, MassLess(equation, arrays, j));
        }

        equation.ByRows();
        for (long i = 0; i < rows; i++)
            equation.SetRow(i, Ratio(arrays.U[i] - (equation.A(i) * equation.RowSums[i]), equation.RowDiagonal[i]));
        equation.ByColumns();
        for (int j = 0; j < columns; j++)
            arrays.Right[j] = equation.B(j) == 0 ? 0 : arrays.V[j] - (equation.B(j) * equation.ColumnSums[j]);
    }

    // What may go nowhere has a sum of 0, and no part.
    private static double Ratio(double value, double diagonal) => diagonal == 0 ? 0 : value / diagonal;

    private static double MassLess<TVector, TCosts>(in AdjointEquation<TReal, TVector, TCosts> equation, in Arrays arrays, int j)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal> => equation.B(j) == 0 ? Ratio(arrays.V[j], equation.ColumnDiagonal[j]) : 0;

    // μ̂ and λ̂ from μ, and on the way the gradients by the weights.
    private readonly void Weights<TVector, TCosts>(in AdjointEquation<TReal, TVector, TCosts> equation, in Arrays arrays, double gauge)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal>
    {
        ref readonly PlanProblem<TReal, TCosts> problem = ref equation.Problem;
        double epsilon = Options.Epsilon;
        for (int j = 0; j < problem.Columns; j++)
        {
            equation.SetColumn(j, equation.B(j) == 0 ? MassLess(equation, arrays, j) : equation.B(j) * arrays.Mu[j]);
            arrays.MuHat[j] = equation.ColumnWeights[j];
        }

        equation.ByRows();
        for (long i = 0; i < problem.Rows; i++)
        {
            arrays.RowUpstream[i] -= epsilon * equation.RowSums[i];
            equation.SetRow(i, Ratio(arrays.U[i] - (equation.A(i) * equation.RowSums[i]), equation.RowDiagonal[i]));
            arrays.LambdaHat[i] = equation.RowWeights[i];
        }

        equation.ByColumns();
        double moment = 0;
        for (int j = 0; j < problem.Columns; j++)
        {
            arrays.ColumnUpstream[j] += (gauge * Real.ToDouble(problem.G[j])) - (epsilon * equation.ColumnSums[j]);
            moment += equation.B(j) * arrays.ColumnUpstream[j];
        }

        // A constant may move between da and db; b scaled to Σa leaves Σ b·db = 0.
        double shift = equation.Singular ? moment / problem.TargetMass : 0;
        for (long i = 0; SourceGradient != null && i < problem.Rows; i++)
            SourceGradient[i] = Real.From<TReal>(arrays.RowUpstream[i] + shift);
        for (int j = 0; TargetGradient != null && j < problem.Columns; j++)
            TargetGradient[j] = Real.From<TReal>(arrays.ColumnUpstream[j] - shift);
    }

    // Points before costs, which may lie on dP. Returns dε.
    private readonly double Costs<TVector, TCosts>(in AdjointEquation<TReal, TVector, TCosts> equation, in Arrays arrays)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal>
    {
        GradientTile<TReal, TVector, TCosts>.Job job = new()
        {
            Problem = equation.Problem,
            Upstream = Upstream,
            Lambda = arrays.LambdaHat,
            Mu = arrays.MuHat,
            Cost = Cost,
            CostStride = CostStride,
            Sums = equation.RowSums,
        };
        if (typeof(TCosts) == typeof(PointCosts<TReal, TVector>))
            PointAdjoint<TReal, TVector>.Run((GradientTile<TReal, TVector, PointCosts<TReal, TVector>>.Job*)&job, Points);
        GradientTile<TReal, TVector, TCosts>.Costs(job);
        double sum = 0;
        for (long i = 0; i < equation.Problem.Rows; i++)
            sum += equation.RowSums[i];
        return sum / Options.Epsilon;
    }
}
