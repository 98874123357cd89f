namespace Gibbs;

/// <summary>Argument checks of spectral entropies, the same for spans and device views.</summary>
internal static class SpectralEntropyValidation
{
    /// <summary>Throws where an option is outside its documented range.</summary>
    /// <typeparam name="TReal">The arithmetic type: <see cref="float"/>, or <see cref="double"/> for float64 eigenvalues.</typeparam>
    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions<TReal>(in SpectralEntropyOptions options)
        where TReal : unmanaged
    {
        bool known = options.Kind is SpectralEntropyKind.Diffusion or SpectralEntropyKind.VonNeumann;
        ArgumentChecks.Range(known, "options", nameof(options.Kind), (int)options.Kind, "Diffusion (0) or VonNeumann (1)");
        ArgumentChecks.Range(options.Power > 0 && double.IsFinite(options.Power), "options", nameof(options.Power), options.Power, "positive and finite");
        ArgumentChecks.Held<TReal>("options", nameof(options.Power), options.Power);
        if (options.Kind == SpectralEntropyKind.VonNeumann)
            ArgumentChecks.Range(options.Power == 1, "options", nameof(options.Power), options.Power, "1 for VonNeumann, which takes the eigenvalues as given");
    }

    /// <summary>Throws where shapes do not fit each other.</summary>
    /// <exception cref="System.ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(MatrixShape eigenvalues, long rowWeights, long entropies, MatrixShape gradient, long status)
    {
        (long rows, long columns) = eigenvalues;
        if (columns <= 0)
            ArgumentChecks.Fail("eigenvalues", $"eigenvalues is [{rows}, {columns}]; it needs at least one column, also where it has no rows.");
        ArgumentChecks.Length("inputs.RowWeights", rowWeights, rows, "one per row of eigenvalues");
        ArgumentChecks.Length("outputs.Entropies", entropies, rows, "one per row of eigenvalues");
        ArgumentChecks.Length("outputs.Status", status, rows, "one per row of eigenvalues");
        ArgumentChecks.Matrix("outputs.Gradient", gradient.Rows, gradient.Columns, rows, columns, "as eigenvalues");
    }
}
