namespace RenderFarm.Jobs.State;

internal sealed record StoredState<T>(string ETag, T State);
