using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Gradients by column parameters: sums over rows in order, in double, columns [begin, end) at a time.</summary>
internal static unsafe class ElementwiseColumnGradient<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    private const int Width = 256;

    public static void Run(void* context, long begin, long end)
    {
        switch (((ProjectionJob<T, TReal>*)context)->Map.Kind)
        {
            case RowMapKind.LInfBall: Run<LInfBallElement<SimdVector128<TReal>, TReal>>(context, begin, end); break;
            case RowMapKind.SoftThreshold: Run<SoftThresholdElement<SimdVector128<TReal>, TReal>>(context, begin, end); break;
            case RowMapKind.HardThreshold: Run<HardThresholdElement<SimdVector128<TReal>, TReal>>(context, begin, end); break;
            case RowMapKind.ElasticNet: Run<ElasticNetElement<SimdVector128<TReal>, TReal>>(context, begin, end); break;
            case RowMapKind.Mcp: Run<McpElement<SimdVector128<TReal>, TReal>>(context, begin, end); break;
            case RowMapKind.Scad: Run<ScadElement<SimdVector128<TReal>, TReal>>(context, begin, end); break;
            default: Run<HuberElement<SimdVector128<TReal>, TReal>>(context, begin, end); break;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TElement>(void* context, long begin, long end)
        where TElement : struct, IElementwise<SimdVector128<TReal>, TReal>
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        double* sums = stackalloc double[Width];
        TReal* y = stackalloc TReal[Width];
        TReal* v = stackalloc TReal[Width];
        for (long start = begin; start < end; start += Width)
        {
            int count = (int)Math.Min(Width, end - start);
            new Span<double>(sums, Width).Clear();
            for (long row = 0; row < job.Rows; row++)
            {
                ElementDerivatives<SimdVector128<TReal>, TReal> at = new()
                {
                    Result = Reals(job.ResultRow(row) + start, count, y),
                    Upstream = Reals(job.UpstreamRow(row) + start, count, v),
                    ColumnParameters = job.ColumnParameters + start,
                    Second = SimdVector128<TReal>.Create(Real.Coefficient<TReal>(job.Map.Second)),
                };
                int j = 0;
                for (; j <= count - SimdVector128<TReal>.Count; j += SimdVector128<TReal>.Count)
                    SimdVector128<TReal>.AddTo(sums + j, at.ByParameter<TElement, WholeVector<SimdVector128<TReal>, TReal>>(new(j)));
                if (j < count)
                    SimdVector128<TReal>.AddTo(sums + j, at.ByParameter<TElement, PartVector<SimdVector128<TReal>, TReal>>(new(j, count - j)));
            }

            for (int j = 0; j < count; j++)
                job.ColumnParameterGradient[start + j] = Real.From<TReal>(sums[j]);
        }
    }

    private static TReal* Reals(T* source, int count, TReal* scratch)
    {
        if (typeof(T) == typeof(TReal))
            return (TReal*)source;
        RowSource<T, TReal, SimdVector128<TReal>>.Widen(source, scratch, count);
        return scratch;
    }
}
