using System;

namespace Gibbs.Cpu.Policies;

/// <summary>Groups of neighbouring sequences by offsets [G + 1].</summary>
internal static class GroupRanges
{
    /// <summary>Throws where offsets do not ascend from 0 to the number of sequences; empty offsets are no groups.</summary>
    public static void Check(string name, ReadOnlySpan<long> offsets, long rows)
    {
        if (offsets.IsEmpty)
            return;
        if (offsets[0] != 0 || offsets[^1] != rows)
            ArgumentChecks.Fail(name, $"{name} go from {offsets[0]} to {offsets[^1]}; they must go from 0 to {rows}, one more than groups.");
        for (int g = 1; g < offsets.Length; g++)
        {
            if (offsets[g] < offsets[g - 1])
                ArgumentChecks.Fail(name, $"{name}[{g}] is {offsets[g]}, less than {offsets[g - 1]} before it; they must ascend.");
        }
    }
}
