namespace Gibbs;

/// <summary>The lengths of everything given to a divergence, in elements; 0 for what is absent. One form for spans and device views.</summary>
internal struct DivergenceShapes
{
    public long Rows;
    public long Columns;

    /// <summary>Of a dense teacher, or of the log-probabilities of a sparse one.</summary>
    public long TeacherRows;
    public long TeacherColumns;

    public bool IsSparse;
    public long IdRows;
    public long IdColumns;

    public long RowWeights;
    public long Divergences;
    public long StudentGradientRows;
    public long StudentGradientColumns;
    public long TeacherGradientRows;
    public long TeacherGradientColumns;
    public long Status;
}

/// <summary>Argument checks of divergences, the same for spans and device views.</summary>
internal static class DivergenceValidation
{
    /// <summary>Throws where a scalar option is outside its documented range, or leaves the arithmetic type.</summary>
    /// <typeparam name="TReal">The arithmetic type: <see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions<TReal>(in DivergenceOptions options, bool sparse)
        where TReal : unmanaged
    {
        Check(options.Kind is >= DivergenceKind.KullbackLeibler and <= DivergenceKind.SymmetricCrossEntropy, nameof(options.Kind), (int)options.Kind, "a DivergenceKind, 0 to 6");
        Check(options.Beta is > 0 and < 1, nameof(options.Beta), options.Beta, "in (0, 1)");
        Check(double.IsFinite(options.Alpha), nameof(options.Alpha), options.Alpha, "finite");
        Check(options.CrossEntropyShare is >= 0 and <= 1, nameof(options.CrossEntropyShare), options.CrossEntropyShare, "in [0, 1]");
        Check(double.IsFinite(options.StudentTemperature) && options.StudentTemperature > 0, nameof(options.StudentTemperature), options.StudentTemperature, "positive and finite");
        Check(double.IsFinite(options.TeacherTemperature) && options.TeacherTemperature > 0, nameof(options.TeacherTemperature), options.TeacherTemperature, "positive and finite");
        Check(options.TeacherInput is TeacherInput.Logits or TeacherInput.Probabilities, nameof(options.TeacherInput), (int)options.TeacherInput, "Logits (0) or Probabilities (1)");
        Check(options.Tail is >= SparseTail.None and <= SparseTail.Bucket, nameof(options.Tail), (int)options.Tail, "None (0), Renormalised (1) or Bucket (2)");
        Check(double.IsFinite(options.Weight), nameof(options.Weight), options.Weight, "finite");
        ArgumentChecks.Held<TReal>("options", nameof(options.Weight), options.Weight);
        if (options.Kind == DivergenceKind.Alpha)
            ArgumentChecks.Held<TReal>("options", nameof(options.Alpha), options.Alpha);
        if (options.Kind == DivergenceKind.JensenShannon)
            ArgumentChecks.Held<TReal>("options", nameof(options.Beta), options.Beta);
        CrossEntropyValidation.CheckReduction<TReal>(options.Reduction, options.Normaliser);

        bool given = sparse || options.TeacherInput == TeacherInput.Probabilities;
        if (given && options.TeacherTemperature != 1)
            ArgumentChecks.Fail("options", $"TeacherTemperature is {options.TeacherTemperature} with given probabilities; a temperature goes with a teacher's logits, so leave it 1.");
        if (sparse && options.TeacherInput != TeacherInput.Logits)
            ArgumentChecks.Fail("options", $"TeacherInput is {options.TeacherInput} with a sparse teacher, which gives log-probabilities; leave it out.");
        if (!sparse && options.Tail != SparseTail.None)
            ArgumentChecks.Fail("options", $"Tail is {options.Tail} with a dense teacher, which lists every class; leave it out, or take ComputeSparse.");
        if (sparse && options.Tail == SparseTail.None && options.Kind != DivergenceKind.KullbackLeibler)
            ArgumentChecks.Fail("options", $"Tail is None with Kind {options.Kind}; the listed classes alone are a KullbackLeibler, for {options.Kind} take Tail Renormalised or Bucket.");
    }

    /// <summary>Throws where shapes do not fit each other.</summary>
    /// <exception cref="System.ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in DivergenceShapes shapes)
    {
        long rows = shapes.Rows, columns = shapes.Columns;
        if (columns <= 0)
            ArgumentChecks.Fail("student", $"student is [{rows}, {columns}]; it needs at least one column, also where it has no rows.");
        if (shapes.IsSparse)
            CheckSparse(shapes, rows, columns);
        else if (rows > 0 && (shapes.TeacherRows != rows || shapes.TeacherColumns != columns))
            ArgumentChecks.Fail("teacher", $"teacher is [{shapes.TeacherRows}, {shapes.TeacherColumns}]; it must be [{rows}, {columns}], as student.");
        CheckPerRow("inputs.RowWeights", shapes.RowWeights, rows);
        CheckPerRow("outputs.Divergences", shapes.Divergences, rows);
        CheckPerRow("outputs.Status", shapes.Status, rows);
        ArgumentChecks.Matrix("outputs.StudentGradient", shapes.StudentGradientRows, shapes.StudentGradientColumns, rows, columns, "as student");
        ArgumentChecks.Matrix("outputs.TeacherGradient", shapes.TeacherGradientRows, shapes.TeacherGradientColumns, rows, columns, "as teacher");
    }

    private static void CheckSparse(in DivergenceShapes shapes, long rows, long columns)
    {
        if (shapes.TeacherGradientRows > 0 && shapes.TeacherGradientColumns > 0)
            ArgumentChecks.Fail("outputs.TeacherGradient", $"outputs.TeacherGradient is given with a sparse teacher; there is none to it, leave it empty.");
        if (rows == 0)
            return;
        long listed = shapes.IdColumns;
        if (shapes.IdRows != rows || listed < 1 || listed > columns)
            ArgumentChecks.Fail("ids", $"ids is [{shapes.IdRows}, {listed}]; it must be [{rows}, k], a row per row of student, with k from 1 to {columns}.");
        if (shapes.TeacherRows != rows || shapes.TeacherColumns != listed)
            ArgumentChecks.Fail("teacherLogProbabilities", $"teacherLogProbabilities is [{shapes.TeacherRows}, {shapes.TeacherColumns}]; it must be [{rows}, {listed}], as ids.");
    }

    private static void CheckPerRow(string name, long given, long rows) => ArgumentChecks.Length(name, given, rows, "one per row of student");

    private static void Check(bool valid, string name, double given, string right) => ArgumentChecks.Range(valid, "options", name, given, right);
}
