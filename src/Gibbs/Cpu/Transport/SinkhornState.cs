namespace Gibbs.Cpu.Transport;

/// <summary>
/// A solve as the workers see it. Potentials are in base-2 units of ε, F = f/(ε·ln 2), relative to a⊗b: P_ij = a_i·b_j·2^(F_i + G_j − s·(C_ij − C0)) with s = 1/(ε·ln 2), finite at zero mass too.
/// Arrays over columns are padded to whole blocks, with weight 0.
/// </summary>
internal unsafe struct SinkhornState<TReal, TCosts>
    where TReal : unmanaged
    where TCosts : unmanaged, ICostTiles<TReal>
{
    public TCosts Costs;
    public long Rows;
    public int Columns;
    public int Padded;

    /// <summary>1/(ε·ln 2).</summary>
    public double Scale;

    /// <summary>C0, about the least cost: an offset that all costs share would take its digits from the potentials.</summary>
    public double Origin;

    /// <summary>ε/ρ of either side, 0 where the marginal is held.</summary>
    public double SourceSlack;
    public double TargetSlack;

    /// <summary>Of over-relaxation; 1 is none.</summary>
    public double Omega;

    public TReal* A;
    public TReal* B;
    public TReal* F;
    public TReal* NextF;
    public TReal* G;

    /// <summary>Column sums of <see cref="BlockRows"/> rows each, and an array more; blocks follow from the shape alone.</summary>
    public TReal* Partials;
    public long BlockRows;
    public int Blocks;

    /// <summary>What every block adds up.</summary>
    public RowTotals* Totals;

    // A block of rows costs an array of columns, and is worth a worker's while.
    private const int MostBlocks = 32;
    private const int LeastRows = 32;

    public static int CountBlocks(long rows, out long blockRows)
    {
        long even = (rows + MostBlocks - 1) / MostBlocks;
        blockRows = System.Math.Max(LeastRows, (even + CostLanes.Group - 1) / CostLanes.Group * CostLanes.Group);
        return (int)((rows + blockRows - 1) / blockRows);
    }
}

/// <summary>Sums over rows of the state before an update.</summary>
internal struct RowTotals
{
    /// <summary>Σ |P1 − a|, against a·2^(−F·ε/ρ) where that is relaxed.</summary>
    public double Error;

    /// <summary>Σ P.</summary>
    public double Mass;

    /// <summary>Σ a·F, or −Σ a·(2^(−F·ε/ρ) − 1)·ρ/ε/ln 2: the dual's term, in units of ε·ln 2.</summary>
    public double Dual;

    /// <summary>Σ a·2^(−F'·ε/ρ) of the potentials after the update, where relaxed.</summary>
    public double Relaxed;

    /// <summary>KL(P1 | a), where relaxed.</summary>
    public double Divergence;

    /// <summary>max |F|.</summary>
    public double Largest;

    /// <summary>A row of mass all of whose costs are +∞; a NaN or −∞ cost.</summary>
    public bool Infeasible;
    public bool NonFinite;

    public void Add(in RowTotals other)
    {
        Error += other.Error;
        Mass += other.Mass;
        Dual += other.Dual;
        Relaxed += other.Relaxed;
        Divergence += other.Divergence;
        Largest = System.Math.Max(Largest, other.Largest);
        Infeasible |= other.Infeasible;
        NonFinite |= other.NonFinite;
    }
}
