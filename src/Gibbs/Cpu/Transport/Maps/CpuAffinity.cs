using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The inverse-transport loss of an affinity, on spans.</summary>
internal static unsafe class CpuAffinity
{
    public static InverseTransportResult Loss<TReal>(
        ReadOnlySpan2D<TReal> x,
        ReadOnlySpan2D<TReal> y,
        ReadOnlySpan2D<TReal> affinity,
        ReadOnlySpan2D<TReal> observed,
        in AffinityLossOutputs<TReal> outputs,
        in SinkhornOptions options,
        ReadOnlySpan<TReal> initialTargetPotential)
        where TReal : unmanaged
    {
        MapValidation.CheckHeld(options);
        MapValidation.CheckAffinity(new(x.Height, x.Width), new(y.Height, y.Width), new(affinity.Height, affinity.Width), new(observed.Height, observed.Width));
        ArgumentChecks.Matrix("outputs.AffinityGradient", outputs.AffinityGradient.Height, outputs.AffinityGradient.Width, affinity.Height, affinity.Width, "as affinity");
        ArgumentChecks.Length("outputs.TargetPotential", outputs.TargetPotential.Length, y.Height, "one per row of y");
        ArgumentChecks.Length(nameof(initialTargetPotential), initialTargetPotential.Length, y.Height, "one per row of y");
        using AffinityProblem<TReal> problem = AffinityProblem<TReal>.Create(x, y, observed, options);
        if (!initialTargetPotential.IsEmpty)
            initialTargetPotential.CopyTo(problem.Potential);
        int entries = x.Width * y.Width;
        double* memory = (double*)NativeMemory.Alloc((nuint)entries * 2, sizeof(double));
        try
        {
            Span<double> a = new(memory, entries), gradient = new(memory + entries, entries);
            for (int i = 0; i < x.Width; i++)
            {
                for (int k = 0; k < y.Width; k++)
                    a[(i * y.Width) + k] = Real.ToDouble(affinity[i, k]);
            }

            InverseTransportResult result = problem.Loss(x, y, a, outputs.AffinityGradient.IsEmpty ? default : gradient);
            for (int i = 0; i < x.Width && !outputs.AffinityGradient.IsEmpty; i++)
            {
                for (int k = 0; k < y.Width; k++)
                    outputs.AffinityGradient[i, k] = Real.From<TReal>(gradient[(i * y.Width) + k]);
            }

            if (!outputs.TargetPotential.IsEmpty)
                problem.Potential.CopyTo(outputs.TargetPotential);
            return result;
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }
}

/// <summary>
/// F(A) for features that stay: the solve between XA and Y with cost −⟨u, y⟩ stores no plan, and its gradient by the points XA is −P·Y, so that ∂F/∂A = XᵀPY − XᵀP̂Y. The latter, the observed moments, is computed once;
/// ⟨C_A, P̂⟩ is its product with −A. On the heap of the process.
/// </summary>
internal unsafe struct AffinityProblem<TReal> : IDisposable
    where TReal : unmanaged
{
    private ObservedCoupling<TReal> _coupling;
    private SinkhornOptions _options;
    private double* _moments;
    private TReal* _features;
    private TReal* _slopes;
    private TReal* _potential;
    private int _rows;
    private int _width;
    private int _columns;

    /// <summary>g of the last solve, from which the next starts.</summary>
    public readonly Span<TReal> Potential => new(_potential, _columns);

    /// <summary>XᵀP̂Y [p, q].</summary>
    public readonly ReadOnlySpan<double> Moments(int entries) => new(_moments, entries);

    public static AffinityProblem<TReal> Create(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, ReadOnlySpan2D<TReal> observed, in SinkhornOptions options)
    {
        AffinityProblem<TReal> problem = new() { _coupling = ObservedCoupling<TReal>.Read(observed, x.Height, y.Height), _options = options with { Metric = TransportMetric.DotProduct }, _rows = x.Height, _width = y.Width, _columns = y.Height };
        long features = (long)x.Height * y.Width;
        problem._moments = (double*)NativeMemory.AllocZeroed((nuint)((long)x.Width * y.Width), sizeof(double));
        problem._features = (TReal*)NativeMemory.Alloc((nuint)((2 * features) + y.Height), (nuint)sizeof(TReal));
        problem._slopes = problem._features + features;
        problem._potential = problem._slopes + features;
        problem.Potential.Clear();
        problem.Observe(x, y, observed);
        return problem;
    }

    public readonly void Dispose()
    {
        _coupling.Dispose();
        NativeMemory.Free(_moments);
        NativeMemory.Free(_features);
    }

    /// <summary>F(A) and, where gradient is not empty, ∂F/∂A [p, q].</summary>
    public readonly InverseTransportResult Loss(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, ReadOnlySpan<double> affinity, Span<double> gradient)
    {
        Multiply(x, affinity);
        SinkhornResult transport = CpuPointSinkhorn.Solve(
            new ReadOnlySpan2D<TReal>(_features, _rows, _width, 0),
            y,
            new PointSinkhornOutputs<TReal> { TargetPotential = Potential, SourceGradient = gradient.IsEmpty ? default : new Span2D<TReal>(_slopes, _rows, _width, 0) },
            _options,
            new SinkhornInputs<TReal> { SourceWeights = _coupling.Source, TargetWeights = _coupling.Target, InitialTargetPotential = Potential });
        double seen = 0;
        for (int i = 0; i < affinity.Length; i++)
            seen -= affinity[i] * _moments[i];
        if (!gradient.IsEmpty)
        {
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] = -_moments[i];
            Accumulate(x, _slopes, -1, gradient);
        }

        // A failed solve leaves nothing to start from.
        if (transport.Status is TransportStatus.Infeasible or TransportStatus.NonFinite)
            Potential.Clear();
        double value = seen - transport.Dual;
        return new(value, seen, value + (_options.Epsilon * _coupling.Kl), transport);
    }

