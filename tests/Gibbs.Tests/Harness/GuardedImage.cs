using System;

namespace Gibbs.Tests.Harness;

/// <summary>
/// The bytes of one array as they lie in memory: a red zone, rows with padding between them, a red zone. Inputs are surrounded by NaN (all bits 1), outputs are
/// full of a canary, so that a read outside the rows shows in the results and a write outside shows in <see cref="Violation"/>.
/// </summary>
internal sealed class GuardedImage
{
    public const int RedZone = 256;
    public const byte Poison = 0xFF;
    public const byte Canary = 0xA5;

    private readonly byte[] _before;
    private readonly int _rows;
    private readonly int _rowBytes;
    private readonly int _strideBytes;

    public GuardedImage(string name, int rows, int rowBytes, int strideBytes, int offsetBytes, bool tight, byte fill)
    {
        Name = name;
        (_rows, _rowBytes, _strideBytes) = (rows, rowBytes, strideBytes);
        Start = RedZone + offsetBytes;
        long payload = rows == 0 ? 0 : ((long)(rows - 1) * strideBytes) + rowBytes;
        Bytes = new byte[checked(Start + (int)payload + (tight ? 0 : RedZone))];
        Bytes.AsSpan().Fill(fill);
        _before = [];
    }

    private GuardedImage(GuardedImage source, byte[] after)
    {
        (Name, Start, _rows, _rowBytes, _strideBytes) = (source.Name, source.Start, source._rows, source._rowBytes, source._strideBytes);
        Bytes = after;
        _before = source.Bytes;
    }

    public string Name { get; }

    public byte[] Bytes { get; }

    /// <summary>Where the first element lies.</summary>
    public int Start { get; }

    public Span<byte> Row(int row) => Bytes.AsSpan(Start + (row * _strideBytes), _rowBytes);

    /// <summary>The same array after the call.</summary>
    public GuardedImage After(byte[] bytes) => new(this, bytes);

    /// <summary>All rows without the padding.</summary>
    public byte[] Packed()
    {
        byte[] packed = new byte[_rows * _rowBytes];
        for (int i = 0; i < _rows; i++)
            Row(i).CopyTo(packed.AsSpan(i * _rowBytes));
        return packed;
    }

    /// <summary>The first byte that changed and should not have: any byte of an input, a byte outside the rows of an output; null where all is well.</summary>
    public string? Violation(bool output)
    {
        int position = 0;
        for (int i = 0; i < (output ? _rows : 0); i++)
        {
            int begin = Start + (i * _strideBytes);
            if (Difference(position, begin) is { } found)
                return found;
            position = begin + _rowBytes;
        }
        return Difference(position, Bytes.Length);
    }

    private string? Difference(int begin, int end)
    {
        int common = Bytes.AsSpan(begin, end - begin).CommonPrefixLength(_before.AsSpan(begin, end - begin));
        return begin + common == end ? null
            : $"{Name}: byte {begin + common - Start} from the first element was {_before[begin + common]:X2} and became {Bytes[begin + common]:X2}";
    }
}
