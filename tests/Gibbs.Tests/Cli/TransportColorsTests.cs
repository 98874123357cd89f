using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

using Gibbs.Cli.Images;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary><c>gibbs transport-colors</c>, and the pictures it reads and writes.</summary>
[TestFixture]
public sealed class TransportColorsTests
{
    // A row of four grey pixels in each of PNG's grey depths: the rows of data are 0, filter none, and the pixels 0, 85, 170, 255 (0, 0, 255, 255 at one bit).
    private static readonly byte[] Grey = [0, 85, 170, 255];

    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp() => _gibbs = new();

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void PicturesSurviveTheirFiles([Values("p.png", "p.ppm")] string name, [Values] bool alpha)
    {
        Random random = new(3);
        byte[] pixels = new byte[3 * 7 * 5], opacity = new byte[7 * 5];
        random.NextBytes(pixels);
        random.NextBytes(opacity);
        RgbImage image = new(7, 5, pixels, alpha ? opacity : null);
        using (FileStream stream = File.Create(_gibbs.File(name)))
            RgbImage.Writer(name)(stream, image);
        RgbImage read = RgbImage.Read(_gibbs.File(name));
        Assert.That((read.Width, read.Height), Is.EqualTo((7, 5)));
        Assert.That(read.Pixels, Is.EqualTo(pixels));
        Assert.That(read.Alpha, alpha && name == "p.png" ? Is.EqualTo(opacity) : Is.Null);
    }

    // A 4 x 5 picture, every row with a filter of its own.
    [Test]
    public void EveryFilterIsUndone()
    {
        byte[] pixels = [.. Enumerable.Range(0, 60).Select(i => (byte)(i * i))];
        using MemoryStream data = new();
        byte At(int row, int i) => row < 0 || i < 0 ? (byte)0 : pixels[(row * 12) + i];
        for (int row = 0; row < 5; row++)
        {
            data.WriteByte((byte)row);
            for (int i = 0; i < 12; i++)
            {
                int left = At(row, i - 3), up = At(row - 1, i), corner = i < 3 ? 0 : At(row - 1, i - 3);
                int estimate = left + up - corner;
                int paeth = Math.Abs(estimate - left) <= Math.Abs(estimate - up) && Math.Abs(estimate - left) <= Math.Abs(estimate - corner) ? left
                    : Math.Abs(estimate - up) <= Math.Abs(estimate - corner) ? up : corner;
                data.WriteByte((byte)(At(row, i) - (row switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => paeth })));
            }
        }

