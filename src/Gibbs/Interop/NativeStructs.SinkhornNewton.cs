using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_sinkhorn_newton
{
    public uint struct_size;
    public int warmup_iterations;
    public int kept_per_row;
    public int reserved;
    public gibbs_sinkhorn problem;
}
