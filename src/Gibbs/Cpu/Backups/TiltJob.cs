namespace Gibbs.Cpu.Backups;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent.</summary>
internal unsafe struct TiltJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public TiltOptions Options;
    public long Rows;
    public int Columns;

    public StridedRows<T> LogPrior;
    public StridedRows<T> Reward;
    public TReal* Budgets;
    public TReal* GivenSlopes;
    public StridedRows<T> Upstream;

    public TReal* Slopes;
    public StridedRows<T> LogProbabilities;
    public TReal* Cumulants;
    public TReal* Kl;
    public TReal* ExpectedRewards;
    public StridedRows<T> Gradient;
    public RowStatus* Status;
}
