using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// A block of the projection of s/ε onto the permutahedron of w, both sorted downwards: y_i = s_i/ε − v with v falling from block to block. Everything is kept as differences within s and within w, so that a block of one
/// entry gives w_i exactly, and nothing is lost to a tiny ε.
/// </summary>
internal unsafe interface ISortedBlock<TSelf> : IPooledBlock<TSelf>
    where TSelf : unmanaged, ISortedBlock<TSelf>
{
    int Count { get; }

    static abstract TSelf Single(double s, double w);

    /// <summary>After pooling, with the block's entries.</summary>
    void Finish(double* s, double* w, double epsilon);

    /// <summary>y_i.</summary>
    double Value(double s, double epsilon);

    /// <summary>u becomes Σ u·∂y/∂(s/ε) of the block's entries, dw Σ u·∂y/∂w; returns Σ u·∂y/∂ε at fixed s.</summary>
    double Differentiate(double* s, double* w, double* u, double* dw, double epsilon);
}

/// <summary>Quadratic: v = mean(s)/ε − mean(w).</summary>
internal unsafe struct MeanSortedBlock : ISortedBlock<MeanSortedBlock>
{
    private TwoSum _sumOfS;
    private TwoSum _sumOfW;
    private double _s;
    private double _w;

    public int Count { get; private set; }

    public static MeanSortedBlock Single(double s, double w) =>
        new() { _sumOfS = new() { Value = s }, _sumOfW = new() { Value = w }, _s = s, _w = w, Count = 1 };

    public static bool OutOfOrder(in MeanSortedBlock earlier, in MeanSortedBlock later, double unit) => (earlier._s - later._s) / unit < earlier._w - later._w;

    public void Absorb(in MeanSortedBlock later, double unit)
    {
        _sumOfS.Add(later._sumOfS);
        _sumOfW.Add(later._sumOfW);
        Count += later.Count;
        _s = _sumOfS.Over(Count);
        _w = _sumOfW.Over(Count);
    }

    public readonly void Finish(double* s, double* w, double epsilon)
    {
    }

    public readonly double Value(double s, double epsilon) => ((s - _s) / epsilon) + _w;

    public readonly double Differentiate(double* s, double* w, double* u, double* dw, double epsilon)
    {
        if (Count == 1)
        {
            dw[0] = u[0];
            u[0] = 0;
            return 0;
        }

        TwoSum sum = default, byEpsilon = default;
        for (int i = 0; i < Count; i++)
            sum.Add(u[i]);
        double mean = sum.Over(Count);
        for (int i = 0; i < Count; i++)
        {
            dw[i] = mean;
            u[i] -= mean;
            byEpsilon.AddProduct(u[i], -((s[i] - _s) / epsilon));
        }

        return byEpsilon.Rounded / epsilon;
    }
}

/// <summary>Entropic: v = log Σe^(s/ε) − log Σe^w, relative to the block's first entries, which are the largest.</summary>
internal unsafe struct LogSortedBlock : ISortedBlock<LogSortedBlock>
{
    private double _firstS;
    private double _firstW;
    private double _logOfS;
    private double _logOfW;

    public int Count { get; private set; }

    public static LogSortedBlock Single(double s, double w) => new() { _firstS = s, _firstW = w, Count = 1 };

    public static bool OutOfOrder(in LogSortedBlock earlier, in LogSortedBlock later, double unit) =>
        ((earlier._firstS - later._firstS) / unit) + (earlier._logOfS - later._logOfS) < (earlier._firstW - later._firstW) + (earlier._logOfW - later._logOfW);

    public void Absorb(in LogSortedBlock later, double unit)
    {
        _logOfS = LogOfSum(_logOfS, later._logOfS + ((later._firstS - _firstS) / unit));
        _logOfW = LogOfSum(_logOfW, later._logOfW + (later._firstW - _firstW));
        Count += later.Count;
    }

    /// <summary>The logarithms once more from the entries: those of pooling have rounded with every join.</summary>
    public void Finish(double* s, double* w, double epsilon)
    {
        if (Count == 1)
            return;
        TwoSum sumOfS = default, sumOfW = default;
        for (int i = 0; i < Count; i++)
        {
            sumOfS.Add(Math.Exp((s[i] - _firstS) / epsilon));
            sumOfW.Add(Math.Exp(w[i] - _firstW));
        }

        _logOfS = Math.Log(sumOfS.Rounded);
        _logOfW = Math.Log(sumOfW.Rounded);
    }

    public readonly double Value(double s, double epsilon) => (((s - _firstS) / epsilon) - _logOfS) + (_firstW + _logOfW);

    public readonly double Differentiate(double* s, double* w, double* u, double* dw, double epsilon)
    {
        if (Count == 1)
        {
            dw[0] = u[0];
            u[0] = 0;
            return 0;
        }

        TwoSum sum = default, byEpsilon = default;
        for (int i = 0; i < Count; i++)
            sum.Add(u[i]);
        for (int i = 0; i < Count; i++)
        {
            double offset = (s[i] - _firstS) / epsilon;
            dw[i] = Math.Exp((w[i] - _firstW) - _logOfW) * sum.Rounded;
            u[i] -= Math.Exp(offset - _logOfS) * sum.Rounded;
            byEpsilon.AddProduct(u[i], -offset);
        }

        return byEpsilon.Rounded / epsilon;
    }

    private static double LogOfSum(double a, double b)
    {
        double largest = Math.Max(a, b);
        return largest + Real.Log1P(Math.Exp(Math.Min(a, b) - largest));
    }
}
