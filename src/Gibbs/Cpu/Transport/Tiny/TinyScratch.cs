using System.Runtime.InteropServices;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>
/// Memory of one worker for a group of matrices, one per vector lane: element e of lane l lies at e·Count + l. Entries come row after row.
/// </summary>
internal readonly unsafe struct TinyScratch<TReal>
    where TReal : unmanaged
{
    /// <summary>Values as given [n·m]; of the DeepSeek scheme, then the softmax.</summary>
    public readonly TReal* X;

    /// <summary>The kernel K [n·m].</summary>
    public readonly TReal* K;

    /// <summary>The gradient by P [n·m], then that by K.</summary>
    public readonly TReal* D;

    /// <summary>Targets [n], [m].</summary>
    public readonly TReal* A, B;

    /// <summary>1 where the target is 0, otherwise 0: what keeps 0/0 from such lines.</summary>
    public readonly TReal* IdleRows, IdleColumns;

    /// <summary>Least scalings that are trusted: −1 where the target is 0.</summary>
    public readonly TReal* LeastRows, LeastColumns;

    /// <summary>Scalings u [n], v [m], and v before the first iteration.</summary>
    public readonly TReal* U, V, V0;

    /// <summary>What rows [n] and columns [m] of the kernel were divided by, or, of logits, less.</summary>
    public readonly TReal* RowAnchors, ColumnAnchors;

    /// <summary>Sums of columns [m], and adjoints of u [n] and v [m].</summary>
    public readonly TReal* Sums, AdjointU, AdjointV;

    /// <summary>u [n] and v [m] after every iteration; where a gradient is wanted.</summary>
    public readonly TReal* History;

    /// <summary>A matrix as given, one after the other [n·m], with room for a vector more.</summary>
    public readonly TReal* Matrix;

    public TinyScratch(in TinyJob job, int lanes)
    {
        int n = job.Rows, m = job.Columns, entries = job.Entries;
        long history = job.Upstream == null ? 0 : (long)job.Options.Iterations * (n + m);
        long vectors = (3L * entries) + (7L * (n + m)) + (2L * m) + history;
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)(((vectors * lanes) + entries + 64) * sizeof(TReal)), 64);
        TReal* next = (TReal*)memory;
        X = Take(ref next, entries, lanes);
        K = Take(ref next, entries, lanes);
        D = Take(ref next, entries, lanes);
        A = Take(ref next, n, lanes);
        B = Take(ref next, m, lanes);
        IdleRows = Take(ref next, n, lanes);
        IdleColumns = Take(ref next, m, lanes);
        LeastRows = Take(ref next, n, lanes);
        LeastColumns = Take(ref next, m, lanes);
        U = Take(ref next, n, lanes);
        V = Take(ref next, m, lanes);
        V0 = Take(ref next, m, lanes);
        RowAnchors = Take(ref next, n, lanes);
        ColumnAnchors = Take(ref next, m, lanes);
        Sums = Take(ref next, m, lanes);
        AdjointU = Take(ref next, n, lanes);
        AdjointV = Take(ref next, m, lanes);
        History = Take(ref next, history, lanes);
        Matrix = next;
    }

    public void Free() => NativeMemory.AlignedFree(X);

    private static TReal* Take(ref TReal* next, long vectors, int lanes)
    {
        TReal* taken = next;
        next += vectors * lanes;
        return taken;
    }
}
