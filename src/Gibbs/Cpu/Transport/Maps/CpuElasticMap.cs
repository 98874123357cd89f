using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Elastic maps on spans: checks, copies the clouds, picks the vector width, and finishes rows whose proximal map is that of whole rows.</summary>
internal static unsafe class CpuElasticMap
{
    private const double Ln2 = 0.693147180559945309417232;

    public static void Apply<TReal>(
        ReadOnlySpan2D<TReal> points,
        ReadOnlySpan2D<TReal> targets,
        ReadOnlySpan<TReal> potential,
        in ElasticMapOutputs<TReal> outputs,
        in ElasticMapOptions options,
        in ElasticMapInputs<TReal> inputs)
        where TReal : unmanaged
    {
        ElasticCost cost = options.Cost;
        ElasticValidation.CheckOptions(options);
        ElasticValidation.CheckPoints(cost, points.Height, points.Width, targets.Height, targets.Width);
        ElasticValidation.CheckMatrix("inputs.Matrix", cost, inputs.Matrix.Height, inputs.Matrix.Width, points.Width);
        ElasticValidation.CheckShapes(
            points.Height, points.Width, targets.Height, potential.Length, inputs.TargetWeights.Length, new(outputs.Mapped.Height, outputs.Mapped.Width), outputs.Potential.Length, new(outputs.Gradient.Height, outputs.Gradient.Width));
        if (!inputs.TargetWeights.IsEmpty)
            _ = SinkhornValidation.Mass(inputs.TargetWeights, "inputs.TargetWeights");
        if (points.Height == 0)
            return;
        using ElasticMatrix matrix = ElasticMatrix.Copy(cost, inputs.Matrix, "inputs.Matrix");
        using ElasticClouds<TReal> clouds = ElasticClouds<TReal>.Copy(cost, points, targets, matrix);
        int padded = CostLanes.Padded<TReal>(targets.Height);
        TReal* bias = (TReal*)NativeMemory.AlignedAlloc((nuint)padded * (nuint)sizeof(TReal), 64);
        try
        {
            Bias(potential, inputs.TargetWeights, 1 / (options.Epsilon * Ln2), new Span<TReal>(bias, padded));
            switch (CpuSettings.VectorBits)
            {
                case 512:
                    Rows<TReal, SimdVector512<TReal>>(clouds, targets.Height, bias, points, outputs, options);
                    break;
                case 256:
                    Rows<TReal, SimdVector256<TReal>>(clouds, targets.Height, bias, points, outputs, options);
                    break;
                default:
                    Rows<TReal, SimdVector128<TReal>>(clouds, targets.Height, bias, points, outputs, options);
                    break;
            }
        }
        finally
        {
            NativeMemory.AlignedFree(bias);
        }

        if (cost.TakesMatrix)
            Raise(outputs.Gradient, matrix);
        if (cost.Kind == ElasticCostKind.KSupport && !outputs.Mapped.IsEmpty)
            Displace(points, outputs.Mapped, cost);
    }

