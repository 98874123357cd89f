using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The inverse-transport loss of a matrix of costs, on spans.</summary>
internal static class CpuInverseTransport
{
    public static InverseTransportResult Loss<TReal>(
        ReadOnlySpan2D<TReal> cost, ReadOnlySpan2D<TReal> observed, in InverseTransportOutputs<TReal> outputs, in SinkhornOptions options, ReadOnlySpan<TReal> initialTargetPotential)
        where TReal : unmanaged
    {
        MapValidation.CheckHeld(options);
        SinkhornValidation.CheckShapes(cost.Height, cost.Width, 0, 0, initialTargetPotential.Length, 0, outputs.TargetPotential.Length, 0, 0);
        MapValidation.CheckObserved(cost.Height, cost.Width, new(observed.Height, observed.Width));
        ArgumentChecks.Matrix("outputs.CostGradient", outputs.CostGradient.Height, outputs.CostGradient.Width, cost.Height, cost.Width, "as the cost");
        using ObservedCoupling<TReal> coupling = ObservedCoupling<TReal>.Read(observed, cost.Height, cost.Width);
        SinkhornResult transport = CpuSinkhorn.Solve(
            cost,
            new SinkhornOutputs<TReal> { Plan = outputs.CostGradient, TargetPotential = outputs.TargetPotential },
            options,
            new SinkhornInputs<TReal> { SourceWeights = coupling.Source, TargetWeights = coupling.Target, InitialTargetPotential = initialTargetPotential });
        double seen = 0;
        for (int i = 0; i < cost.Height; i++)
        {
            ReadOnlySpan<TReal> costs = cost.GetRowSpan(i), row = observed.GetRowSpan(i);
            Span<TReal> gradient = outputs.CostGradient.IsEmpty ? default : outputs.CostGradient.GetRowSpan(i);
            double sum = 0;
            for (int j = 0; j < row.Length; j++)
            {
                double entry = Real.ToDouble(row[j]);
                sum += entry > 0 ? entry * Real.ToDouble(costs[j]) : 0;
                if (!gradient.IsEmpty)
                    gradient[j] = Real.From<TReal>(entry - Real.ToDouble(gradient[j]));
            }

            seen += sum;
        }

        double value = seen - transport.Dual;
        return new(value, seen, value + (options.Epsilon * coupling.Kl), transport);
    }
}
