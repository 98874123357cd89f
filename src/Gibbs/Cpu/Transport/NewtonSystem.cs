using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// The sparse Newton system of a plan whose rows are exact, and its memory:
/// <code>(diag(c) − Pₛᵀ·diag(1/a)·Pₛ)·d = r        c = Pᵀ1</code>
/// solved by conjugate gradients preconditioned by diag(c). Constants are in the null space of what Pₛ stands for, and are projected out of every iterate. Entries that are left out stay in c: they damp, and
/// the matrix stays positive semi-definite.
/// </summary>
internal unsafe struct NewtonSystem : IDisposable
{
    private const int MostIterations = 2000;

    public long Rows;
    public int Columns;

    /// <summary>Entries that may be held.</summary>
    public long Capacity;

    /// <summary>Pₛ by rows: entries [RowStart[i], RowStart[i + 1]) are (Ids, Values).</summary>
    public long* RowStart;
    public int* Ids;
    public double* Values;

    /// <summary>a [Rows].</summary>
    public double* RowSums;

    /// <summary>c [Columns]; columns of no mass are 0, and so is their step.</summary>
    public double* Sums;

    /// <summary>r, overwritten by a solve.</summary>
    public double* Residual;

    /// <summary>d.</summary>
    public double* Step;
    private double* _scaled;
    private double* _direction;
    private double* _image;
    private void* _memory;

    public static NewtonSystem Allocate(long rows, int columns, long capacity)
    {
        NewtonSystem system = new() { Rows = rows, Columns = columns, Capacity = capacity };
        long doubles = capacity + rows + (6L * columns);
        system._memory = NativeMemory.Alloc((nuint)((doubles * sizeof(double)) + ((rows + 1) * sizeof(long)) + (capacity * sizeof(int))));
        system.Values = (double*)system._memory;
        system.RowSums = system.Values + capacity;
        system.Sums = system.RowSums + rows;
        system.Residual = system.Sums + columns;
        system.Step = system.Residual + columns;
        system._scaled = system.Step + columns;
        system._direction = system._scaled + columns;
        system._image = system._direction + columns;
        system.RowStart = (long*)(system._image + columns);
        system.Ids = (int*)(system.RowStart + rows + 1);
        return system;
    }

    public readonly void Dispose() => NativeMemory.Free(_memory);

    /// <summary>Solves for <see cref="Step"/>, until r·C⁻¹·r has fallen by the square of a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Solve(double factor)
    {
        new Span<double>(Step, Columns).Clear();
        double energy = Precondition(), goal = energy * factor * factor;
        new Span<double>(_scaled, Columns).CopyTo(new Span<double>(_direction, Columns));
        for (int iteration = 0; iteration < MostIterations && energy > goal; iteration++)
        {
            Multiply();
            double curvature = Dot(_direction, _image);
            if (!(curvature > 0))
                return;
            double length = energy / curvature;
            for (int j = 0; j < Columns; j++)
            {
                Step[j] += length * _direction[j];
                Residual[j] -= length * _image[j];
            }

            double next = Precondition();
            double turn = next / energy;
            energy = next;
            for (int j = 0; j < Columns; j++)
                _direction[j] = _scaled[j] + (turn * _direction[j]);
        }
    }

    // scaled = Π·C⁻¹·Π·r, Π the projection along constants of columns that have mass; r·scaled.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly double Precondition()
    {
        Project(Residual);
        for (int j = 0; j < Columns; j++)
            _scaled[j] = Sums[j] > 0 ? Residual[j] / Sums[j] : 0;
        Project(_scaled);
        return Dot(Residual, _scaled);
    }

    private readonly void Project(double* vector)
    {
        double sum = 0;
        long count = 0;
        for (int j = 0; j < Columns; j++)
        {
            if (Sums[j] > 0)
            {
                sum += vector[j];
                count++;
            }
        }

        double mean = sum / count;
        for (int j = 0; j < Columns; j++)
            vector[j] = Sums[j] > 0 ? vector[j] - mean : 0;
    }

    private readonly double Dot(double* left, double* right)
    {
        double sum = 0;
        for (int j = 0; j < Columns; j++)
            sum += left[j] * right[j];
        return sum;
    }

    // image = (diag(c) − Pₛᵀ·diag(1/a)·Pₛ)·direction; a row's entries are read once, gathered and scattered.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Multiply()
    {
        for (int j = 0; j < Columns; j++)
            _image[j] = Sums[j] * _direction[j];
        for (long row = 0; row < Rows; row++)
        {
            double sum = 0;
            for (long k = RowStart[row]; k < RowStart[row + 1]; k++)
                sum += Values[k] * _direction[Ids[k]];
            if (sum == 0)
                continue;
            double share = sum / RowSums[row];
            for (long k = RowStart[row]; k < RowStart[row + 1]; k++)
                _image[Ids[k]] -= Values[k] * share;
        }
    }
}
