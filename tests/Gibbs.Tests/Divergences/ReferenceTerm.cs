using System;

namespace Gibbs.Tests.Divergences;

/// <summary>One class of a divergence in fp64, from its formula: value, p·dD/dp, q·dD/dq and dD/dq. Masses of 0 by their limits.</summary>
internal readonly record struct ReferenceTerm(double Value, double Student, double Teacher, double TeacherDerivative)
{
    /// <summary>Of log p and log q (−∞: no mass) and their difference.</summary>
    public static ReferenceTerm Of(in DivergenceOptions o, double logStudent, double logTeacher, double d)
    {
        double p = Math.Exp(logStudent), q = Math.Exp(logTeacher), infinity = double.PositiveInfinity;
        bool hasStudent = !double.IsNegativeInfinity(logStudent), hasTeacher = !double.IsNegativeInfinity(logTeacher);
        double alpha = o.Kind switch { DivergenceKind.KullbackLeibler => 0, DivergenceKind.ReverseKullbackLeibler => 1, _ => o.Alpha }, beta = o.Beta, a = o.CrossEntropyShare;
        if (!hasStudent && !hasTeacher)
            return default;
        bool both = hasStudent && hasTeacher;
        switch (o.Kind)
        {
            case DivergenceKind.KullbackLeibler:
            case DivergenceKind.ReverseKullbackLeibler:
            case DivergenceKind.Alpha:
                if (!both)
                {
                    // p^α·q^(1−α) where one of them is 0.
                    double power = hasStudent ? (alpha < 1 ? 0 : infinity) : (alpha > 0 ? 0 : infinity);
                    if (alpha == 0)
                        return hasStudent ? new(p, p, 0, -infinity) : new(infinity, -q, infinity, infinity);
                    if (alpha == 1)
                        return hasStudent ? new(infinity, infinity, -p, -infinity) : new(q, 0, q, 1);
                    double value = (power - (alpha * p) - ((1 - alpha) * q)) / (alpha * (alpha - 1));
                    double derivative = hasTeacher ? (1 - (power / q)) / alpha : alpha < 0 ? 1 / alpha : -infinity;
                    return new(value, (power - p) / (alpha - 1), (q - power) / alpha, derivative);
                }

                // F(a, d) = (e^(ad) − 1)/a.
                double F(double by) => by == 0 ? d : Expm1(by * d) / by;
                return new(alpha <= 0.5 ? q * Convex(alpha, d) : p * Convex(1 - alpha, -d), p * F(alpha - 1), -q * F(alpha), -F(alpha));
            case DivergenceKind.Jeffreys:
                if (!both)
                    return hasStudent ? new(infinity, infinity, -p, -infinity) : new(infinity, -q, infinity, infinity);
                double difference = Difference(p, q, d);
                return new(difference * d, difference + (p * d), -difference - (q * d), -Expm1(d) - d);
            case DivergenceKind.JensenShannon:
                if (!both)
                {
                    return hasStudent
                        ? new(-(1 - beta) * p * Math.Log(1 - beta), -(1 - beta) * p * Math.Log(1 - beta), 0, -infinity)
                        : new(-beta * q * Math.Log(beta), 0, -beta * q * Math.Log(beta), -beta * Math.Log(beta));
                }

                // p/m and q/m.
                double ofStudent = -Log1P(beta * Expm1(-Math.Abs(d))), ofTeacher = -Log1P((1 - beta) * Expm1(-Math.Abs(d)));
                ofStudent = d >= 0 ? ofStudent : ofTeacher - Math.Abs(d);
                ofTeacher = d >= 0 ? ofStudent - d : ofTeacher;
                double mixed = Math.Abs(d) < 0.25
                    ? (beta * q * Excess(-ofTeacher)) + ((1 - beta) * p * Excess(-ofStudent))
                    : (beta * q * ofTeacher) + ((1 - beta) * p * ofStudent);
                return new(mixed, (1 - beta) * p * ofStudent, beta * q * ofTeacher, beta * ofTeacher);
            case DivergenceKind.TotalVariation:
                double sign = !both ? (hasStudent ? 1 : -1) : Math.Sign(d);
                return new(Math.Abs(both ? Difference(p, q, d) : p - q) / 2, p * sign / 2, -q * sign / 2, -sign / 2);
            default:
                double forward = a == 1 || !hasTeacher ? 0 : (1 - a) * q * logStudent, reverse = a == 0 || !hasStudent ? 0 : a * p * logTeacher;
                double byTeacher = a == 1 ? 0 : -(1 - a) * logStudent;
                byTeacher -= a == 0 ? 0 : a * (hasTeacher ? Math.Exp(d) : infinity);
                return new(-forward - reverse, (-(1 - a) * q) - reverse, -forward - (a * p), byTeacher);
        }
    }

    // (e^(αd) − 1 − α(e^d − 1))/(α(α−1)) for α ≤ ½, by its series Σ d^n (α^(n−1) − 1)/((α − 1) n!) where d is small.
    private static double Convex(double alpha, double d)
    {
        if (Math.Abs(d) * Math.Max(1, Math.Abs(alpha)) < 1)
        {
            double sum = 0, power = d;
            double factorial = 1;
            for (int n = 2; n < 30; n++)
            {
                power *= d;
                factorial *= n;
                sum += power * (Math.Pow(alpha, n - 1) - 1) / ((alpha - 1) * factorial);
            }
            return sum;
        }
        return (Expm1(d) - (alpha == 0 ? d : Expm1(alpha * d) / alpha)) / (1 - alpha);
    }

    // e^x − 1 − x.
    private static double Excess(double x)
    {
        if (Math.Abs(x) > 0.5)
            return Math.Exp(x) - 1 - x;
        double sum = 0, term = x;
        for (int n = 2; n < 24; n++)
            sum += term *= x / n;
        return sum;
    }

    private static double Expm1(double x) => Math.Abs(x) < 0.5 ? x + Excess(x) : Math.Exp(x) - 1;

    private static double Difference(double p, double q, double d) => Math.Abs(d) < 0.5 ? q * Expm1(d) : p - q;

    private static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }
}
