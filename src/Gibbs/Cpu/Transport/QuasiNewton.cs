using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gibbs.Cpu.Transport;

/// <summary>A concave function at a point.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Error">What is to become small: the L1 norm of the gradient.</param>
/// <param name="Rounding">By what rounding may have changed the value.</param>
/// <param name="Feasible">False ends the ascent.</param>
internal readonly record struct ConcaveValue(double Value, double Error, double Rounding, bool Feasible);

/// <summary>
/// L-BFGS ascent of a concave function, which may have kinks: the two-loop recursion over the last <see cref="Memory"/> steps, and a line search that brackets the weak Wolfe conditions, by secants of the slope
/// <code>φ(t) ≥ φ(0) + c₁·t·φ'(0)        φ'(t) ≤ c₂·φ'(0)</code>
/// where rounding hides the first, the slope decides: φ'(t) ≥ −(1 − 2c₁)·φ'(0). Liu, Nocedal, 1989; Hager, Zhang, 2005 (approximate condition); Lewis, Overton, 2013 (kinks).
/// </summary>
internal unsafe struct QuasiNewton : IDisposable
{
    public const int Memory = 8;
    private const double Rise = 0.1;
    private const double Fall = 0.9;
    private const int MostTrials = 40;

    // Steps without a gain of value or error that make a floor.
    private const int Patience = 40;
    private const int ReportPeriod = 10;

    private readonly delegate*<void*, double*, double*, ConcaveValue> _evaluate;
    private readonly void* _context;
    private readonly long _size;
    private readonly double _firstScale;
    private readonly double* _memory;
    private double* _point;
    private double* _gradient;
    private double* _trial;
    private double* _trialGradient;
    private readonly double* _direction;
    private readonly double* _steps;
    private readonly double* _changes;
    private fixed double _inverseProducts[Memory];
    private fixed double _weights[Memory];
    private double _scale;
    private int _held;
    private int _next;

    /// <param name="evaluate">(context, point, gradient): writes the gradient at a point.</param>
    /// <param name="context">Passed on.</param>
    /// <param name="size">Unknowns.</param>
    /// <param name="firstScale">The first step in multiples of the gradient.</param>
    public QuasiNewton(delegate*<void*, double*, double*, ConcaveValue> evaluate, void* context, long size, double firstScale)
    {
        _evaluate = evaluate;
        _context = context;
        _size = size;
        _firstScale = firstScale;
        _memory = (double*)NativeMemory.AllocZeroed((nuint)((5 + (2 * Memory)) * size), sizeof(double));
        _point = _memory;
        _gradient = _point + size;
        _trial = _gradient + size;
        _trialGradient = _trial + size;
        _direction = _trialGradient + size;
        _steps = _direction + size;
        _changes = _steps + (Memory * size);
    }

    /// <summary>The point: to be set before, the last that was accepted after.</summary>
    public readonly double* Point => _point;

    public readonly void Dispose() => NativeMemory.Free(_memory);

    /// <summary>Ascends until the error is within the tolerance, a value is above the ceiling (no feasible point's is), or nothing is gained any more.</summary>
    public (ConcaveValue End, int Iterations, TransportStatus Status) Run(double tolerance, double ceiling, int maxIterations, IProgress<SinkhornProgress>? progress, SinkhornProgress before)
    {
        ConcaveValue value = _evaluate(_context, _point, _gradient);
        double bestValue = value.Value, bestError = value.Error;
        for (int iteration = 0, idle = 0; ; iteration++)
        {
            if (!value.Feasible || value.Value > ceiling)
                return (value, iteration, TransportStatus.Infeasible);
            if (value.Error <= tolerance)
                return (value, iteration, TransportStatus.Converged);
            bool gained = value.Value > bestValue + value.Rounding || value.Error < 0.98 * bestError;
            (bestValue, bestError) = (Math.Max(bestValue, value.Value), Math.Min(bestError, value.Error));
            idle = gained ? 0 : idle + 1;
            if (idle > Patience)
                return (value, iteration, TransportStatus.FloorReached);
            if (iteration % ReportPeriod == 0 && iteration > 0)
                progress?.Report(before with { Iterations = iteration, MarginalError = value.Error });
            if (iteration == maxIterations)
                return (value, iteration, TransportStatus.MaxIterations);
            while (!Search(ref value, ceiling))
            {
                if (_held == 0)
                    return (value, iteration, TransportStatus.FloorReached);
                _held = 0;
            }
        }
    }

