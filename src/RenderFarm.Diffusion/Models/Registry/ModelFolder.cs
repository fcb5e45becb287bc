using RenderFarm.Diffusion.Models.Wan;
using RenderFarm.Errors;
using RenderFarm.Models;

namespace RenderFarm.Diffusion.Models.Registry;

/// <summary>Any folder with a model in it: <c>model.json</c> with its weights, or a pipeline in Diffusers' layout.</summary>
public static class ModelFolder
{
    /// <summary>Whether it has a <c>model.json</c> with the checksums of its files.</summary>
    public static bool IsRecorded(string folder) => File.Exists(Path.Combine(folder, ModelFile.Name));

    /// <summary>What the folder says of its model; without checksums where it has no <c>model.json</c>.</summary>
    /// <exception cref="RenderFarmException">
    /// <see cref="ErrorCodes.UnknownModel"/> when there is no such folder, <see cref="ErrorCodes.InvalidModel"/> when it is no model.
    /// </exception>
    public static ModelDescriptor Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new RenderFarmException(ErrorCodes.UnknownModel, $"model folder {folder} does not exist");
        }

        return IsRecorded(folder) ? ModelFile.Read(Path.Combine(folder, ModelFile.Name))
            : File.Exists(Path.Combine(folder, PipelineFiles.Index)) ? WanFolder.Inspect(folder)
            : throw new RenderFarmException(
                ErrorCodes.InvalidModel, $"{folder} is not a model: it has neither {ModelFile.Name} nor {PipelineFiles.Index}");
    }
}
