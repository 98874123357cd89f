using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Wasserstein barycentres on spans: checks, pins, picks the vector width.</summary>
internal static unsafe class CpuWassersteinBarycenter
{
    public static SinkhornResult Compute<TReal>(
        ReadOnlySpan2D<TReal> histograms, ReadOnlySpan2D<TReal> cost, in WassersteinBarycenterOutputs<TReal> outputs, in WassersteinBarycenterOptions options, in WassersteinBarycenterInputs<TReal> inputs)
        where TReal : unmanaged
    {
        WassersteinBarycenterValidation.CheckOptions(options);
        WassersteinBarycenterValidation.CheckShapes(
            new(histograms.Height, histograms.Width), new(cost.Height, cost.Width), inputs.Weights.Length, outputs.Barycenter.Length, new(outputs.SourcePotentials.Height, outputs.SourcePotentials.Width),
            new(outputs.TargetPotentials.Height, outputs.TargetPotentials.Width), outputs.Values.Length);
        BarycenterCall<TReal> call = new()
        {
            Options = options,
            Count = histograms.Height,
            Rows = cost.Height,
            Columns = cost.Width,
            WeightSum = inputs.Weights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.Weights, "inputs.Weights"),
            Mass = Mass(histograms),
        };
        fixed (TReal* b = histograms, costs = cost, f = outputs.SourcePotentials, g = outputs.TargetPotentials)
        fixed (TReal* weights = inputs.Weights, barycenter = outputs.Barycenter, values = outputs.Values)
        {
            call.Histograms = b;
            call.HistogramsStride = RowSplit.StrideBytes(histograms);
            call.Weights = weights;
            call.Barycenter = barycenter;
            call.SourcePotentials = f;
            call.SourcePotentialsStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.SourcePotentials);
            call.TargetPotentials = g;
            call.TargetPotentialsStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.TargetPotentials);
            call.Values = values;
            nint stride = RowSplit.StrideBytes(cost);
            return CpuSettings.VectorBits switch
            {
                512 => BarycenterSolve<TReal, SimdVector512<TReal>>.Run(new(costs, stride), call),
                256 => BarycenterSolve<TReal, SimdVector256<TReal>>.Run(new(costs, stride), call),
                _ => BarycenterSolve<TReal, SimdVector128<TReal>>.Run(new(costs, stride), call),
            };
        }
    }

    // Of the first histogram; the others' must agree.
    private static double Mass<TReal>(ReadOnlySpan2D<TReal> histograms)
        where TReal : unmanaged
    {
        double first = 0;
        for (int k = 0; k < histograms.Height; k++)
        {
            double mass = 0;
            foreach (TReal value in histograms.GetRowSpan(k))
            {
                double weight = Real.ToDouble(value);
                if (!(weight >= 0) || double.IsInfinity(weight))
                    ArgumentChecks.Fail("histograms", $"row {k} of histograms has the entry {weight}; entries must be at least 0 and finite.");
                mass += weight;
            }

            if (!(mass > 0))
                ArgumentChecks.Fail("histograms", $"row {k} of histograms sums to {mass}; there must be some mass.");
            if (k == 0)
                first = mass;
            if (Math.Abs(mass - first) > SinkhornValidation.MassTolerance * first)
                ArgumentChecks.Fail("histograms", $"row {k} of histograms sums to {mass} and row 0 to {first}; they must agree to {SinkhornValidation.MassTolerance} of it.");
        }

        return first;
    }
}

/// <summary>What a barycentre is given and gives, as plain pointers. Null is absent. Strides are in bytes.</summary>
internal unsafe struct BarycenterCall<TReal>
    where TReal : unmanaged
{
    public WassersteinBarycenterOptions Options;
    public int Count;
    public long Rows;
    public int Columns;
    public TReal* Histograms;
    public nint HistogramsStride;
    public TReal* Weights;
    public double WeightSum;
    public double Mass;
    public double LeastCost;
    public double LargestCost;
    public TReal* Barycenter;
    public TReal* SourcePotentials;
    public nint SourcePotentialsStride;
    public TReal* TargetPotentials;
    public nint TargetPotentialsStride;
    public TReal* Values;

    public readonly TReal* Histogram(int k) => (TReal*)((byte*)Histograms + (k * HistogramsStride));

    /// <summary>λ_k, of sum 1.</summary>
    public readonly double Weight(int k) => Weights == null ? 1.0 / Count : Real.ToDouble(Weights[k]) / WeightSum;
}
