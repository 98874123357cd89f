using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary>.npy files written and read from the format's description, apart from the command's own code.</summary>
internal static partial class NpyFile
{
    /// <summary>Writes an array in C order.</summary>
    public static void Write<T>(string path, string descr, string shape, params T[] values)
        where T : unmanaged => WriteRaw(path, descr, "False", shape, MemoryMarshal.AsBytes<T>(values).ToArray());

    /// <summary>Writes any header, followed by any bytes.</summary>
    public static void WriteRaw(string path, string descr, string fortranOrder, string shape, byte[] data, byte major = 1)
    {
        string header = $"{{'descr': '{descr}', 'fortran_order': {fortranOrder}, 'shape': {shape}, }}";
        int prefix = major == 1 ? 10 : 12;
        header = header.PadRight(((prefix + header.Length + 64) / 64 * 64) - prefix - 1) + "\n";
        using BinaryWriter writer = new(File.Create(path));
        writer.Write((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', major, 0]);
        if (major == 1)
            writer.Write((ushort)header.Length);
        else
            writer.Write((uint)header.Length);
        writer.Write(Encoding.ASCII.GetBytes(header));
        writer.Write(data);
    }

    /// <summary>Reads an array, which must have this type and shape, as NumPy writes them.</summary>
    public static T[] Read<T>(string path, string descr, string shape)
        where T : unmanaged
    {
        byte[] bytes = File.ReadAllBytes(path);
        Assert.That(bytes.AsSpan(0, 8).SequenceEqual((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]), "magic and version");
        int length = BitConverter.ToUInt16(bytes, 8);
        Assert.That((length + 10) % 64, Is.Zero, "data aligned to 64 bytes");
        Match match = Header().Match(Encoding.ASCII.GetString(bytes, 10, length));
        Assert.That(match.Success, Is.True);
        Assert.That((match.Groups["descr"].Value, match.Groups["shape"].Value), Is.EqualTo((descr, shape)));
        return MemoryMarshal.Cast<byte, T>(bytes.AsSpan(10 + length)).ToArray();
    }

    /// <summary>(2, 3) and the like.</summary>
    public static string Shape(int rows, int columns) => string.Create(CultureInfo.InvariantCulture, $"({rows}, {columns})");

    [GeneratedRegex(@"^\{'descr': '(?<descr>[^']+)', 'fortran_order': False, 'shape': (?<shape>\([^)]*\)), \} *\n$")]
    private static partial Regex Header();
}
