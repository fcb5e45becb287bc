using RenderFarm.Diffusion.Models.Wan;
using RenderFarm.Diffusion.Tensors;
using RenderFarm.Errors;
using RenderFarm.Jobs;
using RenderFarm.Models;
using static TorchSharp.torch;

namespace RenderFarm.Diffusion.Tests.Models.Wan;

public class WanFolderTests
{
    private const string Weights = "diffusion_pytorch_model.safetensors";

    [Fact]
    public void Inspect_TextToVideo_IsPlannedAsPublished()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        ModelDescriptor model = WanFolder.Inspect(pipeline.Folder);
        Assert.Equal(("wan", 16, 8, 4, 16, 21), (model.Family, model.LatentChannels, model.SpatialStride, model.TemporalStride, model.Fps, model.WindowLength));
        Assert.Equal((Strategy.Parallel, true, StartImageUse.None, SamplerKind.UniPC), (model.Strategy, model.AnchorFrame, model.StartImage, model.Sampler));
        Assert.Equal(16, model.SizeStep);
        Assert.True(model.StepFlops > 0);
        Assert.Empty(WanFolder.Notes(pipeline.Folder));
    }

    [Fact]
    public void Inspect_TokenTimesteps_TakeAStartImageAndRelay()
    {
        using TinyPipeline pipeline = new("pipeline_ti2v");
        ModelDescriptor model = WanFolder.Inspect(pipeline.Folder);
        Assert.Equal((48, 16, 24, 31), (model.LatentChannels, model.SpatialStride, model.Fps, model.WindowLength));
        Assert.Equal((Strategy.Relay, false, StartImageUse.Optional, 32), (model.Strategy, model.AnchorFrame, model.StartImage, model.SizeStep));
    }

    [Fact]
    public void Inspect_TwoExperts_HaveTwoScales()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        pipeline.Edit("model_index.json", "\"scheduler\"", "\"boundary_ratio\": 0.875, \"scheduler\"");
        ModelDescriptor model = WanFolder.Inspect(pipeline.Folder);
        Assert.Equal((4.0, 3.0), (model.Guidance, model.LowNoiseGuidance));
        Directory.Delete(pipeline.PathOf("transformer_2"), recursive: true);
        Refuse(pipeline, "transformer_2");
    }

    [Fact]
    public void Inspect_ImageTokensWithoutAnEncoder_AreRefused()
    {
        using TinyPipeline pipeline = new("pipeline_i2v");
        Refuse(pipeline, "has no image_encoder");
    }

    [Fact]
    public void Inspect_NoModel_IsRefused()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        File.Delete(pipeline.PathOf("model_index.json"));
        Refuse(pipeline, "model_index.json");
    }

    [Theory]
    [InlineData("model_index.json", "WanPipeline", "StableDiffusionPipeline", "StableDiffusionPipeline")]
    [InlineData("scheduler/scheduler_config.json", "UniPCMultistepScheduler", "DDIMScheduler", "DDIMScheduler")]
    [InlineData("transformer/config.json", "\"out_channels\": 16", "\"out_channels\": 12", "out_channels")]
    [InlineData("transformer/config.json", "\"text_dim\": 24", "\"text_dim\": 32", "text_dim")]
    [InlineData("transformer/config.json", "\"num_layers\": 2", "\"num_layers\": 3", "blocks.2.")]
    [InlineData("transformer/config.json", "\"num_layers\": 2", "\"num_layers\": -2", "num_layers")]
    [InlineData("vae/config.json", "\"z_dim\": 16", "\"z_dim\": \"many\"", "z_dim")]
    [InlineData("text_encoder/config.json", "\"num_layers\": 2", "\"num_layers\": 4", "encoder.block.2")]
    [InlineData("vae/config.json", "{", "[", "vae/config.json")]
    public void Inspect_ConfigurationThatDoesNotHold_IsOneLineThatNamesIt(string file, string from, string to, string named)
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        pipeline.Edit(file, from, to);
        Refuse(pipeline, named);
    }

    [Fact]
    public void Inspect_WeightsMissing_AreRefused()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        File.Delete(pipeline.PathOf("vae", Weights));
        Refuse(pipeline, "vae has no weights");
    }

    [Fact]
    public void Inspect_ShardMissing_IsRefused()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        string whole = pipeline.PathOf("transformer", Weights), first = "diffusion_pytorch_model-00001-of-00002.safetensors";
        File.Move(whole, pipeline.PathOf("transformer", first));
        File.WriteAllText(whole + ".index.json", $$"""
            { "weight_map": { "patch_embedding.weight": "{{first}}", "proj_out.weight": "diffusion_pytorch_model-00002-of-00002.safetensors" } }
            """);
        Refuse(pipeline, "diffusion_pytorch_model-00002-of-00002.safetensors");
    }

    [Fact]
    public void Inspect_FileTruncated_IsRefused()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        string path = pipeline.PathOf("transformer", Weights);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^7]);
        Refuse(pipeline, "truncated");
    }

    [Fact]
    public void Inspect_ShapeThatDoesNotFit_NamesTheTensorAndBothShapes()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        Rewrite(pipeline.PathOf("vae", Weights), (name, tensor) => name == "post_quant_conv.bias" ? tensor.narrow(0, 0, 8) : tensor);
        Refuse(pipeline, "'post_quant_conv.bias' is [8], not [16]");
    }

    [Fact]
    public void Notes_TextEncoderInFloat16_SayThatItIsUpCast()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        Rewrite(pipeline.PathOf("text_encoder", "model.safetensors"), (_, tensor) => tensor.to_type(ScalarType.Float16));
        Assert.Contains("text_encoder is stored in float16", Assert.Single(WanFolder.Notes(pipeline.Folder)), StringComparison.Ordinal);
    }

    [Fact]
    public void Notes_TensorThatNoNetworkUses_IsNamed()
    {
        using TinyPipeline pipeline = new("pipeline_t2v");
        string path = pipeline.PathOf("transformer", Weights);
        Rewrite(path, (_, tensor) => tensor, extra: "blocks.0.attn2.norm_added_q.weight");
        Assert.Contains("blocks.0.attn2.norm_added_q.weight", Assert.Single(WanFolder.Notes(pipeline.Folder)), StringComparison.Ordinal);
    }

    private static void Refuse(TinyPipeline pipeline, string named)
    {
        RenderFarmException exception = Assert.Throws<RenderFarmException>(() => WanFolder.Inspect(pipeline.Folder));
        Assert.Equal(ErrorCodes.InvalidModel, exception.Code);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private static void Rewrite(string path, Func<string, Tensor, Tensor> change, string? extra = null)
    {
        using IDisposable scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            tensors = file.Names.ToDictionary(name => name, name => change(name, file.Read(name)));
        }

        if (extra is not null)
        {
            tensors.Add(extra, ones(2));
        }

        SafetensorsWriter.Write(path, tensors);
    }
}
