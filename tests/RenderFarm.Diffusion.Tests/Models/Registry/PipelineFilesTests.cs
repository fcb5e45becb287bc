using RenderFarm.Diffusion.Models.Registry;

namespace RenderFarm.Diffusion.Tests.Models.Registry;

public sealed class PipelineFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Fact]
    public void Of_DiffusersFolder_AreThoseThatDecideTheFilm()
    {
        foreach (string file in (string[])
            [
                "model_index.json", "model.json", "README.md", "LICENSE", "extra.safetensors", "assets/picture.png", ".git/config.json",
                "tokenizer/spiece.model", "tokenizer/tokenizer_config.json", "tokenizer/readme.txt",
                "text_encoder/config.json", "text_encoder/model.safetensors", "text_encoder/model.fp16.safetensors", "text_encoder/pytorch_model.bin",
                "transformer/config.json", "transformer/diffusion_pytorch_model-00001-of-00002.safetensors", "transformer/diffusion_pytorch_model.safetensors",
            ])
        {
            Write(file, "");
        }

        Write("transformer/diffusion_pytorch_model.safetensors.index.json", """
            {"weight_map": {
                "a": "diffusion_pytorch_model-00002-of-00002.safetensors",
                "b": "diffusion_pytorch_model-00001-of-00002.safetensors"}}
            """);

        Assert.Equal(
            [
                "model_index.json",
                "text_encoder/config.json",
                "text_encoder/model.safetensors",
                "tokenizer/spiece.model",
                "tokenizer/tokenizer_config.json",
                "transformer/config.json",
                "transformer/diffusion_pytorch_model-00001-of-00002.safetensors",
                "transformer/diffusion_pytorch_model-00002-of-00002.safetensors",
                "transformer/diffusion_pytorch_model.safetensors.index.json",
            ],
            PipelineFiles.Of(_folder.FullName));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string file, string content)
    {
        string path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
