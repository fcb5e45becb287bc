using RenderFarm.Errors;

namespace RenderFarm.Storage.Tests;

public sealed class SealTests
{
    [Fact]
    public void Open_OfSealedBytes_GivesTheContent() =>
        Assert.Equal([1, 2, 3], Seal.Open(Seal.Close([1, 2, 3]), "x").ToArray());

    [Fact]
    public void Open_WithAnyBitFlipped_IsRefused()
    {
        byte[] whole = Seal.Close([1, 2, 3]);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] broken = [.. whole];
            broken[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(ErrorCodes.CorruptArtifact, Assert.Throws<RenderFarmException>(() => Seal.Open(broken, "x")).Code);
        }
    }

    [Fact]
    public void Open_OfATruncatedArtifact_IsRefused()
    {
        byte[] whole = Seal.Close([1, 2, 3]);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<RenderFarmException>(() => Seal.Open(whole[..length], "x"));
        }
    }
}
