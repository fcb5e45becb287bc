namespace RenderFarm.Media;

/// <summary>
/// A film in the making: frames go straight to the encoder. Until <see cref="CompleteAsync"/> nothing stands at the film's path;
/// disposing before that leaves no file behind.
/// </summary>
public interface IFilmWriter : IAsyncDisposable
{
    /// <summary>Appends frames of packed 8-bit RGB, row by row; waits while the encoder is behind.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> rgb, CancellationToken cancellationToken);

    /// <summary>Ends the film and moves it to its path.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