    // P̂Y row by row, into Xᵀ(P̂Y).
    private readonly void Observe(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, ReadOnlySpan2D<TReal> observed)
    {
        double* sums = (double*)NativeMemory.Alloc((nuint)_width, sizeof(double));
        for (int i = 0; i < _rows; i++)
        {
            new Span<double>(sums, _width).Clear();
            for (int j = observed.IsEmpty ? i : 0; j < (observed.IsEmpty ? i + 1 : _columns); j++)
            {
                double entry = observed.IsEmpty ? 1.0 / _rows : Real.ToDouble(observed[i, j]);
                if (entry == 0)
                    continue;
                ReadOnlySpan<TReal> target = y.GetRowSpan(j);
                for (int k = 0; k < _width; k++)
                    sums[k] += entry * Real.ToDouble(target[k]);
            }

            ReadOnlySpan<TReal> source = x.GetRowSpan(i);
            for (int l = 0; l < source.Length; l++)
            {
                double feature = Real.ToDouble(source[l]);
                for (int k = 0; k < _width; k++)
                    _moments[(l * _width) + k] += feature * sums[k];
            }
        }

        NativeMemory.Free(sums);
    }

    // XA.
    private readonly void Multiply(ReadOnlySpan2D<TReal> x, ReadOnlySpan<double> affinity)
    {
        for (int i = 0; i < _rows; i++)
        {
            ReadOnlySpan<TReal> source = x.GetRowSpan(i);
            for (int k = 0; k < _width; k++)
            {
                double sum = 0;
                for (int l = 0; l < source.Length; l++)
                    sum += Real.ToDouble(source[l]) * affinity[(l * _width) + k];
                _features[((long)i * _width) + k] = Real.From<TReal>(sum);
            }
        }
    }

    // gradient += factor·XᵀS.
    private readonly void Accumulate(ReadOnlySpan2D<TReal> x, TReal* slopes, double factor, Span<double> gradient)
    {
        for (int i = 0; i < _rows; i++)
        {
            ReadOnlySpan<TReal> source = x.GetRowSpan(i);
            for (int l = 0; l < source.Length; l++)
            {
                double feature = factor * Real.ToDouble(source[l]);
                for (int k = 0; k < _width; k++)
                    gradient[(l * _width) + k] += feature * Real.ToDouble(slopes[((long)i * _width) + k]);
            }
        }
    }
}
