using RenderFarm.Diffusion.Models;
using RenderFarm.Diffusion.Tests;
using RenderFarm.Rendering.Devices;
using static TorchSharp.torch;

namespace RenderFarm.Rendering.Tests.Devices;

[Collection(nameof(TensorAccounting))]
public sealed class ModelSetTests(PocketDevice device)
{
    [Fact]
    public void Get_InsideAStepsScope_GivesAModelThatOutlivesIt()
    {
        using var models = new ModelSet(new CatalogueModelLoader(device.Models.Catalogue), CPU, capacity: 1);
        IVideoModel model;
        using (NewDisposeScope())
        {
            model = models.Get(PocketFolder.Model);
        }

        using IDisposable scope = NewDisposeScope();
        Assert.Same(model, models.Get(PocketFolder.Model));
        using Conditioning text = model.EncodeText("a red ball", "");
        Assert.Equal([32, 2, 2, 2], model.Predict(zeros(32, 2, 2, 2), full([2], 500f), text, 2).shape);
        using ILatentDecoder decoder = model.CreateDecoder();
        Assert.Equal([5, 32, 32, 3], decoder.Decode(zeros(32, 2, 2, 2)).shape);
    }
}
