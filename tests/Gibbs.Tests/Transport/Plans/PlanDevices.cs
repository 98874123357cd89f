using System;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Transport.Plans;

/// <summary>A problem in memory of the device, in any storage type of its costs or as points, with gaps between rows; disposed with all that was taken for it.</summary>
internal sealed class DevicePlan<TReal> : IDisposable
    where TReal : unmanaged
{
    private readonly System.Collections.Generic.List<IDisposable> _taken = [];

    public CudaStream Stream { get; } = TestDevices.Native().Stream;

    public DeviceSpan2D<T> Matrix<T>(T[,] values, int gap = 3)
        where T : unmanaged
    {
        int rows = values.GetLength(0), columns = values.GetLength(1), stride = columns + gap;
        T[] padded = new T[rows * stride];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                padded[(i * stride) + j] = values[i, j];
        }

        return Keep(Stream.Upload<T>(padded)).AsRows(rows, columns, stride);
    }

    public DeviceSpan<T> Vector<T>(T[] values)
        where T : unmanaged => Keep(Stream.Upload<T>(values)).Span;

    public DeviceSpan<T> Empty<T>(long length)
        where T : unmanaged => Keep(Stream.Upload<T>(new T[length])).Span;

    public T[] Read<T>(DeviceSpan<T> view)
        where T : unmanaged
    {
        T[] values = new T[view.Length];
        Stream.Copy<T>(view, values);
        return values;
    }

    public T[,] Read<T>(DeviceSpan2D<T> view)
        where T : unmanaged
    {
        T[,] values = new T[view.Rows, view.Columns];
        T[] padded = Read(new DeviceSpan<T>(view.Pointer, (view.Rows * view.Stride) - (view.Stride - view.Columns), view.Device));
        for (int i = 0; i < view.Rows; i++)
        {
            for (int j = 0; j < view.Columns; j++)
                values[i, j] = padded[(i * view.Stride) + j];
        }

        return values;
    }

    public TReal[] Real(double[] values) => [.. values.Select(Real)];

    public TReal[,] Real(double[,] values) => PlanCase.To(values, Real);

    public DeviceTransportPotentials<TReal> Potentials(PlanCase problem) => new()
    {
        SourcePotential = Vector(Real(problem.F)),
        TargetPotential = Vector(Real(problem.G)),
        SourceWeights = Vector(Real(problem.A)),
        TargetWeights = Vector(Real(problem.B)),
    };

    public void Dispose()
    {
        foreach (IDisposable buffer in _taken)
            buffer.Dispose();
    }

    private static TReal Real(double value)
    {
        if (typeof(TReal) == typeof(double))
            return (TReal)(object)value;
        return (TReal)(object)(float)value;
    }

    private DeviceBuffer<T> Keep<T>(DeviceBuffer<T> buffer)
        where T : unmanaged
    {
        _taken.Add(buffer);
        return buffer;
    }
}
