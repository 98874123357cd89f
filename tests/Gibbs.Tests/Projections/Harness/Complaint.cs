using System.Runtime.CompilerServices;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>The text of a requirement that does not hold; of one that holds nothing is formatted, which would cost more than the check.</summary>
[InterpolatedStringHandler]
internal ref struct Complaint
{
    private DefaultInterpolatedStringHandler _text;

    public Complaint(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _text = isNeeded ? new(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string format) => _text.AppendFormatted(value, format);

    public string Text() => _text.ToStringAndClear();
}
