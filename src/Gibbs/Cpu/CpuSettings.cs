using System;
using System.Runtime.Intrinsics;

namespace Gibbs.Cpu;

/// <summary>What tests and benchmarks may force; results do not depend on it, to the bit.</summary>
internal static class CpuSettings
{
    /// <summary>512, 256 or 128; 0 for the widest that the machine accelerates.</summary>
    public static int ForcedVectorBits { get; set; }

    /// <summary>Gradients go past the caches where true, never where false; null: by size.</summary>
    public static bool? ForcedStreaming { get; set; }

    /// <summary>The width that the next call uses.</summary>
    public static int VectorBits
    {
        get
        {
            if (ForcedVectorBits != 0)
                return ForcedVectorBits is 512 or 256 or 128 ? ForcedVectorBits : throw new InvalidOperationException("ForcedVectorBits must be 0, 128, 256 or 512.");
            if (Vector512.IsHardwareAccelerated)
                return 512;
            return Vector256.IsHardwareAccelerated ? 256 : 128;
        }
    }
}
