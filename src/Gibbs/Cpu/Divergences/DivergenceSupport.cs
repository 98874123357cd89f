namespace Gibbs.Cpu.Divergences;

/// <summary>What becomes of a divergence where one side has mass and the other is masked.</summary>
/// <param name="IsInfinite">The value is +∞.</param>
/// <param name="StudentIsFinite">So is every entry of the student's gradient.</param>
/// <param name="TeacherIsFinite">The same of the teacher's.</param>
internal readonly record struct DivergenceSupport(bool IsInfinite, bool StudentIsFinite, bool TeacherIsFinite)
{
    /// <summary>Of a row.</summary>
    /// <param name="options">Kind and its scalars.</param>
    /// <param name="studentLacks">A class with mass of the teacher, masked by the student.</param>
    /// <param name="teacherLacks">The reverse.</param>
    public static DivergenceSupport Of(in DivergenceOptions options, bool studentLacks, bool teacherLacks)
    {
        // log p enters with mass of q, log q with mass of p; a power of either below 0 is infinite too.
        bool forward = false, reverse = false;
        bool power = false;
        switch (options.Kind)
        {
            case DivergenceKind.KullbackLeibler:
                forward = studentLacks;
                break;
            case DivergenceKind.ReverseKullbackLeibler:
                reverse = teacherLacks;
                break;
            case DivergenceKind.Jeffreys:
                forward = studentLacks;
                reverse = teacherLacks;
                break;
            case DivergenceKind.Alpha:
                forward = studentLacks && options.Alpha <= 0;
                reverse = teacherLacks && options.Alpha >= 1;
                power = (forward && options.Alpha < 0) || (reverse && options.Alpha > 1);
                break;
            case DivergenceKind.SymmetricCrossEntropy:
                forward = studentLacks && options.CrossEntropyShare < 1;
                reverse = teacherLacks && options.CrossEntropyShare > 0;
                break;
        }

        // The gradient of the side that lacks the mass is a difference of masses, unless a power is left; the derivative by a given probability of 0 is not.
        bool derivative = reverse && options.TeacherInput == TeacherInput.Probabilities;
        return new(forward || reverse, !reverse && !power, !forward && !power && !derivative);
    }
}
