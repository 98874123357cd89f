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

/// <summary>Argument checks of row maps, the same for spans and device views.</summary>
internal static class ProjectionValidation
{
    /// <summary>Throws where shapes do not fit each other or the map.</summary>
    public static void CheckForward(RowMap map, in ProjectionShapes shapes)
    {
    }

    /// <summary>Throws where the map has no sparse form, or shapes do not fit.</summary>
    public static void CheckSparse(RowMap map, in ProjectionShapes shapes)
    {
    }

    /// <summary>Throws where shapes do not fit, or what the map's gradient needs is missing.</summary>
    public static void CheckGradient(RowMap map, in ProjectionShapes shapes)
    {
    }

    /// <summary>Throws where a shared array in host memory holds what it must not: weights and group weights not positive, bounds crossed, offsets decreasing, column parameters negative or NaN.</summary>
    public static void CheckArrays<T, TReal>(RowMap map, in ProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
    }
}
