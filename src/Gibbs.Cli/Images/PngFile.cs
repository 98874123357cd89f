using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;

namespace Gibbs.Cli.Images;

/// <summary>What PNG files are made of, and their writer: 8-bit RGB, or RGBA where a picture has transparency. Deflate is the framework's. ISO/IEC 15948.</summary>
internal static class PngFile
{
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    public static void Write(Stream stream, RgbImage image)
    {
        stream.Write(Signature);
        bool alpha = image.Alpha is not null;
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = (byte)(alpha ? 6 : 2);
        header[10..].Clear();
        WriteChunk(stream, "IHDR"u8, header);
        using MemoryStream data = new();
        using (ZLibStream deflate = new(data, CompressionLevel.Optimal, leaveOpen: true))
            WriteRows(deflate, image);
        WriteChunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(stream, "IEND"u8, default);
    }

    /// <summary>The CRC-32 of a chunk's type and data.</summary>
    public static uint Crc(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in type)
            crc = Next(crc, value);
        foreach (byte value in data)
            crc = Next(crc, value);
        return ~crc;
    }

    // Every row as its difference to the row above: flat areas become zeros.
    private static void WriteRows(Stream deflate, RgbImage image)
    {
        int channels = image.Alpha is null ? 3 : 4, stride = image.Width * channels;
        byte[] row = new byte[stride], above = new byte[stride], filtered = new byte[stride + 1];
        filtered[0] = 2;
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                long pixel = ((long)y * image.Width) + x;
                for (int c = 0; c < 3; c++)
                    row[(x * channels) + c] = image.Pixels[(3 * pixel) + c];
                if (image.Alpha is { } alpha)
                    row[(x * channels) + 3] = alpha[pixel];
            }

            for (int i = 0; i < stride; i++)
                filtered[i + 1] = (byte)(row[i] - above[i]);
            deflate.Write(filtered);
            (row, above) = (above, row);
        }
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc(type, data));
        stream.Write(word);
    }

    private static uint Next(uint crc, byte value) => Table[(byte)(crc ^ value)] ^ (crc >> 8);

    private static readonly uint[] Table = CreateTable();

    private static uint[] CreateTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint value = n;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ 0xedb88320 : value >> 1;
            table[n] = value;
        }

        return table;
    }
}
