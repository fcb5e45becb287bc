using RenderFarm.Diffusion.Plans;
using RenderFarm.Jobs;
using RenderFarm.Models;
using RenderFarm.Plans;
using RenderFarm.Storyboards;

namespace RenderFarm.Training.Evaluation.Films;

/// <summary>Plans of films to measure: as a job of one caption is planned.</summary>
internal static class FilmPlan
{
    public static RenderPlan Of(ModelDescriptor model, string caption, FrameSize size, double seconds, Strategy strategy, long seed)
    {
        Storyboard storyboard = new() { Shots = [new Shot { Caption = caption }] };
        JobSpec spec = new() { Storyboard = storyboard, Model = model.Name, Size = size, Seconds = seconds, Strategy = strategy, Seed = seed };
        return RenderPlanner.Plan(spec, storyboard, model);
    }
}
