using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Models.Pocket;

/// <summary>pocket's weights as files: bfloat16 safetensors, named as the modules are.</summary>
public static class PocketWeights
{
    /// <summary>The autoencoder's file.</summary>
    public const string AutoencoderFile = "autoencoder.safetensors";

    /// <summary>The text encoder's file.</summary>
    public const string TextEncoderFile = "text-encoder.safetensors";

    /// <summary>The tokenizer's word pieces, one a line.</summary>
    public const string VocabularyFile = "vocabulary.txt";

    /// <summary>The transformer's file.</summary>
    public const string TransformerFile = "transformer.safetensors";

    /// <summary>Writes a module's weights.</summary>
    public static void Save(nn.Module module, string path)
    {
        using IDisposable scope = NewDisposeScope();
        SafetensorsWriter.Write(
            path, module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.detach().to_type(ScalarType.BFloat16)));
    }

    /// <summary>Fills a module from an open file and turns its gradients off.</summary>
    /// <exception cref="RenderFarmException"><see cref="ErrorCodes.InvalidModel"/> when a tensor is missing or has another shape.</exception>
    internal static void Load(nn.Module module, SafetensorsFile file, string path)
    {
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            parameter.requires_grad = false;
            if (!file.Names.Contains(name))
            {
                throw new RenderFarmException(ErrorCodes.InvalidModel, $"{path} has no tensor '{name}'");
            }

            if (!file.Shape(name).SequenceEqual(parameter.shape))
            {
                throw new RenderFarmException(
                    ErrorCodes.InvalidModel,
                    $"{path}: tensor '{name}' is [{string.Join(", ", file.Shape(name))}], not [{string.Join(", ", parameter.shape)}]");
            }

            using Tensor stored = file.Read(name);
            parameter.copy_(stored);
        }
    }
}
