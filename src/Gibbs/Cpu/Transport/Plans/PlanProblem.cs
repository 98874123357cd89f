using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// A plan as the workers see it, P_ij = a_i·b_j·e_ij with e_ij = exp((f_i + g_j − C_ij)/ε). Potentials are in the units of the cost, as the caller has them; arrays over columns are padded to whole blocks, with
/// weight 0. The density e, not P, is what passes sum: it is finite and of use at zero mass too.
/// </summary>
internal unsafe struct PlanProblem<TReal, TCosts>
    where TReal : unmanaged
    where TCosts : unmanaged, ICostTiles<TReal>
{
    public TCosts Costs;
    public long Rows;
    public int Columns;
    public int Padded;
    public double Epsilon;
    public double SourceMass;
    public double TargetMass;
    public TReal* F;
    public TReal* G;
    public TReal* A;
    public TReal* B;
}

/// <summary>Tiles of the density e_ij.</summary>
internal static unsafe class DensityTile<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    private const double Ln2 = 0.693147180559945309417232;

    /// <summary>e_ij for columns [start, start + count) to result, 0 behind them to whole blocks; NaN at a cost of −∞. Returns the costs, in place or in scratch.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TReal* Of(in PlanProblem<TReal, TCosts> problem, long row, int start, int count, TReal* scratch, TReal* result)
    {
        TReal* costs = problem.Costs.Tile(row, start, count, scratch);
        int padded = CostLanes.Padded<TReal>(count);
        double scale = 1 / (problem.Epsilon * Ln2);
        TVector k = TVector.Constant(scale), low = TVector.Constant(scale - Real.ToDouble(Real.From<TReal>(scale))), f = TVector.Create(problem.F[row]);
        TVector highest = TVector.Constant(typeof(TReal) == typeof(float) ? 126 : 1022), lowest = TVector.Constant(typeof(TReal) == typeof(float) ? -126 : -1022);
        TVector infinite = TVector.Constant(double.PositiveInfinity), nothing = TVector.Constant(double.NaN);
        TReal* g = problem.G + start;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            // Where P counts f + g and C are near each other, and their difference is exact.
            TVector d = (f + TVector.Load(g + j)) - TVector.Load(costs + j);
            TVector t = d * k;
            TVector dead = TVector.LessThan(t, lowest), far = TVector.LessThan(highest, t);
            TVector e = Exponential.OfProduct<TVector, TReal>(TVector.Select(far, default, d), k, low);
            e = TVector.Select(far, TVector.Select(TVector.Equal(t, infinite), nothing, Largest()), e);
            TVector.Store(result + j, TVector.Select(dead, default, e));
        }

        return costs;
    }

    // 2^126, 2^1022: more than any plan's entry over its masses, but for potentials that belong to none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Largest() => TVector.Constant(typeof(TReal) == typeof(float) ? 8.507059173023462e37 : 4.49423283715579e307);
}
