namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>A place with an expert: what it went for, and to whom; −1 and 0 where it is free.</summary>
internal struct AuctionPlace
{
    public double Price;
    public long Token;

    /// <summary>Cheaper, or held by an earlier token for as much.</summary>
    public readonly bool Before(in AuctionPlace other) => Price < other.Price || (Price == other.Price && Token < other.Token);
}

/// <summary>The places of an expert as a heap, the cheapest first.</summary>
internal static unsafe class AuctionPlaces
{
    /// <summary>Gives the cheapest place to another token; returns who had it.</summary>
    public static long Replace(AuctionPlace* heap, long count, AuctionPlace place)
    {
        long token = heap[0].Token, at = 0;
        for (long child = 1; child < count; child = (2 * at) + 1)
        {
            if (child + 1 < count && heap[child + 1].Before(heap[child]))
                child++;
            if (!heap[child].Before(place))
                break;
            heap[at] = heap[child];
            at = child;
        }

        heap[at] = place;
        return token;
    }
}