        PngBytes.Write(_gibbs.File("f.png"), 4, 5, 8, 2, data.ToArray());
        Assert.That(RgbImage.Read(_gibbs.File("f.png")).Pixels, Is.EqualTo(pixels));
    }

    [TestCase(8, (byte)0, new byte[] { 0, 0, 85, 170, 255 })]
    [TestCase(4, (byte)0, new byte[] { 0, 0x05, 0xaf })]
    [TestCase(2, (byte)0, new byte[] { 0, 0b00011011 })]
    [TestCase(16, (byte)0, new byte[] { 0, 0, 9, 85, 9, 170, 9, 255, 9 })]
    [TestCase(8, (byte)4, new byte[] { 0, 0, 1, 85, 2, 170, 3, 255, 4 })]
    public void GreyOfEveryDepth(int depth, byte colourType, byte[] row)
    {
        PngBytes.Write(_gibbs.File("g.png"), 4, 1, depth, colourType, row);
        RgbImage image = RgbImage.Read(_gibbs.File("g.png"));
        Assert.That(image.Pixels, Is.EqualTo(Grey.SelectMany(static level => new[] { level, level, level })));
        Assert.That(image.Alpha, colourType == 4 ? Is.EqualTo((byte[])[1, 2, 3, 4]) : Is.Null);
    }

    [Test]
    public void TwoFlatPicturesExchangeTheirColours()
    {
        WritePpm("red.ppm", 6, 4, static _ => (200, 10, 20));
        WritePpm("blue.ppm", 5, 5, static _ => (10, 30, 220));
        JsonElement json = _gibbs.Run("transport-colors", "red.ppm", "blue.ppm", "out.png", "--epsilon", "0.1", "--json").Json();
        Assert.That(json.GetProperty("status").GetString(), Is.EqualTo("Converged"));
        RgbImage image = RgbImage.Read(_gibbs.File("out.png"));
        Assert.That((image.Width, image.Height), Is.EqualTo((6, 4)));
        Assert.That(image.Pixels.Chunk(3), Is.All.EqualTo((byte[])[10, 30, 220]));
    }

    [Test]
    public void DarkGoesToDarkAndTheSameSeedGivesTheSamePicture()
    {
        // Two colours in each, a third of the pixels dark.
        WritePpm("from.ppm", 30, 30, static i => i % 3 == 0 ? (20, 20, 20) : (240, 240, 200));
        WritePpm("to.ppm", 30, 30, static i => i % 3 == 1 ? (60, 0, 0) : (0, 200, 255));
        _gibbs.Run("transport-colors", "from.ppm", "to.ppm", "out.ppm", "--epsilon", "0.002", "--json").Json();
        byte[] first = File.ReadAllBytes(_gibbs.File("out.ppm"));
        RgbImage image = RgbImage.Read(_gibbs.File("out.ppm"));
        Assert.That(image.Pixels[..6], Is.EqualTo((byte[])[60, 0, 0, 0, 200, 255]));
        _gibbs.Run("transport-colors", "from.ppm", "to.ppm", "out.ppm", "--epsilon", "0.002", "--json").Json();
        Assert.That(File.ReadAllBytes(_gibbs.File("out.ppm")), Is.EqualTo(first));
    }

    [TestCase("transport-colors|r.ppm|r.ppm", 2, "OUT")]
    [TestCase("transport-colors|r.ppm|r.ppm|out.gif", 2, "out.gif: pictures are written as .png or .ppm")]
    [TestCase("transport-colors|no.png|r.ppm|out.png", 1, "no.png: cannot be read as a picture")]
    [TestCase("transport-colors|r.ppm|text.png|out.png", 1, "text.png: cannot be read as a picture: it is neither PNG nor binary PPM (P6)")]
    [TestCase("transport-colors|r.ppm|cut.png|out.png", 1, "cut.png: cannot be read as a picture: ")]
    [TestCase("transport-colors|r.ppm|flip.png|out.png", 1, "a checksum is wrong")]
    [TestCase("transport-colors|r.ppm|short.ppm|out.png", 1, "short.ppm: cannot be read as a picture: ")]
    [TestCase("transport-colors|r.ppm|huge.ppm|out.png", 1, "its size is")]
    [TestCase("transport-colors|r.ppm|r.ppm|out.png|--epsilon|-1", 2, "--epsilon '-1' is wrong: it must be positive")]
    public void WhatIsWrongIsNamed(string line, int exitCode, string says)
    {
        WritePpm("r.ppm", 4, 4, static i => (i, i, i));
        using (FileStream stream = File.Create(_gibbs.File("flip.png")))
            RgbImage.Writer("flip.png")(stream, RgbImage.Read(_gibbs.File("r.ppm")));
        byte[] png = File.ReadAllBytes(_gibbs.File("flip.png"));
        File.WriteAllBytes(_gibbs.File("cut.png"), png[..^20]);
        png[^20] ^= 1;
        File.WriteAllBytes(_gibbs.File("flip.png"), png);
        File.WriteAllText(_gibbs.File("text.png"), "not a picture at all");
        File.WriteAllText(_gibbs.File("short.ppm"), "P6\n# a comment\n10 10\n255\nabc");
        File.WriteAllText(_gibbs.File("huge.ppm"), "P6 99999999 99999999 255\n");
        _gibbs.Run(line.Split('|')).ExpectFailure(exitCode, says);
    }

    private void WritePpm(string name, int width, int height, Func<int, (int R, int G, int B)> colour)
    {
        using FileStream stream = File.Create(_gibbs.File(name));
        stream.Write(Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"));
        for (int i = 0; i < width * height; i++)
        {
            (int r, int g, int b) = colour(i);
            stream.Write([(byte)r, (byte)g, (byte)b]);
        }
    }
}
