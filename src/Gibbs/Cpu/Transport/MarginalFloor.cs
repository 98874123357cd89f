using System;

namespace Gibbs.Cpu.Transport;

/// <summary>Whether a marginal error has stopped falling at the level of rounding: three checks without progress of 2 %, below 64 units of the potentials' size.</summary>
internal struct MarginalFloor
{
    /// <summary>Iterations between checks.</summary>
    public const int Period = 10;

    private const int Checks = 3;
    private const double Progress = 0.98;

    private double _best;
    private int _stalled;

    public static MarginalFloor Start => new() { _best = double.PositiveInfinity };

    /// <summary>Told the error of every <see cref="Period"/>-th iteration.</summary>
    /// <param name="error">Of the state.</param>
    /// <param name="largest">Of the potentials, in units of ε·ln 2.</param>
    /// <param name="mass">Of the plan.</param>
    public bool Reached<TReal>(double error, double largest, double mass)
        where TReal : unmanaged
    {
        double unit = typeof(TReal) == typeof(float) ? 6e-8 : 1.1e-16;
        _stalled = error < 64 * unit * (1 + largest) * mass && error > Progress * _best ? _stalled + 1 : 0;
        _best = Math.Min(_best, error);
        return _stalled == Checks;
    }
}
