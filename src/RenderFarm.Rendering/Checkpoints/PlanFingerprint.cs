using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Plans;

namespace RenderFarm.Rendering.Checkpoints;

/// <summary>Tells plans apart: what one of them left is not another's.</summary>
internal static class PlanFingerprint
{
    public static string Of(RenderPlan plan) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(plan)));
}
