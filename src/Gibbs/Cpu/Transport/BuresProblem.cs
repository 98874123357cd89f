using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// One pair of covariances: factors S = A·Aᵀ and T = B·Bᵀ, the singular values of Bᵀ·A, and the gradients that follow (<see cref="BuresWasserstein"/>). Matrices are [d, d] in double, a column's entries one behind the other.
/// </summary>
internal unsafe struct BuresProblem
{
    // Of an eigenvalue's Rayleigh quotient: columns of eigenvalues ±λ that Jacobi has mixed have less.
    private const double Positive = 0.5;

    private readonly int _dimensions;
    private readonly double* _a;
    private readonly double* _b;
    private readonly double* _k;

    // A copy of the matrix at work; at the end B·u_j/√σ_j.
    private readonly double* _turned;
    private double _largest;

    public BuresProblem(double* scratch, int dimensions)
    {
        nint matrix = (nint)dimensions * dimensions;
        _dimensions = dimensions;
        _a = scratch;
        _b = scratch + matrix;
        _k = scratch + (2 * matrix);
        _turned = scratch + (3 * matrix);
        _largest = 0;
    }

    /// <summary>Doubles of scratch.</summary>
    public static long ScratchLength(int dimensions) => 4L * dimensions * dimensions;

    /// <summary>Where S and T are to be put before <see cref="Solve"/>.</summary>
    public readonly double* Source => _a;

    public readonly double* Target => _b;

    /// <summary>tr S + tr T − 2·Σσ, at least 0; false where one has a negative eigenvalue beyond rounding.</summary>
    /// <param name="rounding">Of an eigenvalue relative to the largest.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Solve(double rounding, out double value)
    {
        value = Trace(_a) + Trace(_b);
        if (!Factor(_a, rounding) || !Factor(_b, rounding))
            return false;
        for (int j = 0; j < _dimensions; j++)
        {
            for (int i = 0; i < _dimensions; i++)
                _k[((nint)j * _dimensions) + i] = OneSidedJacobi.Dot(Column(_b, i), Column(_a, j), _dimensions);
        }

        OneSidedJacobi.Run(_k, _a, _dimensions);
        _largest = 0;
        for (int j = 0; j < _dimensions; j++)
        {
            double sigma = Norm(_k, j);
            value -= 2 * sigma;
            _largest = Math.Max(_largest, sigma);
        }

        for (int j = 0; j < _dimensions; j++)
        {
            double factor = InverseRoot(Norm(_k, j));
            for (int i = 0; i < _dimensions; i++)
                Column(_a, j)[i] *= factor;
        }

        value = Math.Max(0, value);
        return true;
    }

    /// <summary>Row i of ∂/∂T, to row.</summary>
    public readonly void TargetGradient(int i, double* row) => Gradient(_a, i, row);

    /// <summary>Row i of ∂/∂S, to row; after <see cref="TurnTarget"/>.</summary>
    public readonly void SourceGradient(int i, double* row) => Gradient(_turned, i, row);

    /// <summary>B·u_j/√σ_j for the gradient by S.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void TurnTarget()
    {
        for (int j = 0; j < _dimensions; j++)
        {
            double* column = Column(_turned, j);
            new Span<double>(column, _dimensions).Clear();
            double sigma = Norm(_k, j), inverse = InverseRoot(sigma);
            for (int l = 0; inverse > 0 && l < _dimensions; l++)
            {
                double factor = Column(_k, j)[l] / sigma * inverse;
                double* b = Column(_b, l);
                for (int i = 0; i < _dimensions; i++)
                    column[i] += factor * b[i];
            }
        }
    }

    // I − Σ_j c_j·c_jᵀ of columns that have had their 1/√σ_j, row i: symmetric to the bit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Gradient(double* columns, int i, double* row)
    {
        new Span<double>(row, _dimensions).Clear();
        for (int j = 0; j < _dimensions; j++)
        {
            double* column = Column(columns, j);
            double factor = column[i];
            for (int l = 0; l < _dimensions; l++)
                row[l] -= factor * column[l];
        }

        row[i] += 1;
    }

    // Of singular values that are 0 to rounding the pseudo-inverse is taken.
    private readonly double InverseRoot(double sigma) => sigma > _largest * _dimensions * 2.3e-16 ? 1 / Math.Sqrt(sigma) : 0;

    // In place: columns of norm √λ along the eigenvectors. Jacobi turns S into S·V, whose columns are λ_j·v_j.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool Factor(double* matrix, double rounding)
    {
        new Span<double>(matrix, _dimensions * _dimensions).CopyTo(new(_turned, _dimensions * _dimensions));
        OneSidedJacobi.Run(matrix, null, _dimensions);
        double largest = 0;
        for (int j = 0; j < _dimensions; j++)
            largest = Math.Max(largest, Norm(matrix, j));
        bool positive = true;
        for (int j = 0; j < _dimensions; j++)
        {
            double* column = Column(matrix, j);
            double norm = Norm(matrix, j), quotient = 0;
            for (int i = 0; norm > 0 && i < _dimensions; i++)
                quotient += column[i] / norm * (OneSidedJacobi.Dot(Column(_turned, i), column, _dimensions) / norm);
            positive &= quotient >= Positive * norm || norm <= rounding * _dimensions * largest;
            double factor = norm > 0 ? Math.Sqrt(Math.Max(quotient, 0)) / norm : 0;
            for (int i = 0; i < _dimensions; i++)
                column[i] *= factor;
        }

        return positive;
    }

    private readonly double* Column(double* matrix, int j) => matrix + ((nint)j * _dimensions);

    private readonly double Norm(double* matrix, int j) => Math.Sqrt(OneSidedJacobi.Dot(Column(matrix, j), Column(matrix, j), _dimensions));

    private readonly double Trace(double* matrix)
    {
        double sum = 0;
        for (int i = 0; i < _dimensions; i++)
            sum += Column(matrix, i)[i];
        return sum;
    }
}
