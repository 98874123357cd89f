using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace Gibbs.Tests.Cli;

/// <summary>PNG files written from the format's description, with rows as given, their filters first.</summary>
internal static class PngBytes
{
    public static void Write(string path, int width, int height, int depth, byte colourType, byte[] rows)
    {
        using FileStream stream = File.Create(path);
        stream.Write([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = (byte)depth;
        header[9] = colourType;
        Chunk(stream, "IHDR", header);
        using MemoryStream data = new();
        using (ZLibStream deflate = new(data, CompressionMode.Compress, leaveOpen: true))
            deflate.Write(rows);

        // In two parts, as large pictures come.
        byte[] bytes = data.ToArray();
        Chunk(stream, "IDAT", bytes[..3]);
        Chunk(stream, "IDAT", bytes[3..]);
        Chunk(stream, "IEND", []);
    }

    private static void Chunk(Stream stream, string type, byte[] data)
    {
        byte[] word = new byte[4], named = [.. Encoding.ASCII.GetBytes(type), .. data];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        stream.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc(named));
        stream.Write(word);
    }

    // Bit by bit, from the polynomial.
    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
        }

        return ~crc;
    }
}
