using System;
using System.Collections.Generic;
using System.Globalization;
using System.Security;
using System.Text;

namespace Gibbs.Cli.Train;

/// <summary>A panel of two curves over the same places.</summary>
/// <param name="Name">Its quantity.</param>
/// <param name="Percent">A share, shown in percent.</param>
/// <param name="First">Values of the curve that is drawn through.</param>
/// <param name="Second">Of the one that is dashed.</param>
internal sealed record CurvePanel(string Name, bool Percent, double[] First, double[] Second);

/// <summary>The curves of a training run as SVG: two panels side by side, two curves in each.</summary>
internal sealed class CurvesSvg
{
    private const int PanelWidth = 400;
    private const int PanelHeight = 260;
    private const int Left = 64;
    private const int Top = 86;
    private const int Gap = 84;
    private const int Width = Left + PanelWidth + Gap + PanelWidth + 28;
    private const int Height = Top + PanelHeight + 60;
    private const string FirstColour = "#1f5fa8";
    private const string SecondColour = "#c8501e";

    private readonly StringBuilder _svg = new();
    private readonly int[] _places;
    private readonly string _placeName;

    private CurvesSvg(int[] places, string placeName) => (_places, _placeName) = (places, placeName);

    /// <param name="title">Above all.</param>
    /// <param name="placeName">What is along.</param>
    /// <param name="places">Where the values are, ascending.</param>
    /// <param name="names">Of the two curves.</param>
    /// <param name="panels">Two.</param>
    public static string Draw(string title, string placeName, int[] places, (string First, string Second) names, IReadOnlyList<CurvePanel> panels)
    {
        CurvesSvg figure = new(places, placeName);
        figure.Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\"");
        figure.Add($" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">");
        figure.Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>");
        figure.Text(Left, 28, "start", title, "font-size=\"15\" font-weight=\"bold\"");
        figure.Legend(names);
        for (int i = 0; i < panels.Count; i++)
            figure.Panel(Left + (i * (PanelWidth + Gap)), panels[i]);
        figure.Add($"</svg>");
        return figure._svg.ToString();
    }

    private void Legend((string First, string Second) names)
    {
        int x = Left;
        foreach ((string name, string colour, string dash) in (ReadOnlySpan<(string, string, string)>)[(names.First, FirstColour, ""), (names.Second, SecondColour, "6 3")])
        {
            Add($"<line x1=\"{x}\" y1=\"46\" x2=\"{x + 30}\" y2=\"46\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>");
            Text(x + 36, 50, "start", name, "");
            x += 56 + (7 * name.Length);
        }
    }

    private void Panel(int left, CurvePanel panel)
    {
        bool percent = panel.Percent;
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (double[] values in (ReadOnlySpan<double[]>)[panel.First, panel.Second])
        {
            foreach (double value in values)
            {
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
        }

        // A loss near 0 and an accuracy near 1 are shown with their bound.
        low = !percent && low >= 0 && low < 0.5 * high ? 0 : low;
        high = percent && high > 0.9 ? 1 : high;
        double step = NiceStep((high - low) / 5);
        low = Math.Floor((low / step) + 1e-9) * step;
        high = Math.Max(Math.Ceiling((high / step) - 1e-9) * step, low + step);

        double Y(double value) => Top + (PanelHeight * (high - value) / (high - low));
        double first = _places[0];
        double last = Math.Max(_places[^1], first + 1);
        double X(double place) => left + (PanelWidth * (place - first) / (last - first));

        for (int i = 0; low + (i * step) <= high + (0.01 * step); i++)
        {
            double value = low + (i * step);
            Add($"<line x1=\"{left}\" y1=\"{Y(value):0.0}\" x2=\"{left + PanelWidth}\" y2=\"{Y(value):0.0}\" stroke=\"#e2e2e2\"/>");
            Text(left - 8, Y(value) + 4, "end", percent ? Format(value * 100, step * 100) + " %" : Format(value, step), "");
        }

        int placeStep = (int)Math.Max(1, NiceStep((last - first) / 6));
        for (int place = (int)first; place <= (int)last; place++)
        {
            if (place != (int)first && place % placeStep != 0)
                continue;
            // The first place is always named; what would run into it is not.
            if (place != (int)first && X(place) - X(first) < 18)
                continue;
            Add($"<line x1=\"{X(place):0.0}\" y1=\"{Top + PanelHeight}\" x2=\"{X(place):0.0}\" y2=\"{Top + PanelHeight + 5}\" stroke=\"#333333\"/>");
            Text(X(place), Top + PanelHeight + 20, "middle", place.ToString(CultureInfo.InvariantCulture), "");
        }

        Add($"<path d=\"M{left} {Top}V{Top + PanelHeight}H{left + PanelWidth}\" fill=\"none\" stroke=\"#333333\"/>");
        Text(left + (PanelWidth / 2.0), Top + PanelHeight + 42, "middle", _placeName, "");
        Text(left, Top - 8, "start", panel.Name, "font-weight=\"bold\"");
        Curve(panel.First, FirstColour, "", X, Y);
        Curve(panel.Second, SecondColour, "6 3", X, Y);
    }

    private void Curve(double[] values, string colour, string dash, Func<double, double> x, Func<double, double> y)
    {
        StringBuilder points = new();
        for (int i = 0; i < values.Length; i++)
            points.Append(CultureInfo.InvariantCulture, $"{x(_places[i]):0.0},{y(values[i]):0.0} ");
        Add($"<polyline points=\"{points.ToString().TrimEnd()}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke-dasharray=\"{dash}\"/>");
        Add($"<circle cx=\"{x(_places[^1]):0.0}\" cy=\"{y(values[^1]):0.0}\" r=\"3\" fill=\"{colour}\"/>");
    }

    // 1, 2 or 5 times a power of ten, at least the step asked for.
    private static double NiceStep(double step)
    {
        if (!(step > 0))
            return 0.1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double digit = step / power;
        return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }

    private static string Format(double value, double step)
    {
        int digits = Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 9);
        // + 0 turns -0 into 0.
        return (Math.Round(value, digits) + 0.0).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private void Text(double x, double y, string anchor, string text, string attributes) =>
        Add($"<text x=\"{x:0.0}\" y=\"{y:0.0}\" text-anchor=\"{anchor}\" fill=\"#222222\" {attributes}>{SecurityElement.Escape(text)}</text>");

    private void Add(FormattableString line) => _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
