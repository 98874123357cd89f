using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Bench;

internal static class CpuYardstick
{
    public static void Copy<T>(ReadOnlySpan2D<T> source, Span2D<T> destination, bool streaming)
        where T : unmanaged
    {
        _ = streaming;
        source.CopyTo(destination);
    }

    public static float Read<T>(ReadOnlySpan2D<T> source)
        where T : unmanaged
    {
        float sum = 0;
        foreach (ref readonly T value in source)
            sum += value.GetHashCode();
        return sum;
    }
}
