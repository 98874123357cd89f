using System;
using System.Collections.Generic;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Backups;

/// <summary>The arrays of one call on "cpu" or "native", by name: rows padded and moved off alignment, between red zones that <see cref="Read"/> checks.</summary>
internal sealed unsafe class BackupArrays(string device, ElementType type, int rows, int columns, int padding, int offset) : IDisposable
{
    private readonly TestDevice _device = device == "cpu" ? TestDevices.Get("cpu") : TestDevices.Native();
    private readonly Dictionary<string, Entry> _entries = [];

    private sealed record Entry(GuardedImage Image, Placement Place, ElementType Stored, int Columns, bool Written);

    /// <summary>The stream of a native device, null on the CPU.</summary>
    public CudaStream? Stream => (_device as NativeDevice)?.Stream;

    public void Dispose()
    {
        foreach (Entry entry in _entries.Values)
            entry.Place.Dispose();
    }

    /// <summary>A matrix of the rows' type (or reals) with these values; null is absent. Written: the call may write it too.</summary>
    public void Matrix(string name, double[]? values, bool written = false, bool real = false) => Add(name, values, real ? type.Real() : type, rows, columns, padding, offset, written);

    public void Reals(string name, double[]? values) => Add(name, values, type.Real(), values?.Length ?? 0, 1, 0, 0, false);

    /// <summary>A matrix to be written; or, where that is said, the memory of an input.</summary>
    public void OutMatrix(string name, string? inPlaceOf = null)
    {
        if (inPlaceOf is not null)
            _entries[name] = _entries[inPlaceOf];
        else
            Add(name, null, type, rows, columns, padding, offset == 0 ? 0 : offset - 1, true, true);
    }

    public void OutReals(string name) => Add(name, null, type.Real(), rows, 1, 0, 0, true, true);

    public Span2D<T> View<T>(string name)
        where T : unmanaged => _entries.TryGetValue(name, out Entry? e) ? new((void*)Address(e), rows, e.Columns, padding) : default;

    public Span<T> List<T>(string name, int length)
        where T : unmanaged => _entries.TryGetValue(name, out Entry? e) ? new((void*)Address(e), length) : default;

    public DeviceSpan2D<T> DeviceView<T>(string name)
        where T : unmanaged => _entries.TryGetValue(name, out Entry? e) ? new(Address(e), rows, e.Columns, e.Columns + padding, Stream!.Device.Ordinal) : default;

    public DeviceSpan<T> DeviceList<T>(string name, int length)
        where T : unmanaged => _entries.TryGetValue(name, out Entry? e) ? new(Address(e), length, Stream!.Device.Ordinal) : default;

    /// <summary>Checks every array's red zones.</summary>
    public void Check()
    {
        foreach (Entry entry in _entries.Values)
            _ = After(entry);
    }

    /// <summary>An output after the call.</summary>
    public double[] Read(string name)
    {
        Entry entry = _entries[name];
        byte[] bytes = After(entry).Packed();
        double[] values = new double[bytes.Length / entry.Stored.Size()];
        for (int i = 0; i < values.Length; i++)
            values[i] = entry.Stored.Read(bytes.AsSpan(i * entry.Stored.Size()));
        return values;
    }

    /// <summary>Row statuses live in an array of their own kind.</summary>
    public void OutStatus() => _entries["status"] = Place(new("status", rows, 1, 1, 0, false, GuardedImage.Canary), type, 1, true);

    public RowStatus[] ReadStatus() => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, RowStatus>(After(_entries["status"]).Packed()).ToArray();

    private static nint Address(Entry entry) => entry.Place.Address + entry.Image.Start;

    private static GuardedImage After(Entry entry)
    {
        GuardedImage after = entry.Image.After(entry.Place.Fetch());
        return after.Violation(entry.Written) is { } violation ? throw new InvalidOperationException(violation) : after;
    }

    private void Add(string name, double[]? values, ElementType stored, int height, int width, int gap, int shift, bool written, bool empty = false)
    {
        if (values is null && !empty)
            return;
        int size = stored.Size();
        GuardedImage image = new(name, height, width * size, (width + gap) * size, shift * size, false, empty ? GuardedImage.Canary : GuardedImage.Poison);
        for (int k = 0; values is not null && k < values.Length; k++)
            stored.Write(image.Row(k / width)[(k % width * size)..], values[k]);
        _entries[name] = Place(image, stored, width, written);
    }

    private Entry Place(GuardedImage image, ElementType stored, int width, bool written) => new(image, _device.Place(image.Bytes), stored, width, written);
}
