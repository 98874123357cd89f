using System;

namespace Gibbs.Tests.Reference;

/// <summary>A second oracle for gradients: fourth-order central differences of a loss.</summary>
internal static class FiniteDifferences
{
    /// <summary>(8·(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h: truncation h⁴, rounding ε/h, so that h = 1e-3 gives about 1e-12.</summary>
    public static double Derivative(Func<double, double> f, double at, double step = 1e-3) =>
        ((8 * (f(at + step) - f(at - step))) - (f(at + (2 * step)) - f(at - (2 * step)))) / (12 * step);
}
