using System;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// Group lasso: with q = ‖y_g‖, n = q + t·w_g, u = y_g/q: (q/n)(v − u⟨u, v⟩) + u⟨u, v⟩. Envelope: the same for groups with 0 &lt; u_g &lt; 1, n = q + step·√(d·w)·t, with B of the row subtracted; v/(1 + step·d) for those with u_g = 1.
/// </summary>
internal static class GroupGradient
{
    public static void Compute(MapRow row, double[] y, double threshold, double[] v, MapGradient gradient)
    {
        if (row.Map.Kind == RowMapKind.GroupLasso)
            Lasso(row, y, v, gradient);
        else
            Envelope(row, y, threshold, v, gradient);
    }

    private static void Lasso(MapRow row, double[] y, double[] v, MapGradient gradient)
    {
        CompensatedSum parameter = default, scale = default;
        for (int g = 0; g < row.Groups; g++)
        {
            (double q, double b, double magnitude) = Along(row, g, y, v);
            double n = q + (row.Parameter * row.GroupWeight(g));
            // Nothing is subtracted: the map is the identity, at 0 too.
            for (int j = row.Begin(g); j < row.End(g) && n == 0; j++)
                gradient.Set(j, v[j], 0);
            for (int j = row.Begin(g); j < row.End(g) && n > 0; j++)
            {
                double u = q == 0 ? 0 : y[j] / q;
                if (q > 0)
                    gradient.Set(j, (q / n * (v[j] - (u * b))) + (u * b), Math.Abs(v[j]) + (2 * Math.Abs(u) * magnitude));
            }
            parameter.Add(-row.GroupWeight(g) * b);
            scale.Add(row.GroupWeight(g) * magnitude);
        }
        (gradient.Parameter, gradient.ParameterScale) = (parameter.Value, scale.Value);
    }

    private static void Envelope(MapRow row, double[] y, double t, double[] v, MapGradient gradient)
    {
        double step = row.Parameter;
        bool Inner(int g, double q) => t > 0 && step > 0 && q > 0 && q < t * Math.Sqrt(row.GroupWeight(g) / row.GroupScale(g));
        CompensatedSum denominator = default, numerator = default, magnitude = default, weighted = default;
        denominator.Add(row.Map.Second);
        for (int g = 0; g < row.Groups; g++)
        {
            (double q, double b, double size) = Along(row, g, y, v);
            double w = row.GroupWeight(g), d = row.GroupScale(g), edge = t * Math.Sqrt(w / d);
            // The stored y says on which side of the edge the group is only to its rounding.
            gradient.Ambiguous |= t > 0 && step > 0 && q > 0 && Math.Abs(q - edge) < 0.02 * edge;
            if (Inner(g, q))
            {
                denominator.Add(step * w * d);
                numerator.Add(step * Math.Sqrt(d * w) * b);
                magnitude.Add(step * Math.Sqrt(d * w) * size);
                weighted.Add(w * d);
            }
            else if (q > 0)
                denominator.Add(-w);
        }
        double capital = weighted.Value == 0 ? 0 : numerator.Value / denominator.Value, capitalScale = weighted.Value == 0 ? 0 : magnitude.Value / Math.Abs(denominator.Value);
        CompensatedSum byStep = default, byStepScale = default, byK = default, byKScale = default;
        for (int g = 0; g < row.Groups; g++)
        {
            (double q, double b, double size) = Along(row, g, y, v);
            double w = row.GroupWeight(g), d = row.GroupScale(g), root = Math.Sqrt(d * w);
            bool inner = Inner(g, q);
            double n = q + (step * root * t);
            for (int j = row.Begin(g); j < row.End(g); j++)
            {
                double u = q > 0 ? y[j] / q : 0;
                if (step == 0)
                    gradient.Set(j, v[j], 0);
                else if (inner)
                    gradient.Set(j, (q / n * (v[j] - (u * b))) + (u * (b - (root * capital))), Math.Abs(v[j]) + (Math.Abs(u) * ((2 * size) + (root * capitalScale))));
                else if (q > 0 || t == 0)
                    gradient.Set(j, v[j] / (1 + (step * d)), Math.Abs(v[j]) / (1 + (step * d)));
            }
            if (inner)
            {
                double share = step * weighted.Value / denominator.Value;
                byStep.Add(-root * t * b * (1 - share));
                byStepScale.Add(root * t * size * (1 + Math.Abs(share)));
                byK.Add(step * t / denominator.Value * root * b);
                byKScale.Add(Math.Abs(step * t / denominator.Value) * root * size);
            }
            else if (q > 0)
            {
                byStep.Add(-q * b * d / (1 + (step * d)));
                byStepScale.Add(q * size * d / (1 + (step * d)));
            }
        }
        (gradient.Parameter, gradient.ParameterScale) = (byStep.Value, byStepScale.Value);
        (gradient.Second, gradient.SecondScale) = (byK.Value, byKScale.Value);
        gradient.Ambiguous |= step == 0 || !(Math.Abs(denominator.Value) > 1e-3);
    }

    // ‖y_g‖, ⟨y_g, v⟩/‖y_g‖ and the same of magnitudes; zeros never meet v.
    private static (double Norm, double Product, double Magnitude) Along(MapRow row, int g, double[] y, double[] v)
    {
        double q = NormReference.Norm(y.AsSpan(row.Begin(g)..row.End(g)));
        CompensatedSum product = default, magnitude = default;
        for (int j = row.Begin(g); j < row.End(g) && q > 0; j++)
        {
            product.Add(y[j] / q * v[j]);
            magnitude.Add(Math.Abs(y[j] / q * v[j]));
        }
        return (q, product.Value, magnitude.Value);
    }
}
