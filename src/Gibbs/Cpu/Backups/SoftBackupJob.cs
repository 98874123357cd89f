namespace Gibbs.Cpu.Backups;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent.</summary>
internal unsafe struct SoftBackupJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public SoftBackupOptions Options;
    public long Rows;
    public int Columns;

    public StridedRows<T> Q;
    public StridedRows<T> LogPrior;
    public TReal* KlWeights;
    public TReal* Temperatures;
    public TReal* Upstream;

    public TReal* Values;
    public StridedRows<T> Policy;
    public StridedRows<T> LogPolicy;
    public TReal* Entropies;
    public TReal* Kl;
    public StridedRows<T> QGradient;
    public StridedRows<T> LogPriorGradient;
    public TReal* TemperatureGradient;
    public TReal* KlWeightGradient;
    public RowStatus* Status;
}
