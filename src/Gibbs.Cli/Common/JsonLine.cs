using System;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gibbs.Cli;

/// <summary>
/// The result of a command as one line of JSON on stdout, the last thing written. JSON has no NaN and no infinity: such numbers are null, and the field
/// <c>warning</c> says why.
/// </summary>
internal static class JsonLine
{
    /// <summary>Writes the object whose members <paramref name="members"/> adds.</summary>
    public static void Write(Action<Utf8JsonWriter> members)
    {
        using MemoryStream memory = new();
        // Relaxed: device names and file paths stay readable; the line is not HTML.
        using (Utf8JsonWriter writer = new(memory, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        Console.Out.Write(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length) + "\n");
        Console.Out.Flush();
    }

    /// <summary>A number, or null where it is not finite.</summary>
    public static void WriteReal(this Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    /// <summary>A shape: [rows, columns].</summary>
    public static void WriteShape(this Utf8JsonWriter writer, string name, params ReadOnlySpan<int> shape)
    {
        writer.WriteStartArray(name);
        foreach (int extent in shape)
            writer.WriteNumberValue(extent);
        writer.WriteEndArray();
    }
}
