using System;

namespace Gibbs;

/// <summary>Hard targets, one class index per row, as int32 or int64. Converts from arrays and spans of either; <c>default</c> means none.</summary>
public readonly ref struct TargetSpan
{
    /// <summary>Targets as int32.</summary>
    public TargetSpan(ReadOnlySpan<int> targets) => Int32 = targets;

    /// <summary>Targets as int64.</summary>
    public TargetSpan(ReadOnlySpan<long> targets) => Int64 = targets;

    /// <summary>The int32 targets, empty where they are int64 or absent.</summary>
    public ReadOnlySpan<int> Int32 { get; }

    /// <summary>The int64 targets, empty where they are int32 or absent.</summary>
    public ReadOnlySpan<long> Int64 { get; }

    /// <summary>The number of targets.</summary>
    public int Length => Int32.Length + Int64.Length;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The target of a row.</summary>
    /// <param name="row">The row, in [0, <see cref="Length"/>).</param>
    public long this[int row] => Int64.IsEmpty ? Int32[row] : Int64[row];

    /// <summary>Int32 targets.</summary>
    public static implicit operator TargetSpan(ReadOnlySpan<int> targets) => new(targets);

    /// <summary>Int32 targets.</summary>
    public static implicit operator TargetSpan(Span<int> targets) => new((ReadOnlySpan<int>)targets);

    /// <summary>Int32 targets.</summary>
    public static implicit operator TargetSpan(int[] targets) => new((ReadOnlySpan<int>)targets);

    /// <summary>Int64 targets.</summary>
    public static implicit operator TargetSpan(ReadOnlySpan<long> targets) => new(targets);

    /// <summary>Int64 targets.</summary>
    public static implicit operator TargetSpan(Span<long> targets) => new((ReadOnlySpan<long>)targets);

    /// <summary>Int64 targets.</summary>
    public static implicit operator TargetSpan(long[] targets) => new((ReadOnlySpan<long>)targets);
}
