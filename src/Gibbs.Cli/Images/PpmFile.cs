using System.Globalization;
using System.IO;
using System.Text;

namespace Gibbs.Cli.Images;

/// <summary>Binary PPM (P6), 8 bits a channel: the plainest picture file there is.</summary>
internal static class PpmFile
{
    public static RgbImage Read(Stream stream)
    {
        stream.Position = 2;
        int width = Number(stream), height = Number(stream), largest = Number(stream);
        RgbImage.CheckSize(width, height);
        if (largest != 255)
            throw new InvalidDataException($"its largest value is {largest}; only 255 is read");
        byte[] pixels = new byte[3L * width * height];
        stream.ReadExactly(pixels);
        return new(width, height, pixels, null);
    }

    public static void Write(Stream stream, RgbImage image)
    {
        stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P6\n{image.Width} {image.Height}\n255\n")));
        stream.Write(image.Pixels);
    }

    // A number of the header, after white space and comments; one white space after it is read too.
    private static int Number(Stream stream)
    {
        int next = stream.ReadByte();
        while (next is ' ' or '\t' or '\r' or '\n' or '#')
        {
            while (next is '#')
                next = SkipLine(stream);
            next = next is ' ' or '\t' or '\r' or '\n' ? stream.ReadByte() : next;
        }

        int value = 0, digits = 0;
        for (; next is >= '0' and <= '9' && digits < 9; digits++)
        {
            value = (10 * value) + (next - '0');
            next = stream.ReadByte();
        }

        return digits > 0 && (next is ' ' or '\t' or '\r' or '\n') ? value : throw new InvalidDataException("its header is no PPM header");
    }

    // The line's end, or −1.
    private static int SkipLine(Stream stream)
    {
        int next;
        do
            next = stream.ReadByte();
        while (next is not ('\n' or -1));
        return next;
    }
}
