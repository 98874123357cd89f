using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Projections;

/// <summary>A number as the unevaluated sum of two doubles: a threshold so fine that 2^20 results still sum to the budget.</summary>
internal readonly struct TwoReal(double high, double low)
{
    public readonly double High = high;
    public readonly double Low = low;

    /// <summary>Rounded to one double.</summary>
    public double Value => High + Low;

    /// <summary>This plus a double, to about 2^−105.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TwoReal Plus(double addend)
    {
        double sum = High + addend;
        double part = sum - High;
        double lost = (High - (sum - part)) + (addend - part) + Low;
        double high = sum + lost;
        return new(high, lost - (high - sum));
    }

    public bool IsBelow(TwoReal other) => High < other.High || (High == other.High && Low < other.Low);
}
