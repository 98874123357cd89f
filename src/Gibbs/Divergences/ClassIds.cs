using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Class indices [N, k], int32 or int64, rows strided: what a sparse teacher lists. A negative index is padding. Converts from arrays and spans of either.</summary>
public readonly ref struct ClassIds
{
    /// <summary>Indices as int32.</summary>
    public ClassIds(ReadOnlySpan2D<int> ids) => Int32 = ids;

    /// <summary>Indices as int64.</summary>
    public ClassIds(ReadOnlySpan2D<long> ids) => Int64 = ids;

    /// <summary>The int32 indices, empty where they are int64.</summary>
    public ReadOnlySpan2D<int> Int32 { get; }

    /// <summary>The int64 indices, empty where they are int32.</summary>
    public ReadOnlySpan2D<long> Int64 { get; }

    /// <summary>N.</summary>
    public int Rows => Math.Max(Int32.Height, Int64.Height);

    /// <summary>K.</summary>
    public int Columns => Math.Max(Int32.Width, Int64.Width);

    /// <summary>Int32 indices.</summary>
    public static implicit operator ClassIds(ReadOnlySpan2D<int> ids) => new(ids);

    /// <summary>Int32 indices.</summary>
    public static implicit operator ClassIds(Span2D<int> ids) => new((ReadOnlySpan2D<int>)ids);

    /// <summary>Int32 indices.</summary>
    public static implicit operator ClassIds(int[,] ids) => new((ReadOnlySpan2D<int>)ids);

    /// <summary>Int64 indices.</summary>
    public static implicit operator ClassIds(ReadOnlySpan2D<long> ids) => new(ids);

    /// <summary>Int64 indices.</summary>
    public static implicit operator ClassIds(Span2D<long> ids) => new((ReadOnlySpan2D<long>)ids);

    /// <summary>Int64 indices.</summary>
    public static implicit operator ClassIds(long[,] ids) => new((ReadOnlySpan2D<long>)ids);
}