    public static void Costs<TReal>(ReadOnlySpan2D<TReal> points, ReadOnlySpan2D<TReal> targets, Span2D<TReal> costs, ElasticCost cost, ReadOnlySpan2D<TReal> matrix)
        where TReal : unmanaged
    {
        ElasticValidation.CheckPoints(cost, points.Height, points.Width, targets.Height, targets.Width);
        ElasticValidation.CheckMatrix(nameof(matrix), cost, matrix.Height, matrix.Width, points.Width);
        if (costs.Height != points.Height || (costs.Width != targets.Height && points.Height != 0))
            ArgumentChecks.Fail(nameof(costs), $"costs is [{costs.Height}, {costs.Width}]; it must be [{points.Height}, {targets.Height}].");
        if (points.Height == 0)
            return;
        using ElasticMatrix linear = ElasticMatrix.Copy(cost, matrix, nameof(matrix));
        using ElasticClouds<TReal> clouds = ElasticClouds<TReal>.Copy(cost, points, targets, linear);
        fixed (TReal* destination = costs)
        {
            nint stride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)costs);
            switch (CpuSettings.VectorBits)
            {
                case 512:
                    CostRows<TReal, SimdVector512<TReal>>(clouds, cost, points.Height, targets.Height, destination, stride);
                    break;
                case 256:
                    CostRows<TReal, SimdVector256<TReal>>(clouds, cost, points.Height, targets.Height, destination, stride);
                    break;
                default:
                    CostRows<TReal, SimdVector128<TReal>>(clouds, cost, points.Height, targets.Height, destination, stride);
                    break;
            }
        }
    }

    public static void Embed<TReal>(ReadOnlySpan2D<TReal> points, Span2D<TReal> embedded, ElasticCost cost, ReadOnlySpan2D<TReal> matrix)
        where TReal : unmanaged
    {
        ElasticValidation.CheckEmbedded(cost, points.Height, points.Width, matrix.Height, matrix.Width, embedded.Height, embedded.Width);
        using ElasticMatrix linear = ElasticMatrix.Copy(cost, matrix, nameof(matrix));
        for (int i = 0; i < points.Height; i++)
            linear.Embed(points.GetRowSpan(i), embedded.GetRowSpan(i));
    }

    // g·s + log2 b; −∞ behind the last, so that it has no part.
    private static void Bias<TReal>(ReadOnlySpan<TReal> potential, ReadOnlySpan<TReal> weights, double scale, Span<TReal> bias)
        where TReal : unmanaged
    {
        for (int j = 0; j < bias.Length; j++)
        {
            double share = j >= potential.Length ? 0 : weights.IsEmpty ? 1.0 / potential.Length : Real.ToDouble(weights[j]);
            bias[j] = Real.From<TReal>(share > 0 ? (Real.ToDouble(potential[j]) * scale) + Math.Log2(share) : double.NegativeInfinity);
        }
    }

    private static void Rows<TReal, TVector>(in ElasticClouds<TReal> clouds, int targets, TReal* bias, ReadOnlySpan2D<TReal> points, in ElasticMapOutputs<TReal> outputs, in ElasticMapOptions options)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        fixed (TReal* mapped = outputs.Mapped, values = outputs.Potential, gradient = outputs.Gradient)
        {
            ElasticJob<TReal, TVector> job = new()
            {
                Cost = options.Cost,
                Costs = clouds.Costs<TVector>(),
                Slopes = clouds.Slopes<TVector>(),
                Targets = targets,
                Padded = CostLanes.Padded<TReal>(targets),
                Scale = 1 / (options.Epsilon * Ln2),
                Bias = bias,
                Mapped = mapped,
                MappedStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Mapped),
                Potential = values,
                Gradient = gradient,
                GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Gradient),
            };
            long work = (long)targets * (points.Width + 4);
            WorkerTeam.Run(&ElasticRows<TReal, TVector>.Run, &job, points.Height, RowSplit.Chunk<TReal>(points.Height, work, 1), RowSplit.Parallel(points.Height, work));
        }
    }

    private static void CostRows<TReal, TVector>(in ElasticClouds<TReal> clouds, ElasticCost cost, int rows, int targets, TReal* destination, nint stride)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        ElasticJob<TReal, TVector> job = new() { Cost = cost, Costs = clouds.Costs<TVector>(), Targets = targets, CostMatrix = destination, CostStride = stride };
        long work = (long)targets * (job.Costs.Dimensions + 1);
        WorkerTeam.Run(&ElasticRows<TReal, TVector>.RunCosts, &job, rows, RowSplit.Chunk<TReal>(rows, work, 1), RowSplit.Parallel(rows, work));
    }

    // ∇f = (I + γM)(x − Σ p·y) in place of x − Σ p·y.
    private static void Raise<TReal>(Span2D<TReal> gradient, in ElasticMatrix matrix)
        where TReal : unmanaged
    {
        if (gradient.IsEmpty)
            return;
        double* row = (double*)NativeMemory.Alloc((nuint)gradient.Width, sizeof(double));
        for (int i = 0; i < gradient.Height; i++)
        {
            Span<TReal> own = gradient.GetRowSpan(i);
            for (int k = 0; k < own.Length; k++)
                row[k] = Real.ToDouble(own[k]);
            matrix.Raise(new Span<double>(row, own.Length));
            for (int k = 0; k < own.Length; k++)
                own[k] = Real.From<TReal>(row[k]);
        }

        NativeMemory.Free(row);
    }

    // T = x − prox(∇f) in place of ∇f.
    private static void Displace<TReal>(ReadOnlySpan2D<TReal> points, Span2D<TReal> mapped, ElasticCost cost)
        where TReal : unmanaged
    {
        ElasticProximal.KSupport<TReal>(mapped, mapped, default, cost);
        for (int i = 0; i < points.Height; i++)
        {
            ReadOnlySpan<TReal> x = points.GetRowSpan(i);
            Span<TReal> row = mapped.GetRowSpan(i);
            for (int k = 0; k < row.Length; k++)
                row[k] = Real.From<TReal>(Real.ToDouble(x[k]) - Real.ToDouble(row[k]));
        }
    }
}
