using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>y_j = (x_j − τ)₊ with Σy = r.</summary>
internal readonly struct SimplexMap : IThresholdMap
{
    public static bool IsValid(double parameter) => double.IsFinite(parameter) && parameter >= 0;

    public static double Reach(double parameter) => parameter;

    public static double LaneScale(double parameter) => 1;

    public static double LaneStep(double parameter, in LaneSums sums) => (sums.Sum - parameter) / sums.Count;

    public static TwoReal Solve<TReal, TVector>(in RowMap map, double parameter, double reach, ref Candidates candidates)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal> => SimplexRoot.Solve<TReal, TVector>(ref candidates, parameter, -reach);
}

/// <summary>The projection onto the simplex. Gradient, of the sparse simplex too: v_j − mean_S v on the support S; by the radius mean_S v.</summary>
internal static unsafe class SimplexRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end) => ThresholdRows<T, TReal, TVector, SimplexMap>.Forward(context, begin, end);

    public static void Sparse(void* context, long begin, long end) => ThresholdRows<T, TReal, TVector, SimplexMap>.Sparse(context, begin, end);

    public static void Gradient(void* context, long begin, long end) => SupportGradient<T, TReal, TVector, SimplexSlopes>.Run(context, begin, end);
}

/// <summary>s = 1.</summary>
internal readonly struct SimplexSlopes : ISupportSlopes
{
    public static unsafe void Products(in RowMap map, double parameter, double* y, double* v, int count, double* result, out double byParameter)
    {
        double mean = 0;
        for (int i = 0; i < count; i++)
            mean += double.IsNaN(y[i]) ? y[i] : v[i];
        mean = count == 0 ? 0 : mean / count;
        for (int i = 0; i < count; i++)
            result[i] = v[i] - mean;
        byParameter = mean;
    }
}
