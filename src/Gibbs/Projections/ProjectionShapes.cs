namespace Gibbs;

/// <summary>The lengths of everything given to a row map, in elements; 0 for what is absent. One form for spans and device views.</summary>
internal struct ProjectionShapes
{
    public long Rows;
    public long Columns;
    public long RowParameters;
    public long ColumnParameters;
    public long Weights;
    public long Lower;
    public long Upper;
    public long GroupOffsets;
    public long GroupWeights;
    public long GroupScales;
    public long PointRows;
    public long PointColumns;
    public long OutputRows;
    public long OutputColumns;

    /// <summary>Of the outputs, or saved ones.</summary>
    public long Thresholds;
    public long SupportSize;
    public long Values;
    public long MaskRows;
    public long MaskColumns;
    public long CompressedRows;
    public long CompressedColumns;
    public long MetadataRows;
    public long MetadataColumns;
    public long Status;
    public long RowOffsets;
    public long Indices;
    public long SparseValues;
    public long ResultRows;
    public long ResultColumns;
    public long InputRows;
    public long InputColumns;
    public long GradientRows;
    public long GradientColumns;
    public long ParameterGradient;
    public long SecondGradient;
    public long ColumnParameterGradient;
}
