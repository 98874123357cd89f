using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>A call as addresses in the device's memory; 0 means absent. Both public forms, on spans and on device views, are made from it.</summary>
internal sealed class RawProjection
{
    public required ElementType Type { get; init; }

    public required RowMap Map { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public nint Input { get; set; }

    public long InputStride { get; set; }

    public nint Point { get; set; }

    public nint RowParameters { get; set; }

    public nint ColumnParameters { get; set; }

    public nint Weights { get; set; }

    public nint Lower { get; set; }

    public nint Upper { get; set; }

    public nint GroupOffsets { get; set; }

    public int Groups { get; set; }

    public nint GroupWeights { get; set; }

    public nint GroupScales { get; set; }

    public bool OwnWorkspace { get; set; }

    public int Regime { get; set; }

    public nint Output { get; set; }

    public long OutputStride { get; set; }

    public nint Thresholds { get; set; }

    public nint SupportSize { get; set; }

    public nint Values { get; set; }

    public nint Mask { get; set; }

    public nint Compressed { get; set; }

    public nint Metadata { get; set; }

    public int CompressedColumns { get; set; }

    public nint Status { get; set; }

    public nint RowOffsets { get; set; }

    public nint Indices { get; set; }

    public nint SparseValues { get; set; }

    public int Capacity { get; set; }

    public nint Upstream { get; set; }

    public long UpstreamStride { get; set; }

    public nint Gradient { get; set; }

    public long GradientStride { get; set; }

    public nint ParameterGradient { get; set; }

    public nint SecondGradient { get; set; }

    public nint ColumnGradient { get; set; }
}
