using System;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>What a call on a row map can write.</summary>
[Flags]
internal enum MapOutput
{
    None = 0,
    Output = 1 << 0,
    Thresholds = 1 << 1,
    SupportSize = 1 << 2,
    Values = 1 << 3,
    Mask = 1 << 4,
    Compressed = 1 << 5,
    Metadata = 1 << 6,
    Status = 1 << 7,
    Gradient = 1 << 8,
    Parameter = 1 << 9,
    Second = 1 << 10,
    ColumnParameters = 1 << 11,
    RowOffsets = 1 << 12,
    Indices = 1 << 13,
    SparseValues = 1 << 14,
    All = (1 << 15) - 1,
}
