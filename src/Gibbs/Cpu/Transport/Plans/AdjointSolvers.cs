using System;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>How an adjoint equation was solved.</summary>
internal readonly record struct AdjointEnd(double Residual, int Iterations, TransportStatus Status);

/// <summary>Conjugate gradients with the diagonal as preconditioner. Hestenes and Stiefel, 1952.</summary>
internal static unsafe class ConjugateGradients<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    /// <summary>Solves from 0; the right side becomes the residual. Scratch: four arrays of columns.</summary>
    public static AdjointEnd Run(in AdjointEquation<TReal, TVector, TCosts> equation, double* solution, double* residual, double* scratch, in ConjugateGradientOptions options)
    {
        int columns = equation.Problem.Columns;
        double tolerance = options.Tolerance != 0 ? options.Tolerance : typeof(TReal) == typeof(float) ? 1e-6 : 1e-12;
        double* diagonal = scratch, direction = scratch + columns, product = direction + columns;
        equation.Diagonal(diagonal);
        new Span<double>(solution, columns).Clear();
        new Span<double>(direction, columns).Clear();
        double first = Norm(residual, diagonal, columns), previous = 1;
        equation.Project(residual);
        double norm = Norm(residual, diagonal, columns);
        if (!double.IsFinite(first))
        {
            new Span<double>(solution, columns).Fill(double.NaN);
            return new AdjointEnd(double.NaN, 0, TransportStatus.NonFinite);
        }

        for (int iteration = 0; ; iteration++)
        {
            if (norm <= tolerance * tolerance * first)
                return new AdjointEnd(first == 0 ? 0 : Math.Sqrt(norm / first), iteration, TransportStatus.Converged);
            if (iteration == options.MaxIterations)
                return new AdjointEnd(Math.Sqrt(norm / first), iteration, TransportStatus.MaxIterations);
            for (int j = 0; j < columns; j++)
                direction[j] = (diagonal[j] > 0 ? residual[j] / diagonal[j] : 0) + (iteration == 0 ? 0 : norm / previous * direction[j]);
            equation.Multiply(direction, product);
            double curvature = 0;
            for (int j = 0; j < columns; j++)
                curvature += direction[j] * product[j];

            // A curvature that is not positive is rounding: what is left lies in the null space.
            if (!(curvature > 0) || double.IsInfinity(curvature))
                return new AdjointEnd(Math.Sqrt(norm / first), iteration, double.IsNaN(curvature) ? TransportStatus.NonFinite : TransportStatus.FloorReached);
            double step = norm / curvature;
            for (int j = 0; j < columns; j++)
            {
                solution[j] += step * direction[j];
                residual[j] -= step * product[j];
            }

            equation.Project(residual);
            previous = norm;
            norm = Norm(residual, diagonal, columns);
        }
    }

    private static double Norm(double* residual, double* diagonal, int columns)
    {
        double norm = 0;
        for (int j = 0; j < columns; j++)
            norm += diagonal[j] > 0 ? residual[j] * residual[j] / diagonal[j] : 0;
        return norm;
    }
}

/// <summary>The same equation by Cholesky's factorisation, for few columns.</summary>
internal static unsafe class AdjointCholesky<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    /// <summary>The sizes for which the matrix is made.</summary>
    public const int MostColumns = 64;
    public const int MostRows = 1024;

    /// <summary>Solves; the right side is overwritten.</summary>
    public static AdjointEnd Run(in AdjointEquation<TReal, TVector, TCosts> equation, double* solution, double* right)
    {
        int n = equation.Problem.Columns;
        double* matrix = (double*)NativeMemory.Alloc((nuint)(n * n * sizeof(double)));
        try
        {
            equation.Project(right);
            Fill(equation, matrix, n);
            bool finite = true;
            for (int j = 0; j < n; j++)
                finite &= double.IsFinite(right[j]) && double.IsFinite(matrix[(j * n) + j]);
            if (!finite)
            {
                new Span<double>(solution, n).Fill(double.NaN);
                return new AdjointEnd(double.NaN, 0, TransportStatus.NonFinite);
            }

            Factor(equation, matrix, n);
            Solve(matrix, n, right);
            new ReadOnlySpan<double>(right, n).CopyTo(new Span<double>(solution, n));
            return new AdjointEnd(0, 0, TransportStatus.Converged);
        }
        finally
        {
            NativeMemory.Free(matrix);
        }
    }

    // The lower triangle of S.
    private static void Fill(in AdjointEquation<TReal, TVector, TCosts> equation, double* matrix, int n)
    {
        new Span<double>(matrix, n * n).Clear();
        TReal* scratch = RowArrays.Take<TReal>(2, CostLanes.Tile, out int stride);
        TReal* density = scratch + stride;
        double* row = stackalloc double[MostColumns];
        for (long i = 0; i < equation.Problem.Rows; i++)
        {
            double factor = equation.RowDiagonal[i] == 0 ? 0 : equation.A(i) / equation.RowDiagonal[i];
            if (factor == 0)
                continue;
            DensityTile<TReal, TVector, TCosts>.Of(equation.Problem, i, 0, n, scratch, density);
            for (int j = 0; j < n; j++)
                row[j] = equation.B(j) * Real.ToDouble(density[j]);
            for (int j = 0; j < n; j++)
            {
                for (int k = 0; k <= j; k++)
                    matrix[(j * n) + k] -= factor * row[j] * row[k];
            }
        }

        for (int j = 0; j < n; j++)
            matrix[(j * n) + j] += equation.B(j) * equation.ColumnDiagonal[j];
    }

    // L·D·Lᵀ; a pivot at the level of rounding belongs to the null space, and its component is 0.
    private static void Factor(in AdjointEquation<TReal, TVector, TCosts> equation, double* matrix, int n)
    {
        double rounding = n * (typeof(TReal) == typeof(float) ? 2.4e-7 : 4.5e-16);
        for (int j = 0; j < n; j++)
        {
            double* row = matrix + (j * n);
            for (int k = 0; k < j; k++)
            {
                double* other = matrix + (k * n);
                double sum = row[k];
                for (int l = 0; l < k; l++)
                    sum -= row[l] * other[l];
                row[k] = sum;
            }

            double pivot = row[j];
            for (int k = 0; k < j; k++)
            {
                // Until here the row holds L·D.
                double inverse = matrix[(k * n) + k], scaled = row[k] * inverse;
                pivot -= scaled * row[k];
                row[k] = scaled;
            }

            row[j] = pivot > rounding * equation.B(j) * equation.ColumnDiagonal[j] ? 1 / pivot : 0;
        }
    }

    private static void Solve(double* matrix, int n, double* x)
    {
        for (int j = 0; j < n; j++)
        {
            for (int k = 0; k < j; k++)
                x[j] -= matrix[(j * n) + k] * x[k];
        }

        for (int j = 0; j < n; j++)
            x[j] *= matrix[(j * n) + j];
        for (int j = n - 1; j >= 0; j--)
        {
            for (int k = j + 1; k < n; k++)
                x[j] -= matrix[(k * n) + j] * x[k];
        }
    }
}
