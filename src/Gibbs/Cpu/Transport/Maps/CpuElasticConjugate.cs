using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Proximal maps of whole rows.</summary>
internal static class ElasticProximal
{
    /// <summary>prox of γ·½(k-support norm)², row by row, by the row map of that name.</summary>
    public static void KSupport<TReal>(ReadOnlySpan2D<TReal> rows, Span2D<TReal> result, Span<TReal> values, ElasticCost cost)
        where TReal : unmanaged =>
        CpuProjection.Apply(RowMap.KSupport(Math.Min(cost.K, rows.Width), cost.Gamma), rows, new ProjectionOutputs<TReal, TReal> { Output = result, Values = values }, default);
}

/// <summary>
/// h*(w) = ⟨q, w⟩ − h(q) at q = prox_γτ(w), on spans. Where τ is a squared norm h is homogeneous, ⟨q, w⟩ = 2·h(q), and h* is half of that; of the ℓ1 norm it is ½‖q‖².
/// </summary>
internal static unsafe class CpuElasticConjugate
{
    public static void Compute<TReal>(ReadOnlySpan2D<TReal> rows, Span<TReal> values, Span2D<TReal> maximisers, ElasticCost cost, ReadOnlySpan2D<TReal> matrix)
        where TReal : unmanaged
    {
        ElasticValidation.CheckRows(nameof(rows), cost, rows.Height, rows.Width);
        ElasticValidation.CheckMatrix(nameof(matrix), cost, matrix.Height, matrix.Width, rows.Width);
        ArgumentChecks.Length(nameof(values), values.Length, rows.Height, "one per row");
        ArgumentChecks.Matrix(nameof(maximisers), maximisers.Height, maximisers.Width, rows.Height, rows.Width, "as rows");
        using ElasticMatrix linear = ElasticMatrix.Copy(cost, matrix, nameof(matrix));
        int width = rows.Width;
        double* point = (double*)NativeMemory.Alloc((nuint)(2 * width), sizeof(double));
        try
        {
            Span<double> w = new(point, width), q = new(point + width, width);
            for (int i = 0; i < rows.Height; i++)
            {
                ReadOnlySpan<TReal> row = rows.GetRowSpan(i);
                for (int k = 0; k < width; k++)
                    w[k] = Real.ToDouble(row[k]);
                Maximise(w, q, cost, linear);
                if (!values.IsEmpty)
                    values[i] = Real.From<TReal>(Value(w, q, cost));
                for (int k = 0; k < width && !maximisers.IsEmpty; k++)
                    maximisers[i, k] = Real.From<TReal>(q[k]);
            }
        }
        finally
        {
            NativeMemory.Free(point);
        }
    }

    private static void Maximise(ReadOnlySpan<double> w, Span<double> q, ElasticCost cost, in ElasticMatrix matrix)
    {
        w.CopyTo(q);
        switch (cost.Kind)
        {
            case ElasticCostKind.L1:
                for (int k = 0; k < q.Length; k++)
                    q[k] = Math.CopySign(Math.Max(0, Math.Abs(w[k]) - cost.Gamma), w[k]);
                break;
            case ElasticCostKind.VanishingShrinkage:
                for (int k = 0; k < q.Length; k++)
                    q[k] = ElasticTerm.Proximal(w[k], cost.Gamma);
                break;
            case ElasticCostKind.KSupport:
                ElasticProximal.KSupport<double>(ReadOnlySpan2D<double>.DangerousCreate(in w[0], 1, w.Length, 0), Span2D<double>.DangerousCreate(ref q[0], 1, q.Length, 0), default, cost);
                break;
            default:
                matrix.Lower(q);
                break;
        }
    }

    private static double Value(ReadOnlySpan<double> w, ReadOnlySpan<double> q, ElasticCost cost)
    {
        double sum = 0;
        for (int k = 0; k < q.Length; k++)
        {
            sum += cost.Kind switch
            {
                ElasticCostKind.L1 => 0.5 * q[k] * q[k],
                ElasticCostKind.VanishingShrinkage => (q[k] * w[k]) - ElasticTerm.Value(q[k], cost.Gamma),
                _ => 0.5 * q[k] * w[k],
            };
        }

        return sum;
    }
}
