namespace Gibbs.Cpu.Projections;

/// <summary>A block of pooled neighbours.</summary>
internal interface IPooledBlock<TSelf>
    where TSelf : unmanaged, IPooledBlock<TSelf>
{
    /// <summary>Whether neighbours must be one block.</summary>
    static abstract bool OutOfOrder(in TSelf earlier, in TSelf later, double unit);

    /// <summary>Takes in the block that follows.</summary>
    void Absorb(in TSelf later, double unit);
}

/// <summary>
/// Pool adjacent violators (Ayer et al., 1955): each block in turn joins the one before as long as the two are out of order. Every join ends a block, so all of it is O(n).
/// </summary>
internal static unsafe class PoolAdjacentViolators
{
    /// <summary>Pools in place, blocks of one entry at first; returns how many blocks are left.</summary>
    public static int Pool<TBlock>(TBlock* blocks, int count, double unit)
        where TBlock : unmanaged, IPooledBlock<TBlock>
    {
        int last = 0;
        for (int i = 1; i < count; i++)
        {
            TBlock block = blocks[i];
            while (last >= 0 && TBlock.OutOfOrder(blocks[last], block, unit))
            {
                TBlock before = blocks[last];
                before.Absorb(block, unit);
                block = before;
                last--;
            }

            blocks[++last] = block;
        }

        return last + 1;
    }
}