    // A step along the recursion's direction; false where none is found.
    private bool Search(ref ConcaveValue value, double ceiling)
    {
        Direct();
        double slope = Dot(_gradient, _direction);
        if (!(slope > 0))
            return false;
        double low = 0, high = double.PositiveInfinity, lowSlope = slope, highSlope = double.NaN, length = 1;
        for (int trials = 0; trials < MostTrials; trials++)
        {
            for (long i = 0; i < _size; i++)
                _trial[i] = _point[i] + (length * _direction[i]);
            ConcaveValue trial = _evaluate(_context, _trial, _trialGradient);
            double trialSlope = Dot(_trialGradient, _direction);
            bool rises = trial.Value >= value.Value + (Rise * length * slope) || (trial.Value >= value.Value - value.Rounding && trialSlope >= -(1 - (2 * Rise)) * slope);
            if (!rises)
            {
                (high, highSlope) = (length, trialSlope);
            }
            else if (trialSlope > Fall * slope && trial.Value <= ceiling)
            {
                (low, lowSlope) = (length, trialSlope);
            }
            else
            {
                Accept(length);
                value = trial;
                return true;
            }

            length = Next(length, low, high, slope, lowSlope, highSlope);
        }

        return false;
    }

    // The zero of the slope's secant, kept away from the ends.
    private static double Next(double length, double low, double high, double slope, double lowSlope, double highSlope)
    {
        if (double.IsInfinity(high))
            return length * Math.Clamp(slope / (slope - lowSlope), 2, 10);
        double share = highSlope < 0 ? lowSlope / (lowSlope - highSlope) : 0.5;
        return low + ((high - low) * Math.Clamp(share, 0.1, 0.9));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Accept(double length)
    {
        double* step = _steps + (_next * _size);
        double* change = _changes + (_next * _size);
        double product = 0, squares = 0;
        for (long i = 0; i < _size; i++)
        {
            step[i] = length * _direction[i];
            change[i] = _gradient[i] - _trialGradient[i];
            product += step[i] * change[i];
            squares += change[i] * change[i];
        }

        if (product > 0 && double.IsFinite(1 / product))
        {
            _inverseProducts[_next] = 1 / product;
            _scale = product / squares;
            _next = (_next + 1) % Memory;
            _held = Math.Min(_held + 1, Memory);
        }

        double* point = _point, gradient = _gradient;
        _point = _trial;
        _trial = point;
        _gradient = _trialGradient;
        _trialGradient = gradient;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Direct()
    {
        for (long i = 0; i < _size; i++)
            _direction[i] = _gradient[i];
        for (int back = 1; back <= _held; back++)
        {
            int slot = (_next - back + Memory) % Memory;
            _weights[slot] = _inverseProducts[slot] * Dot(_steps + (slot * _size), _direction);
            Add(_changes + (slot * _size), -_weights[slot]);
        }

        double scale = _held == 0 ? _firstScale : _scale;
        for (long i = 0; i < _size; i++)
            _direction[i] *= scale;
        for (int back = _held; back >= 1; back--)
        {
            int slot = (_next - back + Memory) % Memory;
            Add(_steps + (slot * _size), _weights[slot] - (_inverseProducts[slot] * Dot(_changes + (slot * _size), _direction)));
        }
    }

    private readonly void Add(double* vector, double factor)
    {
        for (long i = 0; i < _size; i++)
            _direction[i] += factor * vector[i];
    }

    private readonly double Dot(double* left, double* right)
    {
        double sum = 0;
        for (long i = 0; i < _size; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
