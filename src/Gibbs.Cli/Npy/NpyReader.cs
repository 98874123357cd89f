using System;
using System.Buffers.Binary;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Gibbs.Cli.Npy;

/// <summary>Reads .npy files; whatever is wrong with one is a <see cref="Failure"/> that names it.</summary>
internal static class NpyReader
{
    // numpy itself refuses more, unless asked.
    private const int MaxHeaderBytes = 1 << 20;

    public static NpyArray Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return Read(stream, path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Failure($"{path}: no such file");
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            throw new Failure($"{path}: is a folder, not a .npy file");
        }
        catch (UnauthorizedAccessException)
        {
            throw new Failure($"{path}: permission denied");
        }
        catch (IOException exception)
        {
            throw new Failure($"{path}: cannot be read: {exception.Message}");
        }
    }

    private static NpyArray Read(FileStream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[8];
        int got = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (!prefix[..Math.Min(got, NpyHeader.Magic.Length)].SequenceEqual(NpyHeader.Magic[..Math.Min(got, NpyHeader.Magic.Length)]) || got == 0)
            throw new Failure($"{path}: not a .npy file");
        if (got < prefix.Length)
            throw Truncated(path, "its header is not complete");
        (int major, int minor) = (prefix[6], prefix[7]);
        if (major is < 1 or > 3 || minor != 0)
            throw new Failure($"{path}: .npy version {major}.{minor} is not supported, 1.0 to 3.0 are");

        NpyHeader header = ReadHeader(stream, path, major);
        if (header.Descr.Length > 1 && header.Descr[0] == '>')
            throw new Failure($"{path}: big-endian ({header.Descr}) is not supported: save it as little-endian, for example with astype('{'<' + header.Descr[1..]}')");
        NpyType type = NpyTypes.FromDescr(header.Descr)
            ?? throw new Failure($"{path}: element type {header.Descr} is not supported; {NpyTypes.Supported}, are");
        if (header.FortranOrder)
            throw new Failure($"{path}: Fortran order is not supported: save it in C order, for example through numpy.ascontiguousarray");

        long elements = 1;
        int[] shape = new int[header.Shape.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            // A zero extent elsewhere does not excuse a huge one: views count in 32 bits.
            if (header.Shape[i] > Array.MaxLength || (elements = Math.Max(elements, 1) * Math.Max(header.Shape[i], 1)) > Array.MaxLength)
                throw new Failure($"{path}: more than {Array.MaxLength} elements; the command line reads files up to that");
            shape[i] = (int)header.Shape[i];
        }

        foreach (int extent in shape)
            elements = extent == 0 ? 0 : elements;

        // Before the allocation: a header may claim anything.
        if (stream.CanSeek && stream.Length - stream.Position < elements * type.Size())
            throw Truncated(path, $"it has {stream.Length - stream.Position} of {elements * type.Size()} bytes of data");
        Array data = type switch
        {
            NpyType.Float32 => ReadData<float>(stream, path, elements),
            NpyType.Float64 => ReadData<double>(stream, path, elements),
            NpyType.Float16 => ReadData<Half>(stream, path, elements),
            NpyType.Int32 => ReadData<int>(stream, path, elements),
            NpyType.Int64 => ReadData<long>(stream, path, elements),
            _ => ReadData<byte>(stream, path, elements),
        };
        if (stream.ReadByte() >= 0)
            throw new Failure($"{path}: has bytes after the {elements} elements that its header gives");
        return new(path, type, shape, data);
    }

    private static NpyHeader ReadHeader(FileStream stream, string path, int major)
    {
        Span<byte> lengthBytes = stackalloc byte[major == 1 ? 2 : 4];
        if (stream.ReadAtLeast(lengthBytes, lengthBytes.Length, throwOnEndOfStream: false) < lengthBytes.Length)
            throw Truncated(path, "its header is not complete");
        long length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaxHeaderBytes)
            throw new Failure($"{path}: not a .npy file: its header would be {length} bytes long");
        byte[] text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            throw Truncated(path, "its header is not complete");
        try
        {
            return NpyHeader.Parse((major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text));
        }
        catch (FormatException exception)
        {
            throw new Failure($"{path}: not a .npy file that can be read: {exception.Message}");
        }
    }

    private static T[] ReadData<T>(FileStream stream, string path, long elements)
        where T : unmanaged
    {
        T[] data = new T[elements];
        // In parts: the bytes of an array may be more than a span counts.
        const int Part = 1 << 24;
        for (int start = 0; start < data.Length; start += Math.Min(Part, data.Length - start))
        {
            Span<byte> part = MemoryMarshal.AsBytes(data.AsSpan(start, Math.Min(Part, data.Length - start)));
            if (stream.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length)
                throw Truncated(path, $"its data end before the {elements} elements that its header gives");
        }

        return data;
    }

    private static Failure Truncated(string path, string what) => new($"{path}: truncated: {what}");
}
