using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>A vector-Jacobian product on a support: from y and v there, in order of index.</summary>
internal interface ISupportSlopes
{
    static abstract unsafe void Products(in RowMap map, double parameter, double* y, double* v, int count, double* result, out double byParameter);
}

/// <summary>Gradients that are 0 outside the support of y: v is read there alone, everything is computed in double, and the row is zeros with the support in it.</summary>
internal static unsafe class SupportGradient<T, TReal, TVector, TSlopes>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TSlopes : struct, ISupportSlopes
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            Candidates support = Candidates.Take(job.Columns);
            TReal* y = RowReals<T, TReal, TVector>.Of(job.ResultRow(row), job.Columns, ProjectionSlots.Result);
            CandidateScan<TVector, TReal>.Support(y, job.Columns, ref support);
            double* upstream = ProjectionScratch.Take<double>(ProjectionSlots.Upstream, support.Count);
            T* v = job.UpstreamRow(row);
            for (int i = 0; i < support.Count; i++)
                upstream[i] = Real.ToDouble(v[support.Indices[i]]);
            TSlopes.Products(job.Map, job.Parameter(row), support.Offsets, upstream, support.Count, support.Values, out double byParameter);
            T* gradient = job.GradientRow(row);
            if (gradient != null)
                SparseRow<T>.Write(gradient, job.Columns, support, job.Streaming, null);
            if (job.ParameterGradient != null)
                job.ParameterGradient[row] = Real.From<TReal>(byParameter);
        }
    }
}
