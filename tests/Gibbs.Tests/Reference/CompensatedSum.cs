using System;

namespace Gibbs.Tests.Reference;

/// <summary>A sum in fp64 that also carries what every addition lost (Neumaier), so that 10⁵ terms cost no accuracy.</summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _lost;

    public void Add(double term)
    {
        double next = _sum + term;
        _lost += Math.Abs(_sum) >= Math.Abs(term) ? _sum - next + term : term - next + _sum;
        _sum = next;
    }

    // At infinity the compensation is NaN and the plain sum is right.
    public readonly double Value => double.IsFinite(_sum) ? _sum + _lost : _sum;
}
