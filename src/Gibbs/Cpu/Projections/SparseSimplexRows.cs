using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>The projection onto the simplex of the k largest entries; among equal ones the lower index.</summary>
internal readonly struct SparseSimplexMap : IThresholdMap
{
    public static bool IsValid(double parameter) => SimplexMap.IsValid(parameter);

    public static double Reach(double parameter) => parameter;

    public static unsafe TwoReal Solve<TReal, TVector>(in RowMap map, double parameter, double reach, ref Candidates candidates)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        // What is not a candidate is 0 with or without the others.
        if (candidates.Count > map.Count)
        {
            CandidateKeys<TReal> keys = new((TReal*)candidates.Row, candidates.Indices);
            ulong last = RadixSelection.Select(keys, candidates.Count, CandidateKeys<TReal>.Bits, map.Count, out long ties);
            int kept = 0;
            for (int i = 0; i < candidates.Count; i++)
            {
                ulong key = keys.Key(i);
                bool keep = key > last || (key == last && ties-- > 0);
                candidates.Offsets[kept] = candidates.Offsets[i];
                candidates.Indices[kept] = candidates.Indices[i];
                kept += keep ? 1 : 0;
            }

            candidates.Count = kept;
            candidates.Pad();
        }

        return SimplexRoot.Solve<TReal, TVector>(ref candidates, parameter, -reach);
    }
}

/// <summary>The projection onto the k-sparse simplex.</summary>
internal static unsafe class SparseSimplexRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end) => ThresholdRows<T, TReal, TVector, SparseSimplexMap>.Forward(context, begin, end);

    public static void Sparse(void* context, long begin, long end) => ThresholdRows<T, TReal, TVector, SparseSimplexMap>.Sparse(context, begin, end);
}
