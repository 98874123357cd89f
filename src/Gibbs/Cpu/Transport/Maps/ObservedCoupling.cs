using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>An observed coupling P̂, or matched pairs of 1/N each: its marginals, and KL(P̂ | a⊗b). On the heap of the process.</summary>
internal unsafe struct ObservedCoupling<TReal> : IDisposable
    where TReal : unmanaged
{
    private TReal* _marginals;
    private int _rows;
    private int _columns;

    /// <summary>KL(P̂ | a⊗b) = Σ P̂·log(P̂/(a·b)) − m + m².</summary>
    public double Kl;

    /// <summary>a = P̂1 [N].</summary>
    public readonly ReadOnlySpan<TReal> Source => new(_marginals, _rows);

    /// <summary>b = P̂ᵀ1 [M].</summary>
    public readonly ReadOnlySpan<TReal> Target => new(_marginals + _rows, _columns);

    /// <summary>Reads P̂ [N, M]; throws for an entry that is negative or not finite, or where all are 0. Empty: matched pairs, N = M.</summary>
    public static ObservedCoupling<TReal> Read(ReadOnlySpan2D<TReal> observed, int rows, int columns)
    {
        ObservedCoupling<TReal> result = new() { _rows = rows, _columns = columns, _marginals = (TReal*)NativeMemory.Alloc((nuint)((long)rows + columns), (nuint)sizeof(TReal)) };
        if (observed.IsEmpty)
        {
            new Span<TReal>(result._marginals, rows + columns).Fill(Real.From<TReal>(1.0 / rows));
            result.Kl = Math.Log(rows);
            return result;
        }

        double* sums = (double*)NativeMemory.AllocZeroed((nuint)columns, sizeof(double));
        try
        {
            result.Sum(observed, sums);
        }
        catch
        {
            result.Dispose();
            throw;
        }
        finally
        {
            NativeMemory.Free(sums);
        }

        return result;
    }

    public readonly void Dispose() => NativeMemory.Free(_marginals);

    // Σ P̂·log P̂ − Σ a·log a − Σ b·log b − m + m², the marginals in double.
    private void Sum(ReadOnlySpan2D<TReal> observed, double* columns)
    {
        double terms = 0, mass = 0;
        for (int i = 0; i < _rows; i++)
        {
            ReadOnlySpan<TReal> row = observed.GetRowSpan(i);
            double sum = 0;
            for (int j = 0; j < row.Length; j++)
            {
                double entry = Real.ToDouble(row[j]);
                if (!(entry >= 0) || double.IsInfinity(entry))
                    ArgumentChecks.Fail(nameof(observed), $"observed[{i}, {j}] is {entry}; entries must be at least 0 and finite.");
                sum += entry;
                columns[j] += entry;
                terms += entry > 0 ? entry * Math.Log(entry) : 0;
            }

            _marginals[i] = Real.From<TReal>(sum);
            terms -= sum > 0 ? sum * Math.Log(sum) : 0;
            mass += sum;
        }

        if (!(mass > 0))
            ArgumentChecks.Fail(nameof(observed), $"observed sums to {mass}; there must be some mass.");
        for (int j = 0; j < _columns; j++)
        {
            _marginals[_rows + j] = Real.From<TReal>(columns[j]);
            terms -= columns[j] > 0 ? columns[j] * Math.Log(columns[j]) : 0;
        }

        Kl = terms - mass + (mass * mass);
    }
}
