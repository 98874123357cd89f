using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;

namespace Gibbs.Cli.Images;

/// <summary>Reads PNG files of every colour type and depth, but for interlaced ones; 16-bit channels keep their upper byte. Deflate is the framework's. ISO/IEC 15948.</summary>
internal static class PngReader
{
    // A chunk's length has 31 bits; one that claims more than any picture's data is damage.
    private const int MostBytes = 1 << 30;

    public static RgbImage Read(Stream stream)
    {
        stream.Position = PngFile.Signature.Length;
        Header header = default;
        byte[] palette = [], transparency = [];
        using MemoryStream data = new();
        while (true)
        {
            (uint type, byte[] content) = ReadChunk(stream);
            switch (type)
            {
                case 0x49484452: // IHDR
                    header = Header.Read(content);
                    break;
                case 0x504c5445: // PLTE
                    palette = content;
                    break;
                case 0x74524e53: // tRNS
                    transparency = content;
                    break;
                case 0x49444154: // IDAT
                    data.Write(content);
                    break;
                case 0x49454e44: // IEND
                    if (header.Width == 0)
                        throw new InvalidDataException("it has no header");
                    data.Position = 0;
                    return Decode(header, palette, transparency, data);
            }
        }
    }

    private static (uint Type, byte[] Content) ReadChunk(Stream stream)
    {
        Span<byte> words = stackalloc byte[8];
        stream.ReadExactly(words);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(words), type = BinaryPrimitives.ReadUInt32BigEndian(words[4..]);
        if (length > MostBytes || length > stream.Length - stream.Position)
            throw new InvalidDataException("it ends in the middle of a chunk");
        byte[] content = new byte[length];
        stream.ReadExactly(content);
        uint crc = PngFile.Crc(words[4..], content);
        stream.ReadExactly(words[..4]);
        return crc == BinaryPrimitives.ReadUInt32BigEndian(words) ? (type, content) : throw new InvalidDataException("a checksum is wrong: it is damaged");
    }

    private static RgbImage Decode(in Header header, byte[] palette, byte[] transparency, Stream data)
    {
        using ZLibStream inflate = new(data, CompressionMode.Decompress);
        int bits = header.Depth * header.Channels, step = Math.Max(1, bits / 8);
        byte[] row = new byte[(((long)header.Width * bits) + 7) / 8], above = new byte[row.Length];
        long pixels = (long)header.Width * header.Height;
        RgbImage image = new(header.Width, header.Height, new byte[3 * pixels], header.HasAlpha || (header.ColourType == 3 && transparency.Length > 0) ? new byte[pixels] : null);
        for (int y = 0; y < header.Height; y++)
        {
            int filter = inflate.ReadByte();
            inflate.ReadExactly(row);
            Unfilter(filter, row, above, step);
            Unpack(header, palette, transparency, row, image, (long)y * header.Width);
            (row, above) = (above, row);
        }

        return image;
    }

    private static void Unfilter(int filter, byte[] row, byte[] above, int step)
    {
        if (filter is < 0 or > 4)
            throw new InvalidDataException($"a row has filter {filter}; there are 0 to 4");
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0, up = above[i], corner = i >= step ? above[i - step] : 0;
            row[i] += (byte)(filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                _ => Nearest(left, up, corner),
            });
        }
    }

    // Paeth's predictor: of the three the one nearest to left + up − corner.
    private static int Nearest(int left, int up, int corner)
    {
        int byLeft = Math.Abs(up - corner), byUp = Math.Abs(left - corner), byCorner = Math.Abs(left + up - (2 * corner));
        return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
    }

    private static void Unpack(in Header header, byte[] palette, byte[] transparency, byte[] row, RgbImage image, long first)
    {
        for (int x = 0; x < header.Width; x++)
        {
            Span<byte> pixel = image.Pixels.AsSpan((int)(3 * (first + x)), 3);
            int at = x * header.Channels;
            if (header.ColourType == 3)
            {
                int index = Sample(header, row, at);
                if ((3 * index) + 3 > palette.Length)
                    throw new InvalidDataException($"a pixel has colour {index} of a palette of {palette.Length / 3}");
                palette.AsSpan(3 * index, 3).CopyTo(pixel);
                if (image.Alpha is { } opacity)
                    opacity[first + x] = index < transparency.Length ? transparency[index] : byte.MaxValue;
                continue;
            }

            bool colours = header.ColourType is 2 or 6;
            for (int c = 0; c < 3; c++)
                pixel[c] = Level(header, Sample(header, row, at + (colours ? c : 0)));
            if (header.HasAlpha)
                image.Alpha![first + x] = Level(header, Sample(header, row, at + header.Channels - 1));
        }
    }

    // 16-bit samples by their upper byte.
    private static int Sample(in Header header, byte[] row, int index)
    {
        if (header.Depth >= 8)
            return row[index * (header.Depth / 8)];
        int bit = index * header.Depth;
        return (row[bit / 8] >> (8 - header.Depth - (bit % 8))) & ((1 << header.Depth) - 1);
    }

    private static byte Level(in Header header, int sample) => header.Depth >= 8 ? (byte)sample : (byte)(sample * 255 / ((1 << header.Depth) - 1));

    private readonly record struct Header(int Width, int Height, int Depth, int ColourType)
    {
        public bool HasAlpha => ColourType is 4 or 6;

        public int Channels => ColourType switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };

        public static Header Read(byte[] content)
        {
            if (content.Length != 13)
                throw new InvalidDataException("its header is damaged");
            long width = BinaryPrimitives.ReadUInt32BigEndian(content), height = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(4));
            RgbImage.CheckSize(width, height);
            Header header = new((int)width, (int)height, content[8], content[9]);
            bool known = header.ColourType switch
            {
                0 => header.Depth is 1 or 2 or 4 or 8 or 16,
                3 => header.Depth is 1 or 2 or 4 or 8,
                2 or 4 or 6 => header.Depth is 8 or 16,
                _ => false,
            };
            if (!known)
                throw new InvalidDataException($"colour type {header.ColourType} with {header.Depth} bits is no PNG");
            return content[12] == 0 ? header : throw new InvalidDataException("it is interlaced; write it without interlacing");
        }
    }
}
