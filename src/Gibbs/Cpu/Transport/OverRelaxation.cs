using System;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Adaptive over-relaxation of alternating updates. Every <see cref="Period"/> iterations the observed rate λ of the marginal error gives, by Young's relation for consistently ordered iterations, the
/// rate μ of plain alternation, and that the best ω:
/// <code>μ = (λ + ω − 1)²/(λ·ω²)    ω = 2/(1 + √(1 − μ))</code>
/// A rate near ω − 1 is that of oscillation: ω was too large, and shrinks. A dual value that falls is met by plain steps, and bounds ω from then on. Lehmann, von Renesse, Sambale, Uschmajew, 2022;
/// Young, 1971.
/// </summary>
internal struct OverRelaxation
{
    private const int Period = 5;
    private const int Rest = 3;
    private const double Shrink = 0.85;
    private const double Highest = 1.985;

    private double _omega;
    private double _bound;
    private double _error;
    private double _dual;
    private int _steps;
    private int _resting;

    public static OverRelaxation Start => new() { _omega = 1, _bound = Highest, _error = double.NaN, _dual = double.NegativeInfinity };

    /// <summary>ω for the next iteration, from the marginal error and the dual value of the state before it; a fall of the dual within the rounding is none.</summary>
    public double Next(double error, double dual, double rounding)
    {
        bool fell = dual < _dual - rounding;
        _dual = dual;
        if (_resting > 0)
        {
            if (--_resting == 0)
                Observe(error);
            return 1;
        }

        if (fell && _omega > 1)
        {
            _bound = 1 + (0.9 * (_omega - 1));
            _omega = 1;
            _resting = Rest;
            return 1;
        }

        if (double.IsNaN(_error))
        {
            Observe(error);
        }
        else if (++_steps >= Period)
        {
            _omega = Math.Min(Adapted(Math.Pow(error / _error, 1.0 / _steps)), _bound);
            Observe(error);
        }

        return _omega;
    }

    private void Observe(double error)
    {
        _error = error;
        _steps = 0;
    }

    private readonly double Adapted(double rate)
    {
        double excess = _omega - 1;
        if (!(rate < 1))
            return 1 + (excess / 2);
        if (rate <= excess * 1.02)
            return 1 + (excess * Shrink);
        double plain = (rate + excess) * (rate + excess) / (rate * _omega * _omega);
        double best = plain < 1 ? 2 / (1 + Math.Sqrt(1 - plain)) : _omega;

        // An estimate too high costs more than one too low.
        return 1 + (0.98 * (best - 1));
    }
}
