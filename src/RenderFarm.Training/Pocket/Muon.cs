using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>
/// Muon (Jordan et al., 2024): momentum whose update is made orthogonal, for matrices between embeddings and the last layer; scaled to
/// Adam's usual update size (arXiv 2502.16982), so that one learning rate serves both.
/// </summary>
internal sealed class Muon : IDisposable
{
    private const double Momentum = 0.95;
    private const double WeightDecay = 0.01;
    private const int Iterations = 5;

    private readonly (Parameter[] Parameters, Tensor Velocity)[] _groups;

    public Muon(IEnumerable<Parameter> matrices) => _groups =
    [
        .. matrices.GroupBy(matrix => (Rows: matrix.shape[0], Columns: matrix.numel() / matrix.shape[0]))
            .Select(group => (group.ToArray(), zeros([group.Count(), group.Key.Rows, group.Key.Columns])))
    ];

    public void Step(double learningRate)
    {
        using IDisposable gradients = no_grad();
        foreach ((Parameter[] parameters, Tensor velocity) in _groups)
        {
            using IDisposable scope = NewDisposeScope();
            long rows = velocity.shape[1], columns = velocity.shape[2];
            Tensor gradient = stack([.. parameters.Select(parameter => parameter.grad!.view(rows, columns))]);
            velocity.mul_(Momentum).add_(gradient, 1 - Momentum);
            Tensor update = Orthogonal(gradient.lerp(velocity, Momentum)) * (0.2 * Math.Sqrt(Math.Max(rows, columns)));
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i].mul_(1 - (learningRate * WeightDecay)).add_(update[i].view(parameters[i].shape), -learningRate);
            }
        }
    }

    public void Dispose() => Array.ForEach(_groups, group => group.Velocity.Dispose());

    /// <summary>The nearest matrices with equal singular values, [N, rows, columns], by a quintic Newton-Schulz iteration.</summary>
    private static Tensor Orthogonal(Tensor matrices)
    {
        bool tall = matrices.shape[1] > matrices.shape[2];
        Tensor x = tall ? matrices.transpose(1, 2) : matrices;
        x = (x / (x.square().sum([1, 2], keepdim: true).sqrt() + 1e-7)).to_type(ScalarType.BFloat16);
        for (int i = 0; i < Iterations; i++)
        {
            Tensor product = x.matmul(x.transpose(1, 2));
            Tensor polynomial = (product * -4.7750) + (product.matmul(product) * 2.0315);
            x = (x * 3.4445) + polynomial.matmul(x);
        }

        return (tall ? x.transpose(1, 2) : x).to_type(ScalarType.Float32);
    }
}
