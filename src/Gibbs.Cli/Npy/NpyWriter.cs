using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Gibbs.Cli.Npy;

/// <summary>Writes .npy files, version 1.0, C order.</summary>
internal static class NpyWriter
{
    public static void Write<T>(Stream stream, ReadOnlySpan<T> data, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        stream.Write(NpyHeader.Write(NpyTypes.Of<T>(), shape));
        const int Part = 1 << 20;
        float[]? widened = typeof(T) == typeof(BFloat16) ? new float[Math.Min(Part, data.Length)] : null;
        while (!data.IsEmpty)
        {
            ReadOnlySpan<T> part = data[..Math.Min(Part, data.Length)];
            data = data[part.Length..];
            if (widened is null)
            {
                stream.Write(MemoryMarshal.AsBytes(part));
                continue;
            }

            ReadOnlySpan<BFloat16> narrow = MemoryMarshal.Cast<T, BFloat16>(part);
            for (int i = 0; i < narrow.Length; i++)
                widened[i] = (float)narrow[i];
            stream.Write(MemoryMarshal.AsBytes(widened.AsSpan(0, narrow.Length)));
        }
    }
}
