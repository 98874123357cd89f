using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Policies;

/// <summary>Arrays of a call on one device: padded, misaligned rows between red zones that are checked when results are fetched.</summary>
internal sealed class TokenMemory(TestDevice device) : IDisposable
{
    private readonly List<(GuardedImage Image, Placement Place, bool Written)> _arrays = [];

    public TestDevice Device { get; } = device;

    public void Dispose()
    {
        foreach ((_, Placement place, _) in _arrays)
            place.Dispose();
    }

    /// <summary>An input, or null where there is none; written: the call may write it.</summary>
    public Place Reals(string name, ElementType type, double[]? values, int rows, int columns, int padding, int offset, bool written = false)
    {
        if (values is null)
            return default;
        int size = type.Size();
        GuardedImage image = new(name, rows, columns * size, (columns + padding) * size, offset * size, false, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            type.Write(image.Row(k / columns)[(k % columns * size)..], values[k]);
        return Add(image, written, columns + padding);
    }

    public Place Bytes(string name, byte[]? values, int rows, int columns, int padding, int offset)
    {
        if (values is null)
            return default;
        GuardedImage image = new(name, rows, columns, columns + padding, offset, false, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            image.Row(k / columns)[k % columns] = values[k];
        return Add(image, false, columns + padding);
    }

    /// <summary>Bytes that the call may write.</summary>
    public Place Marks(string name, byte[] values, int rows, int columns, int padding)
    {
        GuardedImage image = new(name, rows, columns, columns + padding, 0, false, GuardedImage.Canary);
        for (int k = 0; k < values.Length; k++)
            image.Row(k / columns)[k % columns] = values[k];
        return Add(image, true, columns + padding);
    }

    public Place Longs(string name, long[]? values)
    {
        if (values is null)
            return default;
        GuardedImage image = new(name, values.Length, 8, 8, 0, true, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            BitConverter.TryWriteBytes(image.Row(k), values[k]);
        return Add(image, false, 1);
    }

    public Place Out(string name, int size, int rows, int columns, int padding, int offset) =>
        Add(new(name, rows, columns * size, (columns + padding) * size, offset * size, false, GuardedImage.Canary), true, columns + padding);

    /// <summary>What an array holds now; throws where a byte outside it changed, or one of an input.</summary>
    public byte[] Fetch(Place place)
    {
        (GuardedImage image, Placement memory, bool written) = _arrays[place.Index];
        GuardedImage after = image.After(memory.Fetch());
        return after.Violation(written) is { } violation ? throw new InvalidOperationException(violation) : after.Packed();
    }

    public double[] FetchReals(Place place, ElementType type)
    {
        byte[] bytes = Fetch(place);
        double[] values = new double[bytes.Length / type.Size()];
        for (int i = 0; i < values.Length; i++)
            values[i] = type.Read(bytes.AsSpan(i * type.Size()));
        return values;
    }

    public T[] Fetch<T>(Place place)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Fetch(place)).ToArray();

    /// <summary>Looks at every array.</summary>
    public void Check()
    {
        for (int i = 0; i < _arrays.Count; i++)
            Fetch(new Place { Index = i, Address = 1 });
    }

    private Place Add(GuardedImage image, bool written, int stride)
    {
        Placement place = Device.Place(image.Bytes);
        _arrays.Add((image, place, written));
        return new() { Index = _arrays.Count - 1, Address = place.Address + image.Start, Stride = stride };
    }

    /// <summary>One of the arrays; the address is 0 where there is none.</summary>
    internal struct Place
    {
        public int Index;
        public nint Address;
        public int Stride;

        public readonly bool IsEmpty => Address == 0;
    }
}
