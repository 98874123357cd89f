using System;
using System.IO;

namespace Gibbs.Cli.Images;

/// <summary>A picture of 8-bit red, green and blue, row by row from the top.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">[Height, Width, 3].</param>
/// <param name="Alpha">[Height, Width]; null where every pixel is opaque.</param>
internal sealed record RgbImage(int Width, int Height, byte[] Pixels, byte[]? Alpha)
{
    // Three bytes a pixel fit an array, and no file of a few bytes asks for more memory than a large photograph.
    private const long MostPixels = 1 << 28;

    /// <summary>Reads a PNG or binary PPM file; which one its first bytes say.</summary>
    /// <exception cref="Failure">It is neither, or is damaged: in one line.</exception>
    public static RgbImage Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            Span<byte> start = stackalloc byte[8];
            int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            if (read == start.Length && start.SequenceEqual(PngFile.Signature))
                return PngReader.Read(stream);
            return start is [(byte)'P', (byte)'6', ..] ? PpmFile.Read(stream) : throw new InvalidDataException("it is neither PNG nor binary PPM (P6)");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new Failure($"{path}: cannot be read as a picture: {exception.Message}");
        }
    }

    /// <summary>What writes a file of that name: .png or .ppm.</summary>
    public static Action<Stream, RgbImage> Writer(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => PngFile.Write,
        ".ppm" => PpmFile.Write,
        _ => throw new UsageFailure($"{path}: pictures are written as .png or .ppm"),
    };

    /// <summary>Throws for sizes that no picture has.</summary>
    public static void CheckSize(long width, long height)
    {
        if (width < 1 || height < 1 || width > MostPixels || height > MostPixels || width * height > MostPixels)
            throw new InvalidDataException($"its size is {width} x {height}; at least 1 x 1 and at most {MostPixels} pixels are read");
    }
}
