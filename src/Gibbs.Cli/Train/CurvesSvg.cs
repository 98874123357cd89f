using System;
using System.Collections.Generic;
using System.Globalization;
using System.Security;
using System.Text;

namespace Gibbs.Cli.Train;

/// <summary>The curves of a training run as SVG: a panel for the loss, one for the accuracy, training and test rows in each.</summary>
internal sealed class CurvesSvg
{
    private const int PanelWidth = 400;
    private const int PanelHeight = 260;
    private const int Left = 64;
    private const int Top = 86;
    private const int Gap = 84;
    private const int Width = Left + PanelWidth + Gap + PanelWidth + 28;
    private const int Height = Top + PanelHeight + 60;
    private const string TrainColour = "#1f5fa8";
    private const string TestColour = "#c8501e";

    private readonly StringBuilder _svg = new();
    private readonly IReadOnlyList<EpochFigures> _epochs;

    private CurvesSvg(IReadOnlyList<EpochFigures> epochs) => _epochs = epochs;

    public static string Draw(string title, IReadOnlyList<EpochFigures> epochs)
    {
        CurvesSvg figure = new(epochs);
        figure.Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\"");
        figure.Add($" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">");
        figure.Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>");
        figure.Text(Left, 28, "start", title, "font-size=\"15\" font-weight=\"bold\"");
        figure.Legend();
        figure.Panel(Left, "loss", static e => e.TrainLoss, static e => e.TestLoss, percent: false);
        figure.Panel(Left + PanelWidth + Gap, "accuracy", static e => e.TrainAccuracy, static e => e.TestAccuracy, percent: true);
        figure.Add($"</svg>");
        return figure._svg.ToString();
    }

    private void Legend()
    {
        int x = Left;
        foreach ((string name, string colour, string dash) in (ReadOnlySpan<(string, string, string)>)[("training rows", TrainColour, ""), ("test rows", TestColour, "6 3")])
        {
            Add($"<line x1=\"{x}\" y1=\"46\" x2=\"{x + 30}\" y2=\"46\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>");
            Text(x + 36, 50, "start", name, "");
            x += 140;
        }
    }

    private void Panel(int left, string name, Func<EpochFigures, double> train, Func<EpochFigures, double> test, bool percent)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (EpochFigures figures in _epochs)
        {
            low = Math.Min(low, Math.Min(train(figures), test(figures)));
            high = Math.Max(high, Math.Max(train(figures), test(figures)));
        }

        // A loss near 0 and an accuracy near 1 are shown with their bound.
        low = !percent && low >= 0 && low < 0.5 * high ? 0 : low;
        high = percent && high > 0.9 ? 1 : high;
        double step = NiceStep((high - low) / 5);
        low = Math.Floor((low / step) + 1e-9) * step;
        high = Math.Max(Math.Ceiling((high / step) - 1e-9) * step, low + step);

        double Y(double value) => Top + (PanelHeight * (high - value) / (high - low));
        double first = _epochs[0].Epoch;
        double last = Math.Max(_epochs[^1].Epoch, first + 1);
        double X(double epoch) => left + (PanelWidth * (epoch - first) / (last - first));

        for (int i = 0; low + (i * step) <= high + (0.01 * step); i++)
        {
            double value = low + (i * step);
            Add($"<line x1=\"{left}\" y1=\"{Y(value):0.0}\" x2=\"{left + PanelWidth}\" y2=\"{Y(value):0.0}\" stroke=\"#e2e2e2\"/>");
            Text(left - 8, Y(value) + 4, "end", percent ? Format(value * 100, step * 100) + " %" : Format(value, step), "");
        }

        int epochStep = (int)Math.Max(1, NiceStep((last - first) / 6));
        for (int epoch = (int)first; epoch <= (int)last; epoch++)
        {
            if (epoch != (int)first && epoch % epochStep != 0)
                continue;
            // The first epoch is always named; what would run into it is not.
            if (epoch != (int)first && X(epoch) - X(first) < 18)
                continue;
            Add($"<line x1=\"{X(epoch):0.0}\" y1=\"{Top + PanelHeight}\" x2=\"{X(epoch):0.0}\" y2=\"{Top + PanelHeight + 5}\" stroke=\"#333333\"/>");
            Text(X(epoch), Top + PanelHeight + 20, "middle", epoch.ToString(CultureInfo.InvariantCulture), "");
        }

        Add($"<path d=\"M{left} {Top}V{Top + PanelHeight}H{left + PanelWidth}\" fill=\"none\" stroke=\"#333333\"/>");
        Text(left + (PanelWidth / 2.0), Top + PanelHeight + 42, "middle", "epoch", "");
        Text(left, Top - 8, "start", name, "font-weight=\"bold\"");
        Curve(train, TrainColour, "", X, Y);
        Curve(test, TestColour, "6 3", X, Y);
    }

    private void Curve(Func<EpochFigures, double> of, string colour, string dash, Func<double, double> x, Func<double, double> y)
    {
        StringBuilder points = new();
        foreach (EpochFigures figures in _epochs)
            points.Append(CultureInfo.InvariantCulture, $"{x(figures.Epoch):0.0},{y(of(figures)):0.0} ");
        Add($"<polyline points=\"{points.ToString().TrimEnd()}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke-dasharray=\"{dash}\"/>");
        EpochFigures end = _epochs[^1];
        Add($"<circle cx=\"{x(end.Epoch):0.0}\" cy=\"{y(of(end)):0.0}\" r=\"3\" fill=\"{colour}\"/>");
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
