using System;

namespace Gibbs.Tests.Transport;

/// <summary>A matrix in device memory whose rows are padded and start off a vector's alignment.</summary>
internal sealed unsafe class DeviceArray<T> : IDisposable
    where T : unmanaged
{
    private const int Padding = 3;
    private readonly DeviceBuffer<T> _buffer;
    private readonly int _rows;
    private readonly int _columns;

    public DeviceArray(CudaStream stream, T[,] values)
    {
        (_rows, _columns) = (values.GetLength(0), values.GetLength(1));
        T[] padded = new T[1 + (_rows * (_columns + Padding))];
        for (int i = 0; i < _rows; i++)
        {
            for (int k = 0; k < _columns; k++)
                padded[At(i, k)] = values[i, k];
        }

        _buffer = stream.Upload<T>(padded);
    }

    public DeviceSpan2D<T> View => new(_buffer.Span.Pointer + sizeof(T), _rows, _columns, _columns + Padding, _buffer.Span.Device);

    public T[,] Read()
    {
        T[] padded = _buffer.ToArray();
        T[,] values = new T[_rows, _columns];
        for (int i = 0; i < _rows; i++)
        {
            for (int k = 0; k < _columns; k++)
                values[i, k] = padded[At(i, k)];
        }

        return values;
    }

    public void Dispose() => _buffer.Dispose();

    private int At(int i, int k) => 1 + (i * (_columns + Padding)) + k;
}
