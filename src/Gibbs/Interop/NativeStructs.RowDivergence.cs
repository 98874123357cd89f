using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name: divergences from dense and sparse teachers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_row_divergence
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;

    public nint student;
    public long student_stride;
    public nint teacher;
    public long teacher_stride;
    public nint ids;
    public long ids_stride;
    public nint log_probabilities;
    public long log_probabilities_stride;
    public long listed;
    public nint row_weights;
    public nint normaliser;

    public gibbs_target_type id_type;
    public int kind;
    public int teacher_input;
    public int tail;
    public int reduction;
    public int regime;
    public int per_element;
    public int has_normaliser_value;
    public double beta;
    public double alpha;
    public double share;
    public double student_temperature;
    public double teacher_temperature;
    public double weight;
    public double normaliser_value;

    public nint divergences;
    public nint value;
    public nint student_gradient;
    public long student_gradient_stride;
    public nint teacher_gradient;
    public long teacher_gradient_stride;
    public nint status;
    public nint normaliser_used;

    public nint workspace;
    public long workspace_bytes;
}
