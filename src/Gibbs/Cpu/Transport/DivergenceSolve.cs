using System;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The three problems of a Sinkhorn divergence, one after the other, and what follows of their values, potentials and gradients.</summary>
internal static unsafe class DivergenceSolve<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static SinkhornDivergenceResult Run(DivergenceCall<TReal> call)
    {
        long n = call.Source.Count, m = call.Target.Count, most = Math.Max(n, m);
        bool weights = call.Source.WeightGradient != null || call.Target.WeightGradient != null, points = call.Source.Gradient != null || call.Target.Gradient != null;
        long side = weights ? n + m + (2 * most) : 0, reals = m + side + (points ? most * call.Dimensions : 0);
        TReal* memory = (TReal*)NativeMemory.AlignedAlloc((nuint)(reals * sizeof(TReal)), 64);
        try
        {
            TReal* scaled = memory;
            Scratch scratch = new() { F = weights ? memory + m : null };
            scratch.G = weights ? scratch.F + n : null;
            scratch.Self = weights ? scratch.G + m : null;
            scratch.Gradient = points ? memory + m + side : null;
            bool held = double.IsPositiveInfinity(call.Options.SourceRho);
            if (held && call.Target.Weights != null && call.TargetMass != call.SourceMass)
            {
                // The divergence of clouds of one mass: all terms have the scaled weights.
                for (long j = 0; j < m; j++)
                    scaled[j] = Real.From<TReal>(Real.ToDouble(call.Target.Weights[j]) * (call.SourceMass / call.TargetMass));
                call.Target.Weights = scaled;
                call.TargetMass = call.SourceMass;
            }

            return Equal(call) ? Same(call) : Differ(call, scratch, held);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    // The potentials of a cloud's own problem lie one behind the other.
    private static TReal* SelfTarget(in Scratch scratch, long count) => scratch.Self == null ? null : scratch.Self + count;

    // One problem, taken from itself.
    private static SinkhornDivergenceResult Same(in DivergenceCall<TReal> call)
    {
        SinkhornResult result = Self(call, call.Source, call.SourceMass, null, null, null);
        double zero = double.IsNaN(result.Value) ? double.NaN : 0;
        Fill(call, zero);
        return new SinkhornDivergenceResult(zero, result, result, result);
    }

    private static SinkhornDivergenceResult Differ(in DivergenceCall<TReal> call, in Scratch scratch, bool held)
    {
        SinkhornResult cross = Cross(call, scratch);
        long n = call.Source.Count, m = call.Target.Count;
        SinkhornResult source = Self(call, call.Source, call.SourceMass, scratch.Self, SelfTarget(scratch, n), scratch.Gradient);
        Finish(call.Source, call.Dimensions, scratch.F, scratch.Self, scratch.Gradient, call.Options, held);
        SinkhornResult target = Self(call, call.Target, call.TargetMass, scratch.Self, SelfTarget(scratch, m), scratch.Gradient);
        Finish(call.Target, call.Dimensions, scratch.G, scratch.Self, scratch.Gradient, call.Options, held);
        double gap = call.SourceMass - call.TargetMass, value = cross.Dual - (0.5 * (source.Dual + target.Dual)) + (held ? 0 : 0.5 * call.Options.Epsilon * gap * gap);
        if (double.IsNaN(value))
            Fill(call, double.NaN);
        else
            Store(call, scratch, held);
        return new SinkhornDivergenceResult(value, cross, source, target);
    }

    private static SinkhornResult Cross(in DivergenceCall<TReal> call, in Scratch scratch)
    {
        SinkhornCall<TReal> problem = Problem(call, call.Source, call.SourceMass, call.Target, call.TargetMass);
        problem.SourcePotential = scratch.F;
        problem.TargetPotential = scratch.G;
        PointCall<TReal> points = Points(call, call.Source, call.Target);
        points.SourceGradient = call.Source.Gradient;
        points.SourceGradientStride = call.Source.GradientStride;
        points.TargetGradient = call.Target.Gradient;
        points.TargetGradientStride = call.Target.GradientStride;
        return PointSolve<TReal, TVector>.Run(ref problem, points);
    }

    private static SinkhornResult Self(in DivergenceCall<TReal> call, in DivergenceCloud<TReal> cloud, double mass, TReal* f, TReal* g, TReal* gradient)
    {
        SinkhornCall<TReal> problem = Problem(call, cloud, mass, cloud, mass);
        problem.Symmetric = true;
        problem.SourcePotential = f;
        problem.TargetPotential = g;
        PointCall<TReal> points = Points(call, cloud, cloud);
        points.SourceGradient = cloud.Gradient == null ? null : gradient;
        points.SourceGradientStride = (nint)call.Dimensions * sizeof(TReal);
        return PointSolve<TReal, TVector>.Run(ref problem, points);
    }

    private static SinkhornCall<TReal> Problem(in DivergenceCall<TReal> call, in DivergenceCloud<TReal> source, double sourceMass, in DivergenceCloud<TReal> target, double targetMass) => new()
    {
        Options = call.Options,
        Rows = source.Count,
        Columns = target.Count,
        SourceWeights = source.Weights,
        TargetWeights = target.Weights,
        SourceMass = sourceMass,
        TargetMass = targetMass,
        LargestCost = double.PositiveInfinity,
    };

    private static PointCall<TReal> Points(in DivergenceCall<TReal> call, in DivergenceCloud<TReal> source, in DivergenceCloud<TReal> target) => new()
    {
        Metric = call.Options.Metric,
        X = source.Points,
        XStride = source.Stride,
        Y = target.Points,
        YStride = target.Stride,
        Dimensions = call.Dimensions,
    };

    // Gradients of a cloud: those of the cross term less those of its own. The plan of W(a, a) is symmetric: half its value's gradient by both of its clouds is that by one. That by the weights stays in cross.
    private static void Finish(in DivergenceCloud<TReal> cloud, int dimensions, TReal* cross, TReal* self, TReal* gradient, in SinkhornOptions options, bool held)
    {
        for (long i = 0; cloud.Gradient != null && i < cloud.Count; i++)
        {
            TReal* row = cloud.GradientRow(i);
            for (int k = 0; k < dimensions; k++)
                row[k] = Real.From<TReal>(Real.ToDouble(row[k]) - Real.ToDouble(gradient[(i * dimensions) + k]));
        }

        double rho = options.SourceRho;
        for (long i = 0; cross != null && i < cloud.Count; i++)
        {
            // The mean of both sides: the gauge of balanced potentials has moved them apart.
            double potential = Real.ToDouble(cross[i]), own = 0.5 * (Real.ToDouble(self[i]) + Real.ToDouble(self[cloud.Count + i]));
            cross[i] = Real.From<TReal>(held ? potential - own : (rho + options.Epsilon) * Math.Exp(-potential / rho) * Real.ExpM1((potential - own) / rho));
        }
    }

    // Gradients by the weights, with the constant that gives both clouds the same moment where there is one.
    private static void Store(in DivergenceCall<TReal> call, in Scratch scratch, bool held)
    {
        if (scratch.F == null)
            return;
        double shift = held ? (Moment(call.Target, scratch.G) - Moment(call.Source, scratch.F)) / (2 * call.SourceMass) : 0;
        Store(call.Source, scratch.F, shift);
        Store(call.Target, scratch.G, -shift);
    }

    private static double Moment(in DivergenceCloud<TReal> cloud, TReal* gradient)
    {
        double sum = 0;
        for (long i = 0; i < cloud.Count; i++)
            sum += Real.ToDouble(gradient[i]) * (cloud.Weights == null ? 1.0 / cloud.Count : Real.ToDouble(cloud.Weights[i]));
        return sum;
    }

    private static void Store(in DivergenceCloud<TReal> cloud, TReal* gradient, double shift)
    {
        for (long i = 0; cloud.WeightGradient != null && i < cloud.Count; i++)
            cloud.WeightGradient[i] = Real.From<TReal>(Real.ToDouble(gradient[i]) + shift);
    }

    // To the bit: clouds that only nearly agree are different ones.
    private static bool Equal(in DivergenceCall<TReal> call)
    {
        if (call.Source.Count != call.Target.Count)
            return false;
        long count = call.Source.Count;
        for (long i = 0; i < count; i++)
        {
            if (Weight(call.Source, i) != Weight(call.Target, i) || !new ReadOnlySpan<TReal>(call.Source.Point(i), call.Dimensions).SequenceEqual(new(call.Target.Point(i), call.Dimensions)))
                return false;
        }

        return true;
    }

    private static double Weight(in DivergenceCloud<TReal> cloud, long i) => Real.ToDouble(cloud.Weights == null ? Real.From<TReal>(1.0 / cloud.Count) : cloud.Weights[i]);

    private static void Fill(in DivergenceCall<TReal> call, double value)
    {
        Fill(call.Source, call.Dimensions, value);
        Fill(call.Target, call.Dimensions, value);
    }

    private static void Fill(in DivergenceCloud<TReal> cloud, int dimensions, double value)
    {
        TReal real = Real.From<TReal>(value);
        for (long i = 0; i < cloud.Count; i++)
        {
            if (cloud.Gradient != null)
                new Span<TReal>(cloud.GradientRow(i), dimensions).Fill(real);
            if (cloud.WeightGradient != null)
                cloud.WeightGradient[i] = real;
        }
    }

    private struct Scratch
    {
        public TReal* F;
        public TReal* G;
        public TReal* Self;
        public TReal* Gradient;
    }
}
