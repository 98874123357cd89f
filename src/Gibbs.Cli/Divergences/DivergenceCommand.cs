using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;
using Gibbs.Cli.Rows;

namespace Gibbs.Cli.Divergences;

/// <summary>The divergences by the names of the command line.</summary>
internal enum DivergenceName
{
    Kl,
    ReverseKl,
    Jeffreys,
    Js,
    Alpha,
    Tv,
    Sce,
}

/// <summary><c>gibbs divergence</c>: divergences between the rows of two .npy files. This file is their options; <see cref="DivergenceRun{T, TReal, TKernels}"/> the work.</summary>
internal static class DivergenceCommand
{
    private const string Names = "kl|reverse-kl|jeffreys|js|alpha|tv|sce";

    public static Command Create()
    {
        DetailedCommand command = new(
            "divergence",
            "Divergence of the rows of a student from those of a teacher, [N, V] in .npy files, with gradients to either or both, in one pass.",
            "kl is KL(teacher | student), reverse-kl KL(student | teacher), js the Jensen-Shannon divergence with the teacher's share β, tv the total variation, sce the\n"
            + "symmetric cross-entropy. Row outputs are float32 (float64 for float64 rows), gradients have the student's type. Output files appear whole or not at all.");
        Option<DivergenceName> kind = CommonOptions.Name<DivergenceName>("--kind", Names, "Which divergence (default kl).");
        Option<double> beta = CommonOptions.Real("--beta", 0.5, static b => b is > 0 and < 1, "in (0, 1)", "β of js: the teacher's share of the mixture.");
        Option<double> alpha = CommonOptions.Real("--alpha", 0.5, static _ => true, "finite", "α of alpha: 0 is kl, 1 reverse-kl.");
        Option<double> share = CommonOptions.Real("--share", 0.5, static a => a is >= 0 and <= 1, "in [0, 1]", "a of sce: the share of −Σ p log q.");
        Option<string?> student = CommonOptions.File("--student", "Logits of p [N, V].");
        student.Required = true;
        Option<string?> teacher = CommonOptions.File("--teacher", "Logits of q [N, V].");
        teacher.Required = true;
        Option<bool> probabilities = new("--teacher-probabilities") { Description = "The teacher's rows are probabilities, not logits." };
        Option<double> studentTemperature = CommonOptions.Real("--student-temperature", 1, static t => t > 0, "positive", "T of p = softmax(student/T).");
        Option<double> teacherTemperature = CommonOptions.Real("--teacher-temperature", 1, static t => t > 0, "positive", "T of q = softmax(teacher/T).");
        Option<double> weight = CommonOptions.Real("--weight", 1, static _ => true, "finite", "A factor of values and gradients, such as T².");
        Option<bool> perElement = new("--per-element") { Description = "Divide by V as well." };
        Option<string?> rowWeights = CommonOptions.File("--row-weights", "r [N].");
        Option<string?> divergence = CommonOptions.File("--divergence", "Write the row divergences [N], in nats.");
        Option<string?> studentGradient = CommonOptions.File("--student-gradient", "Write the gradient by the student's logits [N, V].");
        Option<string?> teacherGradient = CommonOptions.File("--teacher-gradient", "Write the gradient by what the teacher is given as [N, V].");
        RowOptions rows = new();
        foreach (Option option in new Option[]
        {
            kind, beta, alpha, share, student, teacher, probabilities, studentTemperature, teacherTemperature, weight, perElement, rowWeights, divergence, studentGradient, teacherGradient,
        })
        {
            command.Add(option);
        }

        rows.AddTo(command);
        command.SetAction(parsed =>
        {
            DivergenceName which = parsed.GetValue(kind);
            CommonOptions.Only(parsed, beta, which == DivergenceName.Js, "js");
            CommonOptions.Only(parsed, alpha, which == DivergenceName.Alpha, "alpha");
            CommonOptions.Only(parsed, share, which == DivergenceName.Sce, "sce");
            if (parsed.GetValue(probabilities) && parsed.GetResult(teacherTemperature) is { Implicit: false })
                throw new UsageFailure("--teacher-temperature goes with logits, not with --teacher-probabilities");
            DivergenceFiles files = new()
            {
                Teacher = parsed.GetRequiredValue(teacher)!,
                RowWeights = parsed.GetValue(rowWeights),
                Divergence = parsed.GetValue(divergence),
                StudentGradient = parsed.GetValue(studentGradient),
                TeacherGradient = parsed.GetValue(teacherGradient),
            };
            DivergenceOptions options = new()
            {
                Kind = (DivergenceKind)which,
                Beta = parsed.GetValue(beta),
                Alpha = parsed.GetValue(alpha),
                CrossEntropyShare = parsed.GetValue(share),
                StudentTemperature = parsed.GetValue(studentTemperature),
                TeacherTemperature = parsed.GetValue(teacherTemperature),
                TeacherInput = parsed.GetValue(probabilities) ? TeacherInput.Probabilities : TeacherInput.Logits,
                Weight = parsed.GetValue(weight),
                PerElement = parsed.GetValue(perElement),
            };
            rows.Run(parsed, "divergence", "divergence", parsed.GetRequiredValue(student)!, "student logits", (line, matrix) => new Typed(line, matrix, files, options));
            return 0;
        });
        return command;
    }

    private sealed class Typed(RowCommandLine line, NpyArray matrix, DivergenceFiles files, DivergenceOptions options) : ITypedWork<int>
    {
        public int Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal>
        {
            new DivergenceRun<T, TReal, TKernels>(line, type, matrix, files, options with { Reduction = line.Reduction, Normaliser = line.Normaliser }).Execute();
            return 0;
        }
    }
}

/// <summary>The files of <c>gibbs divergence</c> beside the student; null where not given.</summary>
internal sealed record DivergenceFiles
{
    public required string Teacher { get; init; }

    public string? RowWeights { get; init; }

    public string? Divergence { get; init; }

    public string? StudentGradient { get; init; }

    public string? TeacherGradient { get; init; }
}
