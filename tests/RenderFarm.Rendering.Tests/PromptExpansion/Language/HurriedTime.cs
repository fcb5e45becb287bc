namespace RenderFarm.Rendering.Tests.PromptExpansion.Language;

/// <summary>Time whose timers run twenty times as fast, so that tests of patience need little.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Haste = 20;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Haste : dueTime, period);
}
