namespace Gibbs.Cpu.Kernels;

/// <summary>Whole blocks of a row's gradient that wait to be written while the next row's sums are computed, so that stores and arithmetic overlap.</summary>
internal interface IPendingBlocks
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Writes one.</summary>
    void Write(int block);
}

/// <summary>Nothing is pending.</summary>
internal readonly struct NoBlocks : IPendingBlocks
{
    public int Count => 0;

    public void Write(int block)
    {
    }
}
