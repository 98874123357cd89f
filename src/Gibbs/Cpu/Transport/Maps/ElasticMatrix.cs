using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// What the linear costs do with their matrix A [r, d]. Their τ is ½⟨z, Mz⟩, M = AᵀA or I − AᵀA, so that a root of the quadratic form embeds points, and the inverse of I + γM is the proximal map:
/// <code>
/// ½‖Az‖²           e(x) = (x, √γ·Ax)/√2                          (I + γM)⁻¹w = w − γAᵀ(I + γAAᵀ)⁻¹Aw
/// ½‖z − AᵀAz‖²     e(x) = (√(1 + γ)·(x − AᵀAx), Ax)/√2           (I + γM)⁻¹w = (w + γAᵀAw)/(1 + γ)
/// </code>
/// In fp64, on the heap of the process.
/// </summary>
internal unsafe struct ElasticMatrix : IDisposable
{
    private ElasticCost _cost;
    private double* _matrix;
    private double* _factor;
    private double* _product;

    /// <summary>Rows r of A.</summary>
    public int Rows;

    /// <summary>Columns d of A.</summary>
    public int Dimensions;

    // A·Aᵀ of orthonormal rows in fp32 is I to a few roundings.
    private const double Orthonormal = 1e-4;

    /// <summary>Copies A, whose shape has been checked; throws where the complement's rows are not orthonormal.</summary>
    public static ElasticMatrix Copy<TReal>(ElasticCost cost, ReadOnlySpan2D<TReal> matrix, string name)
        where TReal : unmanaged
    {
        ElasticMatrix result = new() { _cost = cost, Rows = cost.TakesMatrix ? matrix.Height : 0, Dimensions = matrix.Width };
        if (result.Rows == 0)
            return result;
        long entries = (long)result.Rows * result.Dimensions, square = (long)result.Rows * result.Rows;
        result._matrix = (double*)NativeMemory.Alloc((nuint)(entries + square + result.Rows), sizeof(double));
        result._factor = result._matrix + entries;
        result._product = result._factor + square;
        for (int i = 0; i < result.Rows; i++)
        {
            ReadOnlySpan<TReal> row = matrix.GetRowSpan(i);
            for (int k = 0; k < row.Length; k++)
                result._matrix[((long)i * result.Dimensions) + k] = Real.ToDouble(row[k]);
        }

        try
        {
            result.Factor(name);
        }
        catch
        {
            result.Dispose();
            throw;
        }

        return result;
    }

    public readonly void Dispose() => NativeMemory.Free(_matrix);

    /// <summary>e(x) [d + r].</summary>
    public readonly void Embed<TReal>(ReadOnlySpan<TReal> point, Span<TReal> embedded)
        where TReal : unmanaged
    {
        bool complement = _cost.Kind == ElasticCostKind.Complement;
        Multiply(point);
        double scale = Math.Sqrt(0.5 * (complement ? 1 + _cost.Gamma : 1)), tail = Math.Sqrt(0.5 * (complement ? 1 : _cost.Gamma));
        for (int k = 0; k < Dimensions; k++)
            embedded[k] = Real.From<TReal>(scale * (Real.ToDouble(point[k]) - (complement ? Transposed(k) : 0)));
        for (int i = 0; i < Rows; i++)
            embedded[Dimensions + i] = Real.From<TReal>(tail * _product[i]);
    }

    /// <summary>(I + γM)·z, in place.</summary>
    public readonly void Raise(Span<double> z)
    {
        bool complement = _cost.Kind == ElasticCostKind.Complement;
        Multiply<double>(z);
        for (int k = 0; k < Dimensions; k++)
            z[k] = complement ? z[k] + (_cost.Gamma * (z[k] - Transposed(k))) : z[k] + (_cost.Gamma * Transposed(k));
    }

    /// <summary>(I + γM)⁻¹·w, in place: the proximal map.</summary>
    public readonly void Lower(Span<double> w)
    {
        double gamma = _cost.Gamma;
        Multiply<double>(w);
        if (_cost.Kind == ElasticCostKind.Complement)
        {
            for (int k = 0; k < Dimensions; k++)
                w[k] = (w[k] + (gamma * Transposed(k))) / (1 + gamma);
            return;
        }

        Solve();
        for (int k = 0; k < Dimensions; k++)
            w[k] -= gamma * Transposed(k);
    }

    // A·v, to the product.
    private readonly void Multiply<TReal>(ReadOnlySpan<TReal> v)
        where TReal : unmanaged
    {
        for (int i = 0; i < Rows; i++)
        {
            double sum = 0;
            double* row = _matrix + ((long)i * Dimensions);
            for (int k = 0; k < Dimensions; k++)
                sum += row[k] * Real.ToDouble(v[k]);
            _product[i] = sum;
        }
    }

    // (Aᵀ·product)_k.
    private readonly double Transposed(int k)
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
            sum += _matrix[((long)i * Dimensions) + k] * _product[i];
        return sum;
    }

    // The Cholesky factor of I + γAAᵀ, or the check that AAᵀ = I.
    private readonly void Factor(string name)
    {
        bool complement = _cost.Kind == ElasticCostKind.Complement;
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int k = 0; k < Dimensions; k++)
                    sum += _matrix[((long)i * Dimensions) + k] * _matrix[((long)j * Dimensions) + k];
                if (!double.IsFinite(sum))
                    ArgumentChecks.Fail(name, $"{name} has entries in row {i} or {j} that are not finite, or too large.");
                if (complement && Math.Abs(sum - (i == j ? 1 : 0)) > Orthonormal)
                    ArgumentChecks.Fail(name, $"{name} has rows {i} and {j} whose product is {sum}; the rows of the complement's matrix must be orthonormal.");
                double entry = (i == j ? 1 : 0) + (_cost.Gamma * sum);
                double* own = _factor + ((long)i * Rows), other = _factor + ((long)j * Rows);
                for (int k = 0; k < j; k++)
                    entry -= own[k] * other[k];
                own[j] = i == j ? Math.Sqrt(entry) : entry / other[j];
            }
        }
    }

    // (I + γAAᵀ)⁻¹ of the product, in place.
    private readonly void Solve()
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int k = 0; k < i; k++)
                _product[i] -= _factor[((long)i * Rows) + k] * _product[k];
            _product[i] /= _factor[((long)i * Rows) + i];
        }

        for (int i = Rows - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < Rows; k++)
                _product[i] -= _factor[((long)k * Rows) + i] * _product[k];
            _product[i] /= _factor[((long)i * Rows) + i];
        }
    }
}
