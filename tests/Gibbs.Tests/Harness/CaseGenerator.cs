using System;

namespace Gibbs.Tests.Harness;

/// <summary>Seeded random cases: the same seed and number give the same case on every machine.</summary>
internal sealed class CaseGenerator
{
    // Regime boundaries: a lane's pack is 16 bytes, the lanes regime ends at 512 bytes, a segment is 4096 bytes, a block holds 8…32 segments.
    private static readonly int[] s_byteBoundaries = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];
    private static readonly int[] s_columns = [1, 2, 3, 5, 7, 8, 9, 31, 33, 100, 127, 129, 255, 257, 1000, 1023, 1025, 4095, 4097];

    private readonly Random _random;
    private readonly CaseValues _values;

    private CaseGenerator(int seed, int id)
    {
        // Not HashCode: that one is seeded per process.
        _random = new(unchecked((seed * 1000003) ^ (id * 8191) ^ 0x5bd1e995));
        _values = new(_random);
    }

    public static CrossEntropyCase Generate(int seed, int id) => new CaseGenerator(seed, id).Make(seed, id);

    private CrossEntropyCase Make(int seed, int id)
    {
        ElementType type = ElementTypes.All[id % 4];
        int columns = Columns(type);
        int rows = columns > 2000 ? 1 + _random.Next(2) : columns > 300 ? 1 + _random.Next(4) : _random.Next(20) == 0 ? 0 : 1 + _random.Next(9);
        TargetKind kind = _random.Next(10) switch { 0 => TargetKind.None, < 4 => TargetKind.Int32, < 8 => TargetKind.Int64, _ => TargetKind.Soft };
        long ignore = _random.Next(3) switch { 0 => -100, 1 => _random.Next(columns), _ => kind == TargetKind.Int64 ? long.MinValue : -1 };
        CrossEntropyOptions options = Options(kind, columns) with { IgnoreIndex = ignore };
        double[] logits = _values.Logits(type, rows, columns, options.LogitPenalty != 0 || options.MaxSuppression != 0);
        double? deviceNormaliser = null;
        if (options.Reduction == Reduction.Mean && kind != TargetKind.None && _random.Next(6) == 0)
        {
            double divisor = _random.Next(5) == 0 ? 0 : type.Real().Round(1 + (_random.NextDouble() * 30));
            if (_random.Next(2) == 0)
                options = options with { Normaliser = divisor };
            else
                deviceNormaliser = divisor;
        }
        ElementType real = type.Real();
        bool negative = options.Reduction != Reduction.Mean;
        return new()
        {
            Name = $"seed {seed} id {id}",
            Type = type,
            Rows = rows,
            Columns = columns,
            Logits = logits,
            TargetKind = kind,
            Targets = _values.Targets(logits, rows, columns, options.IgnoreIndex, kind),
            SoftTargets = kind == TargetKind.Soft ? _values.SoftTargets(type, rows, columns) : null,
            ClassWeights = kind != TargetKind.None && _random.Next(3) == 0 ? _values.Weights(real, columns, false) : null,
            RowWeights = kind != TargetKind.None && _random.Next(3) == 0 ? _values.Weights(real, rows, negative) : null,
            RowTemperatures = _random.Next(8) == 0 ? _values.Temperatures(real, rows) : null,
            Options = options,
            DeviceNormaliser = deviceNormaliser,
            Upstream = kind != TargetKind.None && rows > 0 && _random.Next(6) == 0 ? _values.Upstream(real, _random.Next(2) == 0 ? 1 : rows) : null,
            Outputs = OutputsWanted(),
            InPlace = _random.Next(3) == 0,
            LogitsPadding = Padding(type),
            LogitsOffset = Offset(type),
            GradientPadding = Padding(type),
            GradientOffset = Offset(type),
            SoftPadding = Padding(type),
            SoftOffset = Offset(type),
            Tight = _random.Next(2) == 0,
            OwnWorkspace = _random.Next(3) == 0,
        };
    }

    private int Columns(ElementType type)
    {
        // Now and then a row for the regimes of long rows.
        if (_random.Next(100) == 0)
            return _random.Next(8) == 0 ? 151643 : 5000 + _random.Next(45000);
        int boundary = s_byteBoundaries[_random.Next(s_byteBoundaries.Length)] / type.Size();
        return _random.Next(10) switch
        {
            < 4 => Math.Max(1, boundary + _random.Next(-1, 2)),
            < 6 => 1 + _random.Next(40),
            < 7 => s_columns[_random.Next(s_columns.Length)],
            < 9 => 1 + _random.Next(700),
            _ => 1 + _random.Next(5000),
        };
    }

    private CrossEntropyOptions Options(TargetKind kind, int columns)
    {
        CrossEntropyOptions options = new() { Reduction = (Reduction)_random.Next(3) };
        bool Chance() => _random.Next(5) == 0;
        if (Chance())
            options = options with { Softcap = Pick(0.001, 0.5, 5, 30, 50) };
        if (Chance())
            options = options with { Temperature = Pick(0.001, 0.25, 0.7, 2, 10, 1000) };
        if (kind == TargetKind.None)
            return options;
        if (Chance())
            options = options with { LabelSmoothing = Pick(1e-6, 0.1, 0.3, 0.9, 1) };
        if (Chance())
            options = options with { ZLoss = Pick(1e-4, 0.01, 1) };
        if (Chance())
            options = options with { EntropyWeight = Pick(-0.5, 0.01, 0.3, 2) };
        if (Chance())
            options = options with { MaxSuppression = Pick(-0.2, 0.1, 1) };
        if (Chance())
            options = options with { LogitPenalty = Pick(1e-3, 0.1), LogitPenaltyCenter = Pick(0, 0.5, -2) };
        if (kind != TargetKind.Soft && _random.Next(3) == 0)
        {
            TargetLoss loss = (TargetLoss)(1 + _random.Next(3));
            options = options with
            {
                TargetLoss = loss,
                TargetLossParameter = loss switch
                {
                    TargetLoss.Focal => Pick(0, 0.5, 1, 2, 5),
                    TargetLoss.Poly1 => Pick(-0.5, 1, 4),
                    _ => Pick(0, 0.5, 0.99, 1, 1.0009765625, 1.7, 2, 3),
                },
            };
        }
        return options;
    }

    private Output OutputsWanted() => _random.Next(5) switch
    {
        0 => Output.ForStatistics,
        1 => Output.Losses | Output.Loss | Output.Status,
        2 => Output.Gradient | Output.Status,
        3 => (Output)(1 + _random.Next((int)Output.All)),
        _ => Output.All,
    };

    private int Padding(ElementType type) => _random.Next(4) switch { 0 => 0, 1 => 1, 2 => 16 / type.Size(), _ => _random.Next(40) };

    private int Offset(ElementType type) => _random.Next(2) == 0 ? 0 : _random.Next(32 / type.Size());

    private double Pick(params ReadOnlySpan<double> values) => values[_random.Next(values.Length)];
}
