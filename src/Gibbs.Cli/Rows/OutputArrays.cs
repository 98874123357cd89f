using System;
using System.Collections.Generic;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Rows;

/// <summary>The arrays that a command over rows gives, one for every row or every entry: allocated where wanted, in host memory and where it runs, and written to their files.</summary>
internal sealed class OutputArrays(int rows)
{
    private readonly List<OutputArray> _arrays = [];

    public int Rows => rows;

    /// <summary>[N]; empty where neither a file nor the command itself wants it.</summary>
    public OutputArray<T> Vector<T>(string? path, bool always = false)
        where T : unmanaged => Add(new OutputArray<T>(path, always || path is not null ? rows : 0, 0));

    /// <summary>[N, columns]; empty where no file wants it.</summary>
    public OutputArray<T> Matrix<T>(string? path, int columns)
        where T : unmanaged => Add(new OutputArray<T>(path, path is not null ? rows : 0, columns));

    /// <summary>Opens the files.</summary>
    public void AddTo(OutputFiles files) => _arrays.ForEach(array => array.AddTo(files));

    /// <summary>Device memory for all of them.</summary>
    public void Allocate(DeviceArrays arrays) => _arrays.ForEach(array => array.Allocate(arrays));

    /// <summary>What the device computed, to host memory.</summary>
    public void Download(CudaStream stream) => _arrays.ForEach(array => array.Download(stream));

    private OutputArray<T> Add<T>(OutputArray<T> array)
        where T : unmanaged
    {
        _arrays.Add(array);
        return array;
    }
}

/// <summary>One of them, of whatever type.</summary>
internal abstract class OutputArray
{
    public abstract void AddTo(OutputFiles files);

    public abstract void Allocate(DeviceArrays arrays);

    public abstract void Download(CudaStream stream);
}

/// <summary>An array by its type; a matrix where it has columns.</summary>
internal sealed class OutputArray<T>(string? path, int rows, int columns) : OutputArray
    where T : unmanaged
{
    private DeviceSpan<T> _device;

    // Cleared: a page that is first touched by the operation would be charged to it.
    public T[] Host { get; } = new T[rows * Math.Max(1, (long)columns)];

    public Span2D<T> Matrix => Host.Length == 0 ? default : new(Host, 0, rows, columns, 0);

    public DeviceSpan<T> Device => _device;

    public DeviceSpan2D<T> DeviceMatrix => DeviceArrays.Rows(_device, rows, columns);

    public override void AddTo(OutputFiles files)
    {
        if (path is null)
            return;
        files.Add(path, stream =>
        {
            if (columns > 0)
                NpyWriter.Write<T>(stream, Host, rows, columns);
            else
                NpyWriter.Write<T>(stream, Host, rows);
        });
    }

    public override void Allocate(DeviceArrays arrays) => _device = arrays.Allocate<T>(Host.Length);

    public override void Download(CudaStream stream)
    {
        if (!_device.IsEmpty)
            stream.Copy(_device, Host);
    }
}
