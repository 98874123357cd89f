using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>What a problem without a plan leaves: NaN in every output, and why.</summary>
internal static unsafe class NoPlan
{
    /// <summary>Fills what the call is given with NaN.</summary>
    public static SinkhornResult Of<TReal>(in SinkhornCall<TReal> call, int iterations, TransportStatus status)
        where TReal : unmanaged
    {
        Fill(call.SourcePotential, 0, 1, call.Rows);
        Fill(call.TargetPotential, 0, 1, call.Columns);
        Fill(call.Plan, call.PlanStride, call.Rows, call.Columns);
        return new SinkhornResult(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, iterations, status);
    }

    /// <summary>NaN in a matrix whose rows are a stride in bytes apart; null is absent.</summary>
    public static void Fill<TReal>(TReal* matrix, nint stride, long rows, long columns)
        where TReal : unmanaged
    {
        for (long i = 0; matrix != null && i < rows; i++)
        {
            TReal* row = (TReal*)((byte*)matrix + ((nint)i * stride));
            for (long k = 0; k < columns; k++)
                row[k] = Real.From<TReal>(double.NaN);
        }
    }
}
