using System;
using System.Globalization;

namespace Gibbs.Cli;

internal enum DeviceKind
{
    Auto,
    Cpu,
    Cuda,
    Emulated,
}

/// <summary>What <c>--device</c> asks for.</summary>
internal readonly record struct DeviceRequest(DeviceKind Kind, int Ordinal)
{
    public static DeviceRequest Auto => new(DeviceKind.Auto, 0);

    public static bool TryParse(string text, out DeviceRequest request)
    {
        DeviceKind? kind = text.ToLowerInvariant() switch
        {
            "auto" => DeviceKind.Auto,
            "cpu" => DeviceKind.Cpu,
            "cuda" => DeviceKind.Cuda,
            "emulated" => DeviceKind.Emulated,
            _ => null,
        };
        int ordinal = 0;
        if (kind is null && text.StartsWith("cuda:", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out ordinal))
        {
            kind = DeviceKind.Cuda;
        }

        request = new(kind ?? DeviceKind.Auto, ordinal);
        return kind is not null;
    }

    public override string ToString() => Kind switch
    {
        DeviceKind.Cuda => $"cuda:{Ordinal}",
        _ => Kind.ToString().ToLowerInvariant(),
    };
}
