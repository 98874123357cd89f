using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>A map whose result is 0 but for a support near the row's maximum: how far below it the support may reach, and the values there.</summary>
internal interface IThresholdMap
{
    /// <summary>Works on |x|, as balls do: infinite entries have no result, and the sign comes back in the end.</summary>
    static virtual bool IsBall => false;

    static abstract bool IsValid(double parameter);

    /// <summary>Entries with x − max at or below its negative are outside the support; 0: so is every entry.</summary>
    static abstract double Reach(double parameter);

    /// <summary>The distance below the maximum at which values end, for a τ less the maximum.</summary>
    static virtual double Reach(double parameter, TwoReal tau) => -tau.High;

    /// <summary>What d is multiplied by where <see cref="LaneStep"/> gives a step of Newton's method from the left; 0 where there is none.</summary>
    static virtual double LaneScale(double parameter) => 0;

    /// <summary>The step from sums over e = scale·d − τ where positive.</summary>
    static virtual double LaneStep(double parameter, in LaneSums sums) => 0;

    /// <summary>Leaves the support in the list with its values, and gives τ less the row's maximum. The support reaches no further below the maximum than reach.</summary>
    static abstract TwoReal Solve<TReal, TVector>(in RowMap map, double parameter, double reach, ref Candidates candidates)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>;

    /// <summary>τ in the input's coordinates.</summary>
    static virtual double Threshold(double parameter, double maximum, TwoReal tau) => maximum + tau.High + tau.Low;
}
