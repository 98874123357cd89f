namespace Gibbs.Cli.Transport;

/// <summary>The results of a solve where it runs, and their way back to host memory.</summary>
internal sealed class DeviceTransportResults<TReal>(DeviceArrays arrays, TransportResults<TReal> host)
    where TReal : unmanaged
{
    public DeviceSpan<TReal> SourcePotential { get; } = arrays.Allocate<TReal>(host.SourcePotential.Length);

    public DeviceSpan<TReal> TargetPotential { get; } = arrays.Allocate<TReal>(host.TargetPotential.Length);

    public DeviceSpan2D<TReal> Plan { get; } = Matrix(arrays, host.PlanView.Height, host.PlanView.Width);

    public DeviceSpan2D<TReal> XGradient { get; } = Matrix(arrays, host.XGradientView.Height, host.XGradientView.Width);

    public DeviceSpan2D<TReal> YGradient { get; } = Matrix(arrays, host.YGradientView.Height, host.YGradientView.Width);

    public void Download()
    {
        arrays.Stream.Copy(SourcePotential, host.SourcePotential);
        arrays.Stream.Copy(TargetPotential, host.TargetPotential);
        Download(Plan, host.Plan);
        Download(XGradient, host.XGradient);
        Download(YGradient, host.YGradient);
    }

    private void Download(DeviceSpan2D<TReal> from, TReal[] to)
    {
        if (to.Length > 0)
            arrays.Stream.Copy(new DeviceSpan<TReal>(from.Pointer, to.Length, from.Device), to);
    }

    private static DeviceSpan2D<TReal> Matrix(DeviceArrays arrays, int rows, int columns) => DeviceArrays.Rows(arrays.Allocate<TReal>((long)rows * columns), rows, columns);
}
