using System;

namespace Gibbs.Cli.Project;

/// <summary>The outputs of a map over a number of rows, as arrays; what is not wanted is empty. Rows and their result are always there: gradients and the report need them.</summary>
internal sealed class ProjectionResults<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public ProjectionResults(RowMap map, MapOutputs wanted, int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        KeptColumns = map.Kind == RowMapKind.NOfM ? columns / map.GroupSize * map.Count : 0;
        // Written now: a page that is first touched by the operation would be charged to it.
        Output = Touched<T>((long)rows * columns);
        Gradient = Touched<T>(Length(MapOutputs.Gradient) * columns);
        Thresholds = new TReal[Length(MapOutputs.Thresholds)];
        SupportSize = new long[rows];
        Values = new TReal[Length(MapOutputs.Values)];
        Mask = new byte[Length(MapOutputs.Mask) * columns];
        Compressed = new T[Length(MapOutputs.Compressed) * KeptColumns];
        Metadata = new byte[Length(MapOutputs.Metadata) * KeptColumns];
        Status = new RowStatus[rows];
        ParameterGradient = new TReal[Length(MapOutputs.ParameterGradient)];
        SecondGradient = new TReal[Length(MapOutputs.SecondGradient)];
        ColumnParameterGradient = new TReal[(wanted & MapOutputs.ColumnParameterGradient) != 0 ? columns : 0];
        CsrOffsets = new long[(wanted & MapOutputs.Csr) != 0 ? rows + 1 : 0];

        long Length(MapOutputs output) => (wanted & output) != 0 ? rows : 0;

        static TElement[] Touched<TElement>(long length)
        {
            TElement[] array = new TElement[length];
            Array.Clear(array);
            return array;
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Columns of the compressed values and their metadata.</summary>
    public int KeptColumns { get; }

    public T[] Output { get; }

    public TReal[] Thresholds { get; }

    public long[] SupportSize { get; }

    public TReal[] Values { get; }

    public byte[] Mask { get; }

    public T[] Compressed { get; }

    public byte[] Metadata { get; }

    public RowStatus[] Status { get; }

    public T[] Gradient { get; }

    public TReal[] ParameterGradient { get; }

    public TReal[] SecondGradient { get; }

    public TReal[] ColumnParameterGradient { get; }

    public long[] CsrOffsets { get; }

    /// <summary>As long as the entries that are not 0, once they are counted.</summary>
    public int[] CsrIndices { get; set; } = [];

    public T[] CsrValues { get; set; } = [];

    public bool HasGradients => Gradient.Length + ParameterGradient.Length + SecondGradient.Length + ColumnParameterGradient.Length > 0;
}
