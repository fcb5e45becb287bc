using System.Text.Json;
using static TorchSharp.torch;

namespace RenderFarm.Training.Pocket;

/// <summary>A stage's network and how far it is, in a file that a later run takes up.</summary>
internal sealed class TrainingState(string path, nn.Module module)
{
    public int Step { get; set; }

    public double Seconds { get; set; }

    /// <summary>Takes up what an earlier run left; false when there is nothing.</summary>
    public bool Load()
    {
        if (!File.Exists(path + ".json"))
        {
            return false;
        }

        Counters counters = JsonSerializer.Deserialize<Counters>(File.ReadAllText(path + ".json"))!;
        (Step, Seconds) = (counters.Step, counters.Seconds);
        module.load(path);
        return true;
    }

    public void Save()
    {
        module.save(path + ".new");
        File.Move(path + ".new", path, overwrite: true);
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(new Counters(Step, Seconds)));
    }

    private sealed record Counters(int Step, double Seconds);
}
