namespace Gibbs.Cpu.Backups;

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent.</summary>
internal unsafe struct FtrlJob<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public FtrlOptions Options;
    public long Rows;
    public int Columns;

    public StridedRows<T> Losses;
    public TReal* RowRates;
    public TReal* ColumnRates;
    public StridedRows<TReal> Rates;
    public StridedRows<T> Upstream;

    public StridedRows<T> Policy;
    public TReal* Multipliers;
    public TReal* Regularisers;
    public StridedRows<T> Gradient;
    public RowStatus* Status;
}
