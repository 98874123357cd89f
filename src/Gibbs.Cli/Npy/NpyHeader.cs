using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Gibbs.Cli.Npy;

/// <summary>
/// The header of a .npy file: magic, version, length, and a Python dictionary literal with <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, padded with spaces so
/// that the data begin at a multiple of 64 bytes. Format: numpy.lib.format, versions 1.0 to 3.0.
/// </summary>
internal sealed record NpyHeader(string Descr, bool FortranOrder, long[] Shape)
{
    /// <summary>"\x93NUMPY".</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Parses the dictionary literal.</summary>
    /// <exception cref="FormatException">It is none, or a key is missing; the message says which.</exception>
    public static NpyHeader Parse(string text)
    {
        Cursor cursor = new(text);
        string? descr = null;
        bool? fortran = null;
        long[]? shape = null;
        cursor.Expect('{');
        while (!cursor.TryTake('}'))
        {
            string key = cursor.String();
            cursor.Expect(':');
            switch (key)
            {
                case "descr":
                    descr = cursor.Peek() is '\'' or '"' ? cursor.String() : throw new FormatException("its elements are structures");
                    break;
                case "fortran_order":
                    fortran = cursor.Boolean();
                    break;
                case "shape":
                    shape = cursor.Tuple();
                    break;
                default:
                    throw new FormatException($"its header has an unknown key '{key}'");
            }

            if (!cursor.TryTake(','))
            {
                cursor.Expect('}');
                break;
            }
        }

        cursor.ExpectEnd();
        return new(
            descr ?? throw new FormatException("its header lacks 'descr'"),
            fortran ?? throw new FormatException("its header lacks 'fortran_order'"),
            shape ?? throw new FormatException("its header lacks 'shape'"));
    }

    /// <summary>The bytes before the data, version 1.0.</summary>
    public static byte[] Write(NpyType type, ReadOnlySpan<int> shape)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{{'descr': '{type.Descr()}', 'fortran_order': False, 'shape': (");
        foreach (int extent in shape)
            text.Append(CultureInfo.InvariantCulture, $"{extent}, ");
        if (shape.Length > 1)
            text.Length -= 2;
        else if (shape.Length == 1)
            text.Length -= 1;
        text.Append("), }");

        int prefix = Magic.Length + 4;
        int total = (prefix + text.Length + 1 + 63) / 64 * 64;
        text.Append(' ', total - prefix - text.Length - 1).Append('\n');
        byte[] bytes = new byte[total];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        bytes[8] = (byte)text.Length;
        bytes[9] = (byte)(text.Length >> 8);
        Encoding.ASCII.GetBytes(text.ToString(), bytes.AsSpan(prefix));
        return bytes;
    }

    /// <summary>Reads the few literals that a header is made of.</summary>
    private sealed class Cursor(string text)
    {
        private int _at;

        public char Peek()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
            return _at < text.Length ? text[_at] : '\0';
        }

        public bool TryTake(char expected)
        {
            if (Peek() != expected)
                return false;
            _at++;
            return true;
        }

        public void Expect(char expected)
        {
            if (!TryTake(expected))
                throw Malformed();
        }

        public void ExpectEnd()
        {
            if (Peek() != '\0' || _at < text.Length)
                throw Malformed();
        }

        public string String()
        {
            char quote = Peek();
            int end = quote is '\'' or '"' ? text.IndexOf(quote, _at + 1) : -1;
            if (end < 0)
                throw Malformed();
            string value = text[(_at + 1)..end];
            _at = end + 1;
            return value;
        }

        public bool Boolean()
        {
            Peek();
            foreach (string word in (ReadOnlySpan<string>)["True", "False"])
            {
                if (string.CompareOrdinal(text, _at, word, 0, word.Length) == 0)
                {
                    _at += word.Length;
                    return word == "True";
                }
            }

            throw Malformed();
        }

        public long[] Tuple()
        {
            List<long> extents = [];
            Expect('(');
            while (!TryTake(')'))
            {
                int start = Peek() == '\0' ? throw Malformed() : _at;
                while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                    _at++;
                if (!long.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out long extent))
                    throw Malformed();
                extents.Add(extent);
                // Python 2 wrote long integers with a suffix.
                TryTake('L');
                if (!TryTake(','))
                {
                    Expect(')');
                    break;
                }
            }

            return [.. extents];
        }

        private static FormatException Malformed() => new("its header is malformed");
    }
}
