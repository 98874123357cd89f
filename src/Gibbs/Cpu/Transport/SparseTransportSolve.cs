using System;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>What a sparsity-constrained solve is given and gives, as plain pointers. Null is absent. Strides are in bytes.</summary>
internal unsafe struct SparseTransportCall<TReal>
    where TReal : unmanaged
{
    public SparseTransportOptions Options;
    public double Tolerance;
    public int Rows;
    public int Columns;
    public TReal* SourceWeights;
    public TReal* TargetWeights;
    public double SourceMass;
    public double TargetMass;
    public TReal* InitialSourcePotential;
    public IProgress<SinkhornProgress>? Progress;
    public TReal* SourcePotential;
    public TReal* TargetPotential;
    public int* Ids;
    public nint IdsStride;
    public TReal* Values;
    public nint ValuesStride;
    public TReal* Plan;
    public nint PlanStride;
}

/// <summary>A sparsity-constrained solve of any costs: memory, the ascent, the plan that its end stands for.</summary>
internal static unsafe class SparseTransportSolve<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, double>
    where TCosts : unmanaged, ICostTiles<double>
{
    private const int MostBlocks = 32;

    // Of sums of terms, as of the terms' sizes.
    private const double Rounding = 2e-15;

    public static SparseTransportResult Run(TCosts costs, in SparseTransportCall<TReal> call)
    {
        SparseProblem<TReal, TCosts> problem = new()
        {
            Costs = costs,
            Rows = call.Rows,
            Columns = call.Columns,
            K = call.Options.K == 0 ? call.Rows : Math.Min(call.Options.K, call.Rows),
            Gamma = call.Options.Gamma,
            Dual = call.Options.Form == SparseTransportForm.Dual,
        };
        int lanes = CostLanes.Count<double>(), even = (call.Columns + MostBlocks - 1) / MostBlocks;
        problem.BlockColumns = (even + lanes - 1) / lanes * lanes;
        problem.Blocks = (call.Columns + problem.BlockColumns - 1) / problem.BlockColumns;
        long doubles = call.Rows + (3L * call.Columns) + ((long)problem.Blocks * call.Rows);
        double* memory = (double*)NativeMemory.Alloc((nuint)((doubles * sizeof(double)) + (problem.Blocks * sizeof(SparseTotals))));
        using QuasiNewton ascent = new(&Evaluate, &problem, problem.Dual ? (long)call.Rows + call.Columns : call.Rows, call.Options.Gamma);
        try
        {
            problem.A = memory;
            problem.B = problem.A + call.Rows;
            problem.G = problem.B + call.Columns;
            problem.ColumnGradient = problem.G + call.Columns;
            problem.Partials = problem.ColumnGradient + call.Columns;
            problem.Totals = (SparseTotals*)(problem.Partials + ((long)problem.Blocks * call.Rows));
            for (int i = 0; i < call.Rows; i++)
                problem.A[i] = call.SourceWeights != null ? Real.ToDouble(call.SourceWeights[i]) : 1.0 / call.Rows;
            for (int j = 0; j < call.Columns; j++)
                problem.B[j] = call.SourceMass / call.TargetMass * (call.TargetWeights != null ? Real.ToDouble(call.TargetWeights[j]) : 1.0 / call.Columns);
            return Solve(ref problem, call, ascent);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static SparseTransportResult Solve(ref SparseProblem<TReal, TCosts> problem, in SparseTransportCall<TReal> call, QuasiNewton ascent)
    {
        (double largest, bool finite) = Range(problem);
        if (!finite)
            return Nothing(call, 0, TransportStatus.NonFinite);
        for (int i = 0; call.InitialSourcePotential != null && i < call.Rows; i++)
            ascent.Point[i] = Real.ToDouble(call.InitialSourcePotential[i]);
        if (problem.Dual)
            Start(ref problem, ascent.Point);

        // No plan with these marginals has a greater value, nor its relaxation: ‖t‖² ≤ b_j·Σt.
        double ceiling = largest * call.SourceMass;
        for (int j = 0; j < call.Columns; j++)
            ceiling += 0.5 * problem.Gamma * problem.B[j] * problem.B[j];
        ceiling += (1e-9 * Math.Abs(ceiling)) + double.Epsilon;
        (ConcaveValue end, int iterations, TransportStatus status) = ascent.Run(call.Tolerance, ceiling, call.Options.MaxIterations, call.Progress, new SinkhornProgress(0, double.NaN, problem.Gamma));
        if (status == TransportStatus.Infeasible)
            return Nothing(call, iterations, status);

        Finish(ref problem, call, ascent.Point);
        SparseTotals totals = Totals(problem);
        Potentials(ref problem, call);
        return new SparseTransportResult(
            totals.LinearCost + (problem.Gamma * totals.HalfSquares), totals.LinearCost, totals.HalfSquares, end.Value, end.Error, iterations, status);
    }

    // g of the semi-dual at the point's f, for the dual to start from.
    private static void Start(ref SparseProblem<TReal, TCosts> problem, double* point)
    {
        problem.F = point;
        problem.Dual = false;
        Sweep(ref problem);
        problem.Dual = true;
        new Span<double>(problem.G, problem.Columns).CopyTo(new Span<double>(point + problem.Rows, problem.Columns));
    }

    private static ConcaveValue Evaluate(void* context, double* point, double* gradient)
    {
        ref SparseProblem<TReal, TCosts> problem = ref *(SparseProblem<TReal, TCosts>*)context;
        Place(ref problem, point);
        Sweep(ref problem);
        SparseTotals totals = Totals(problem);
        double value = -totals.Conjugate, error = totals.Error, terms = Math.Abs(totals.Conjugate);
        for (int i = 0; i < problem.Rows; i++)
        {
            double sum = 0;
            for (int block = 0; block < problem.Blocks; block++)
                sum += problem.Partials[((long)block * problem.Rows) + i];
            gradient[i] = problem.A[i] - sum;
            error += Math.Abs(gradient[i]);
            value += problem.A[i] * point[i];
            terms += Math.Abs(problem.A[i] * point[i]);
        }

        for (int j = 0; problem.Dual && j < problem.Columns; j++)
        {
            gradient[problem.Rows + j] = problem.ColumnGradient[j];
            value += problem.B[j] * problem.G[j];
            terms += Math.Abs(problem.B[j] * problem.G[j]);
        }

        return new ConcaveValue(value, error, Rounding * terms, !totals.Infeasible);
    }

    // Columns without mass find their g, beside the point's.
    private static void Place(ref SparseProblem<TReal, TCosts> problem, double* point)
    {
        problem.F = point;
        if (problem.Dual)
            new Span<double>(point + problem.Rows, problem.Columns).CopyTo(new Span<double>(problem.G, problem.Columns));
    }

    private static void Sweep(ref SparseProblem<TReal, TCosts> problem)
    {
        fixed (SparseProblem<TReal, TCosts>* context = &problem)
            WorkerTeam.Run(&SparseColumns<TReal, TVector, TCosts>.Run, context, problem.Blocks, 1, RowSplit.Parallel(problem.Rows, problem.Columns));
    }

    private static SparseTotals Totals(in SparseProblem<TReal, TCosts> problem)
    {
        SparseTotals totals = default;
        for (int block = 0; block < problem.Blocks; block++)
            totals.Add(problem.Totals[block]);
        return totals;
    }

    private static void Finish(ref SparseProblem<TReal, TCosts> problem, in SparseTransportCall<TReal> call, double* point)
    {
        problem.Ids = call.Ids;
        problem.IdsStride = call.IdsStride;
        problem.Values = call.Values;
        problem.ValuesStride = call.ValuesStride;
        problem.Width = call.Options.K;
        problem.Plan = call.Plan;
        problem.PlanStride = call.PlanStride;
        FillPlan(call, 0);
        Place(ref problem, point);
        Sweep(ref problem);
    }

    // Rows without mass: f_i = min_j C_ij − g_j. Then Σ b·g = 0.
    private static void Potentials(ref SparseProblem<TReal, TCosts> problem, in SparseTransportCall<TReal> call)
    {
        double moment = 0;
        for (int j = 0; j < problem.Columns; j++)
            moment += problem.B[j] * problem.G[j];
        double shift = moment / call.SourceMass;
        double* tile = RowArrays.Take<double>(1, CostLanes.Tile, out _);
        for (int i = 0; call.SourcePotential != null && i < problem.Rows; i++)
        {
            double f = problem.A[i] > 0 ? problem.F[i] : Transform(problem, i, tile);
            call.SourcePotential[i] = Real.From<TReal>(f + shift);
        }

        for (int j = 0; call.TargetPotential != null && j < problem.Columns; j++)
            call.TargetPotential[j] = Real.From<TReal>(problem.G[j] - shift);
    }

    private static double Transform(in SparseProblem<TReal, TCosts> problem, int row, double* tile)
    {
        double least = double.PositiveInfinity;
        for (int start = 0; start < problem.Columns; start += CostLanes.Tile)
        {
            int count = Math.Min(CostLanes.Tile, problem.Columns - start);
            double* costs = problem.Costs.Tile(row, start, count, tile);
            for (int j = 0; j < count; j++)
            {
                if (problem.B[start + j] > 0)
                    least = Math.Min(least, costs[j] - problem.G[start + j]);
            }
        }

        return double.IsFinite(least) ? least : 0;
    }

    // The largest finite cost, and whether there is neither NaN nor −∞.
    private static (double Largest, bool Finite) Range(in SparseProblem<TReal, TCosts> problem)
    {
        double largest = 0;
        bool finite = true;
        double* tile = RowArrays.Take<double>(1, CostLanes.Tile, out _);
        double* lanes = stackalloc double[8];
        for (int row = 0; row < problem.Rows; row++)
        {
            TVector most = TVector.Constant(double.NegativeInfinity), low = most, high = TVector.Constant(double.PositiveInfinity);
            for (int start = 0; start < problem.Columns; start += CostLanes.Tile)
            {
                int count = Math.Min(CostLanes.Tile, problem.Columns - start);
                double* costs = problem.Costs.Tile(row, start, count, tile);
                for (int j = 0; j < CostLanes.Padded<double>(count); j += TVector.Count)
                {
                    TVector c = TVector.Load(costs + j);
                    finite &= TVector.MaskBits(TVector.LessThan(low, c)) == TVector.MaskBits(TVector.Equal(low, low));
                    most = TVector.Max(most, TVector.Select(TVector.LessThan(c, high), c, low));
                }
            }

            TVector.Store(lanes, most);
            for (int l = 0; l < TVector.Count; l++)
                largest = Math.Max(largest, lanes[l]);
        }

        return (largest, finite);
    }

    private static SparseTransportResult Nothing(in SparseTransportCall<TReal> call, int iterations, TransportStatus status)
    {
        TReal nan = Real.From<TReal>(double.NaN);
        for (int i = 0; call.SourcePotential != null && i < call.Rows; i++)
            call.SourcePotential[i] = nan;
        for (int j = 0; j < call.Columns; j++)
        {
            if (call.TargetPotential != null)
                call.TargetPotential[j] = nan;
            if (call.Ids != null)
                new Span<int>((byte*)call.Ids + (j * call.IdsStride), call.Options.K).Fill(-1);
            if (call.Values != null)
                new Span<TReal>((byte*)call.Values + (j * call.ValuesStride), call.Options.K).Fill(nan);
        }

        FillPlan(call, double.NaN);
        return new SparseTransportResult(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, iterations, status);
    }

    private static void FillPlan(in SparseTransportCall<TReal> call, double value)
    {
        for (int i = 0; call.Plan != null && i < call.Rows; i++)
            new Span<TReal>((byte*)call.Plan + (i * call.PlanStride), call.Columns).Fill(Real.From<TReal>(value));
    }
}
